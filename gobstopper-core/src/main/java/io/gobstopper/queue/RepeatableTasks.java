package io.gobstopper.queue;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskRequest;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.writer.GroupCommit;

/**
 * Makes requests of tasks that are stored, to enqueue them once more: with the same
 * arguments, by the names with which they are stored.
 */
public final class RepeatableTasks {

	private static final TypeReference<Map<String, @Nullable Object>> BY_NAME = new TypeReference<>() {
	};

	private final GroupCommit groupCommit;

	private final JsonMapper jsonMapper;

	/**
	 * Creates requests of the tasks of a queue.
	 * @param groupCommit the queue
	 * @param jsonMapper reads the arguments
	 */
	public RepeatableTasks(GroupCommit groupCommit, JsonMapper jsonMapper) {
		this.groupCommit = groupCommit;
		this.jsonMapper = jsonMapper;
	}

	/**
	 * Returns the request of a task that is stored.
	 * @param id the task
	 * @return a request with its name, arguments, category, priority and retries, or
	 * empty if there is no such task
	 * @throws JacksonException if its arguments cannot be read
	 */
	public Optional<TaskRequest> find(UUID id) {
		return this.groupCommit.reads().find(id).map(StoredTask::details).map(this::request);
	}

	private TaskRequest request(TaskDetails task) {
		TaskRequest request = TaskRequest.of(task.name())
			.category(task.category())
			.priority(task.priority())
			.maxRetries(task.maxRetries());
		if (task.args().startsWith("{")) {
			request = withNames(request, task.args());
		}
		else {
			request = request.args(this.jsonMapper.readValue(task.args(), Object[].class));
		}
		return withNames(request, task.kwargs());
	}

	private TaskRequest withNames(TaskRequest request, String json) {
		TaskRequest named = request;
		for (Map.Entry<String, @Nullable Object> argument : this.jsonMapper.readValue(json, BY_NAME).entrySet()) {
			named = named.kwarg(argument.getKey(), argument.getValue());
		}
		return named;
	}

}

package io.gobstopper.queue;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskStatus;
import io.gobstopper.error.TaskUnsuccessfulException;
import io.gobstopper.error.UnreadableTaskException;
import io.gobstopper.handler.ValueMismatch;
import io.gobstopper.store.task.StoredTask;

/**
 * Reads the results of tasks as the types that contracts name.
 */
final class TaskResults {

	private final JsonMapper jsonMapper;

	private final TaskInfoMapper mapper;

	TaskResults(JsonMapper jsonMapper, TaskInfoMapper mapper) {
		this.jsonMapper = jsonMapper;
		this.mapper = mapper;
	}

	@Nullable Object read(StoredTask task, JavaType type) {
		if (task.status() != TaskStatus.SUCCESS) {
			throw new TaskUnsuccessfulException(this.mapper.map(task));
		}
		String result = task.state().outcome().result();
		if (result == null || type.hasRawClass(void.class)) {
			return null;
		}
		try {
			return this.jsonMapper.readValue(result, type);
		}
		catch (JacksonException ex) {
			throw new UnreadableTaskException("The result of task '%s' (%s) cannot be read as %s: %s"
				.formatted(task.details().name(), task.id(), type.toCanonical(), ValueMismatch.describe(ex)));
		}
	}

}

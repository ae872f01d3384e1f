package io.gobstopper.actuate;

import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import tools.jackson.core.JacksonException;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.actuate.description.ChangeDescriptor;
import io.gobstopper.actuate.description.ProblemDescriptor;
import io.gobstopper.actuate.description.RepetitionDescriptor;
import io.gobstopper.error.InvalidTaskArgumentsException;
import io.gobstopper.error.UnknownTaskException;
import io.gobstopper.queue.RepeatableTasks;

/**
 * Changes single tasks.
 */
final class TaskOperations {

	private static final String REPEAT = "repeat";

	private final TaskQueueService queue;

	private final RepeatableTasks repeatable;

	private final ChangeAudit audit;

	TaskOperations(TaskQueueService queue, RepeatableTasks repeatable, ChangeAudit audit) {
		this.queue = queue;
		this.repeatable = repeatable;
		this.audit = audit;
	}

	WebEndpointResponse<Object> change(SecurityContext user, String id, String action) {
		if (action.equals(REPEAT)) {
			return repeat(user, id);
		}
		TaskAction change = TaskAction.find(action);
		if (change == null || !change.isForOne()) {
			return EndpointProblems.noSuchOperation();
		}
		TaskInfo task = this.queue.findTask(id).orElse(null);
		if (task == null) {
			return EndpointProblems.noSuchTask();
		}
		if (!change.applyTo(this.queue, id)) {
			return ProblemDescriptor.conflict(
					"The task cannot be changed that way now; its status was '%s'".formatted(task.status().value()));
		}
		this.audit.record(user, action, Map.of("task", id, "name", task.name()), 1, 1);
		return new WebEndpointResponse<>(ChangeDescriptor.ofOne(action));
	}

	private WebEndpointResponse<Object> repeat(SecurityContext user, String id) {
		TaskRequest request = request(id);
		if (request == null) {
			return EndpointProblems.noSuchTask();
		}
		String copy = EndpointProblems.valid(() -> enqueue(request));
		this.audit.record(user, REPEAT, Map.of("task", id, "name", request.name(), "as", copy), 1, 1);
		return new WebEndpointResponse<>(new RepetitionDescriptor(REPEAT, copy));
	}

	private @Nullable TaskRequest request(String id) {
		try {
			return this.queue.findTask(id)
				.flatMap((task) -> this.repeatable.find(UUID.fromString(task.id())))
				.orElse(null);
		}
		catch (JacksonException ex) { // it quotes what it could not read
			throw new InvalidEndpointRequestException("The arguments of the task cannot be read", null);
		}
	}

	private String enqueue(TaskRequest request) {
		try {
			return this.queue.enqueue(request).id();
		}
		catch (UnknownTaskException | InvalidTaskArgumentsException ex) {
			throw new InvalidEndpointRequestException(String.valueOf(ex.getMessage()), null, ex);
		}
	}

}

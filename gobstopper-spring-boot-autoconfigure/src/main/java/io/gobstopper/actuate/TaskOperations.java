package io.gobstopper.actuate;

import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.actuate.description.ChangeDescriptor;
import io.gobstopper.actuate.description.ProblemDescriptor;
import io.gobstopper.actuate.description.RepetitionDescriptor;
import io.gobstopper.error.InvalidTaskArgumentsException;
import io.gobstopper.error.UnknownTaskException;
import io.gobstopper.error.UnreadableValue;

/**
 * Changes single tasks.
 */
final class TaskOperations {

	private static final String REPEAT = "repeat";

	private final TaskQueueService queue;

	private final ChangeAudit audit;

	TaskOperations(TaskQueueService queue, ChangeAudit audit) {
		this.queue = queue;
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
		TaskInfo task = this.queue.findTask(id).orElse(null);
		if (task == null) {
			return EndpointProblems.noSuchTask();
		}
		if (Stream.concat(task.args().stream(), task.kwargs().values().stream())
			.anyMatch(UnreadableValue.class::isInstance)) {
			throw new InvalidEndpointRequestException("The arguments of the task cannot be read", null);
		}
		String copy = EndpointProblems.valid(() -> enqueueAgain(task));
		this.audit.record(user, REPEAT, Map.of("task", id, "name", task.name(), "as", copy), 1, 1);
		return new WebEndpointResponse<>(new RepetitionDescriptor(REPEAT, copy));
	}

	private String enqueueAgain(TaskInfo task) {
		try {
			TaskRequest request = TaskRequest.of(task.name()).args(task.args().toArray());
			for (Map.Entry<String, @Nullable Object> argument : task.kwargs().entrySet()) {
				request = request.kwarg(argument.getKey(), argument.getValue());
			}
			return this.queue
				.enqueue(request.category(task.category()).priority(task.priority()).maxRetries(task.maxRetries()))
				.id();
		}
		catch (UnknownTaskException | InvalidTaskArgumentsException ex) {
			throw new InvalidEndpointRequestException(String.valueOf(ex.getMessage()), null, ex);
		}
	}

}

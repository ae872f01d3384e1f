package io.gobstopper.actuate;

import java.util.List;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.gobstopper.TaskAttempt;
import io.gobstopper.TaskInfo;

/**
 * The whole life of a task.
 *
 * @param version changes with the rest; a request that tells it gets status 304 and no
 * body while it is the same
 * @param task the task
 * @param attempts its attempts, oldest first
 * @param valuesShown whether arguments, results and errors are shown
 * @param changesAllowed whether the user may change tasks
 */
public record TaskDescriptor(String version, TaskInfo task, List<TaskAttempt> attempts, boolean valuesShown,
		boolean changesAllowed) implements OperationResponseBody {

	static TaskDescriptor of(TaskInfo task, List<TaskAttempt> attempts, boolean valuesShown, boolean changesAllowed) {
		return new TaskDescriptor(ContentVersion.of(task, attempts, valuesShown, changesAllowed), task, attempts,
				valuesShown, changesAllowed);
	}

}

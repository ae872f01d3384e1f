package io.gobstopper.actuate;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.gobstopper.TaskInfo;

/**
 * One page of tasks, newest first.
 *
 * @param tasks the tasks
 * @param next the {@code after} of the page that follows, {@code null} if this is the
 * last
 * @param valuesShown whether arguments, results and errors are shown
 * @param changesAllowed whether the user may change tasks
 */
public record TaskPageDescriptor(List<TaskInfo> tasks, @Nullable String next, boolean valuesShown,
		boolean changesAllowed) implements OperationResponseBody {

}

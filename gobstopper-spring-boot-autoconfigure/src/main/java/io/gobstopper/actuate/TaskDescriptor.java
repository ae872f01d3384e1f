package io.gobstopper.actuate;

import java.util.List;

import io.gobstopper.TaskAttempt;
import io.gobstopper.TaskInfo;

/**
 * The whole life of a task.
 *
 * @param task the task
 * @param attempts its attempts, oldest first
 * @param valuesShown whether arguments, results and errors are shown
 * @param changesAllowed whether the user may change tasks
 */
public record TaskDescriptor(TaskInfo task, List<TaskAttempt> attempts, boolean valuesShown, boolean changesAllowed) {

}

package io.gobstopper.event;

import io.gobstopper.TaskInfo;

/**
 * An application event: a task was cancelled. Published after this is stored, by one
 * thread and one at a time, for the tasks that this process runs or cancels.
 *
 * @param task the completed task
 */
public record TaskCancelledEvent(TaskInfo task) implements TaskCompletedEvent {

}

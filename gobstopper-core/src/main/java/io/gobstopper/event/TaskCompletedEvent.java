package io.gobstopper.event;

import io.gobstopper.TaskInfo;

/**
 * An application event: a task reached a final status. Listen to this one for all of
 * them. Published after the end is stored, by one thread and one at a time, for the tasks
 * that this process runs or cancels.
 */
public sealed interface TaskCompletedEvent permits TaskSucceededEvent, TaskFailedEvent, TaskCancelledEvent {

	/**
	 * Returns the task.
	 * @return the completed task
	 */
	TaskInfo task();

}

package io.gobstopper.error;

import io.gobstopper.GobstopperException;
import io.gobstopper.TaskInfo;

/**
 * A task has no result, as it failed or was cancelled.
 */
public class TaskUnsuccessfulException extends GobstopperException {

	private final transient TaskInfo task;

	/**
	 * Creates the exception.
	 * @param task the task
	 */
	public TaskUnsuccessfulException(TaskInfo task) {
		super("Task '%s' (%s) has no result: its status is '%s'%s".formatted(task.name(), task.id(),
				task.status().value(), (task.errorType() != null) ? " after a " + task.errorType() : ""));
		this.task = task;
	}

	/**
	 * Returns the task, with its error.
	 * @return the task
	 */
	public TaskInfo task() {
		return this.task;
	}

}

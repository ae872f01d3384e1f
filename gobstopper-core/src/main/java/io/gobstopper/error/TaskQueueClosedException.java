package io.gobstopper.error;

import io.gobstopper.GobstopperException;

/**
 * The queue no longer accepts work because the application is shutting down.
 */
public class TaskQueueClosedException extends GobstopperException {

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	public TaskQueueClosedException(String message) {
		super(message);
	}

}

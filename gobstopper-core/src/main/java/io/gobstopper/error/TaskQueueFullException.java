package io.gobstopper.error;

import io.gobstopper.GobstopperException;

/**
 * The database cannot keep up with what is being enqueued; nothing was stored.
 */
public class TaskQueueFullException extends GobstopperException {

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	public TaskQueueFullException(String message) {
		super(message);
	}

}

package io.gobstopper.error;

import io.gobstopper.GobstopperException;

/**
 * No handler has the name of a task to enqueue.
 */
public class UnknownTaskException extends GobstopperException {

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	public UnknownTaskException(String message) {
		super(message);
	}

}

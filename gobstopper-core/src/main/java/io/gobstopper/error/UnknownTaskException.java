package io.gobstopper.error;

import io.gobstopper.GobstopperException;

/**
 * No handler has the name of a task to enqueue.
 */
public class UnknownTaskException extends GobstopperException {

	public UnknownTaskException(String message) {
		super(message);
	}

}

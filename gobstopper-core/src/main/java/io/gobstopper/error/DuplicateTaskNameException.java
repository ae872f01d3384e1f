package io.gobstopper.error;

import io.gobstopper.GobstopperException;

/**
 * Two handlers claim one name; the application cannot start.
 */
public class DuplicateTaskNameException extends GobstopperException {

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	public DuplicateTaskNameException(String message) {
		super(message);
	}

}

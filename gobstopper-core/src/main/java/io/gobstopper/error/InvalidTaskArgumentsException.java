package io.gobstopper.error;

import org.jspecify.annotations.Nullable;

import io.gobstopper.GobstopperException;

/**
 * The arguments of a task do not fit its handler's parameters or are too large; nothing
 * was stored.
 */
public class InvalidTaskArgumentsException extends GobstopperException {

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	public InvalidTaskArgumentsException(String message) {
		super(message);
	}

	/**
	 * Creates the exception.
	 * @param message what happened
	 * @param cause what caused it
	 */
	public InvalidTaskArgumentsException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

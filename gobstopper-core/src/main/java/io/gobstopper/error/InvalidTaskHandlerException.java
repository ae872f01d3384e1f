package io.gobstopper.error;

import org.jspecify.annotations.Nullable;

import io.gobstopper.GobstopperException;
import io.gobstopper.GobstopperTask;

/**
 * A method with {@link GobstopperTask} cannot run tasks as it is declared, or what is
 * said of a limit limits nothing; the message names the method or the property, and what
 * to do.
 */
public class InvalidTaskHandlerException extends GobstopperException {

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	public InvalidTaskHandlerException(String message) {
		super(message);
	}

	/**
	 * Creates the exception.
	 * @param message what happened
	 * @param cause what caused it
	 */
	public InvalidTaskHandlerException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

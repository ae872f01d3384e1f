package io.gobstopper;

import org.jspecify.annotations.Nullable;

/**
 * The parent of what this library throws.
 */
public abstract class GobstopperException extends RuntimeException {

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	protected GobstopperException(String message) {
		super(message);
	}

	/**
	 * Creates the exception.
	 * @param message what happened
	 * @param cause what caused it
	 */
	protected GobstopperException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

package io.gobstopper.error;

import org.jspecify.annotations.Nullable;

import io.gobstopper.GobstopperException;

/**
 * The stored arguments of a task cannot be read into the parameters that its handler has
 * now. The task was not run and waits, without an attempt spent, for a handler that can
 * read them.
 */
public class UnreadableTaskException extends GobstopperException {

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	public UnreadableTaskException(String message) {
		super(message);
	}

	/**
	 * Creates the exception.
	 * @param message what happened
	 * @param cause what caused it
	 */
	public UnreadableTaskException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

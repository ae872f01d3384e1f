package io.gobstopper;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler to fail its task at once, whatever retries are left.
 */
public class NonRetryableTaskException extends GobstopperException {

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	public NonRetryableTaskException(String message) {
		super(message);
	}

	/**
	 * Creates the exception.
	 * @param message what happened
	 * @param cause what caused it
	 */
	public NonRetryableTaskException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

package io.gobstopper;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler to fail its task at once, whatever retries are left.
 */
public class NonRetryableTaskException extends GobstopperException {

	public NonRetryableTaskException(String message) {
		super(message);
	}

	public NonRetryableTaskException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

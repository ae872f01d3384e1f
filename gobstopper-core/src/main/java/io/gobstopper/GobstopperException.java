package io.gobstopper;

import org.jspecify.annotations.Nullable;

/**
 * The parent of what this library throws.
 */
public abstract class GobstopperException extends RuntimeException {

	protected GobstopperException(String message) {
		super(message);
	}

	protected GobstopperException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

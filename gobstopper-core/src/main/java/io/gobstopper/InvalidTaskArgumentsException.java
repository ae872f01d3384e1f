package io.gobstopper;

import org.jspecify.annotations.Nullable;

/**
 * The arguments of a task do not fit its handler's parameters or are too large; nothing
 * was stored.
 */
public class InvalidTaskArgumentsException extends GobstopperException {

	public InvalidTaskArgumentsException(String message) {
		super(message);
	}

	public InvalidTaskArgumentsException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

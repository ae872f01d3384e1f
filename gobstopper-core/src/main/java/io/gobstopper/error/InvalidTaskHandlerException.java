package io.gobstopper.error;

import org.jspecify.annotations.Nullable;

import io.gobstopper.GobstopperException;
import io.gobstopper.GobstopperTask;

/**
 * A method with {@link GobstopperTask} cannot run tasks as it is declared; the message
 * names the method, and what to do.
 */
public class InvalidTaskHandlerException extends GobstopperException {

	public InvalidTaskHandlerException(String message) {
		super(message);
	}

	public InvalidTaskHandlerException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

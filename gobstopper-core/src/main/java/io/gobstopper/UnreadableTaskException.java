package io.gobstopper;

import org.jspecify.annotations.Nullable;

/**
 * The stored arguments of a task cannot be read into the parameters that its handler has
 * now. The task was not run and waits, without an attempt spent, for a handler that can
 * read them.
 */
public class UnreadableTaskException extends GobstopperException {

	public UnreadableTaskException(String message) {
		super(message);
	}

	public UnreadableTaskException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

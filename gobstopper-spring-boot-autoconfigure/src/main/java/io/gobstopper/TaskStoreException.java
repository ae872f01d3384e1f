package io.gobstopper;

import org.jspecify.annotations.Nullable;

/**
 * The database of tasks cannot be opened or used; the message says what to do.
 */
public class TaskStoreException extends GobstopperException {

	public TaskStoreException(String message) {
		super(message);
	}

	public TaskStoreException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

package io.gobstopper.error;

import org.jspecify.annotations.Nullable;

import io.gobstopper.GobstopperException;

/**
 * The database of tasks cannot be opened or used; the message says what is wrong.
 */
public class TaskStoreException extends GobstopperException {

	/**
	 * What to do about it.
	 */
	private final @Nullable String wayOut;

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	public TaskStoreException(String message) {
		this(message, null);
	}

	/**
	 * Creates the exception.
	 * @param message what happened
	 * @param cause what caused it
	 */
	public TaskStoreException(String message, @Nullable Throwable cause) {
		this(message, null, cause);
	}

	/**
	 * Creates the exception with advice of its own.
	 * @param message what is wrong
	 * @param wayOut what to do about it, in a sentence
	 * @param cause the cause
	 */
	public TaskStoreException(String message, @Nullable String wayOut, @Nullable Throwable cause) {
		super(message, cause);
		this.wayOut = wayOut;
	}

	/**
	 * Returns what to do about it.
	 * @return a sentence, or {@code null} if it is not known
	 */
	public @Nullable String wayOut() {
		return this.wayOut;
	}

}

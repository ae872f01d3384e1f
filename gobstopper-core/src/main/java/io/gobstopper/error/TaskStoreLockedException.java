package io.gobstopper.error;

/**
 * The database file is in use: by another process, or by another application context or
 * web application of this one.
 */
public class TaskStoreLockedException extends TaskStoreException {

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	public TaskStoreLockedException(String message) {
		super(message);
	}

	/**
	 * Creates the exception.
	 * @param message what happened
	 * @param cause what caused it
	 */
	public TaskStoreLockedException(String message, Throwable cause) {
		super(message, cause);
	}

}

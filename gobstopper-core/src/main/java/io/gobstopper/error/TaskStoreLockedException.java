package io.gobstopper.error;

/**
 * The database file is in use: by another process, or by another application context or
 * web application of this one.
 */
public class TaskStoreLockedException extends TaskStoreException {

	public TaskStoreLockedException(String message) {
		super(message);
	}

	public TaskStoreLockedException(String message, Throwable cause) {
		super(message, cause);
	}

}

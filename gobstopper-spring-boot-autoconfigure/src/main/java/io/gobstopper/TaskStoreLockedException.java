package io.gobstopper;

/**
 * Another process holds the database file.
 */
public class TaskStoreLockedException extends TaskStoreException {

	public TaskStoreLockedException(String message, Throwable cause) {
		super(message, cause);
	}

}

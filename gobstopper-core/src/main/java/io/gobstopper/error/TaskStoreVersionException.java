package io.gobstopper.error;

/**
 * The database was written by a newer version of this library.
 */
public class TaskStoreVersionException extends TaskStoreException {

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	public TaskStoreVersionException(String message) {
		super(message);
	}

}

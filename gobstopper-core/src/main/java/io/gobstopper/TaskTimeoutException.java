package io.gobstopper;

/**
 * A handler ran longer than its timeout.
 */
public class TaskTimeoutException extends GobstopperException {

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	public TaskTimeoutException(String message) {
		super(message);
	}

}

package io.gobstopper;

/**
 * A handler ran longer than its timeout.
 */
public class TaskTimeoutException extends GobstopperException {

	public TaskTimeoutException(String message) {
		super(message);
	}

}

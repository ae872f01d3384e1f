package io.gobstopper;

/**
 * A handler stopped because it was asked to.
 */
public class TaskCancelledException extends GobstopperException {

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	public TaskCancelledException(String message) {
		super(message);
	}

}

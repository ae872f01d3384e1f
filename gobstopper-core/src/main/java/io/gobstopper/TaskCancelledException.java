package io.gobstopper;

/**
 * A handler stopped because it was asked to.
 */
public class TaskCancelledException extends GobstopperException {

	public TaskCancelledException(String message) {
		super(message);
	}

}

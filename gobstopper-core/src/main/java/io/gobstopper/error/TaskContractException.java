package io.gobstopper.error;

import io.gobstopper.GobstopperException;

/**
 * Tasks wait that the handlers of this application cannot run.
 */
public class TaskContractException extends GobstopperException {

	/**
	 * Creates the exception.
	 * @param message what happened
	 */
	public TaskContractException(String message) {
		super(message);
	}

}

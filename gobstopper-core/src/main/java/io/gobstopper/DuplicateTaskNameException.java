package io.gobstopper;

/**
 * Two handlers claim one name; the application cannot start.
 */
public class DuplicateTaskNameException extends GobstopperException {

	public DuplicateTaskNameException(String message) {
		super(message);
	}

}

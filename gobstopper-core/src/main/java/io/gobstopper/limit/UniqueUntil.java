package io.gobstopper.limit;

/**
 * Until when a task keeps another one with its key out.
 */
public enum UniqueUntil {

	/**
	 * Until its first attempt starts: what happens then leads to another task.
	 */
	START,

	/**
	 * Until it is finished: succeeded, failed or cancelled.
	 */
	END

}

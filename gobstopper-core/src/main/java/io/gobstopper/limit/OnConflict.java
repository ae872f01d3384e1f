package io.gobstopper.limit;

/**
 * What becomes of tasks with the same key of a limit if there are more than may run at
 * once. Those that give way are cancelled.
 */
public enum OnConflict {

	/**
	 * All wait for their turn.
	 */
	WAIT,

	/**
	 * A new one gives way to those that run.
	 */
	SKIP,

	/**
	 * What runs goes on, and of those that wait all give way to the one that was enqueued
	 * last.
	 */
	REPLACE_WAITING,

	/**
	 * All give way to those that were enqueued last, also what runs: it is asked to stop.
	 */
	CANCEL_RUNNING

}

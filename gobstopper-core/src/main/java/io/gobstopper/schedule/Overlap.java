package io.gobstopper.schedule;

/**
 * What a schedule does when the task of an earlier time is not finished. Retries belong
 * to a task: it is finished when it has succeeded, failed for good or was cancelled.
 */
public enum Overlap {

	/**
	 * Enqueues nothing and counts the time as skipped.
	 */
	SKIP,

	/**
	 * Enqueues one to run next, and skips if there is one that has not started.
	 */
	QUEUE_ONE,

	/**
	 * Enqueues another one.
	 */
	ALLOW,

	/**
	 * Cancels the earlier one and enqueues another one.
	 */
	CANCEL_RUNNING

}

package io.gobstopper.schedule;

/**
 * What becomes of the times of a schedule at which nothing could be enqueued.
 */
public enum MissedTimes {

	/**
	 * One task is enqueued for the latest of them; the others are counted as missed.
	 */
	RUN_ONCE,

	/**
	 * All are counted as missed, except for a latest one that is less than ten seconds
	 * and a poll late.
	 */
	SKIP,

	/**
	 * A task is enqueued for each, the oldest first, but no more than the latest 1,000.
	 * Where tasks must not overlap, each waits until the one before is finished.
	 */
	RUN_ALL

}

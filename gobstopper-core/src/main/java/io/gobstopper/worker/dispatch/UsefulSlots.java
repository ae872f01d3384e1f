package io.gobstopper.worker.dispatch;

import java.util.concurrent.TimeUnit;

/**
 * How many slots are of use. Tasks that take microseconds wait for nothing, so that more
 * of them at once than there are processors gain nothing, and would only take the
 * processor from the thread that stores their ends. Not safe for use by several threads.
 */
final class UsefulSlots {

	private static final long SHORT_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

	// A thread that has to wait for a processor makes a short task look long.
	private static final int MOST_EXCEPTIONS = 4;

	private final int forShortTasks;

	// A bit for each of the last 64 tasks, set if it was long.
	private long longTasks = -1;

	UsefulSlots(int processors) {
		this.forShortTasks = Math.max(1, processors - 1);
	}

	void finished(long nanos) {
		this.longTasks = this.longTasks << 1 | ((nanos > SHORT_NANOS) ? 1 : 0);
	}

	/**
	 * Returns how many slots to use.
	 * @param concurrency how many there may be
	 * @param held how many are held by tasks that are known to be long
	 * @return the number of slots, the held ones included
	 */
	int most(int concurrency, int held) {
		return (Long.bitCount(this.longTasks) > MOST_EXCEPTIONS) ? concurrency
				: Math.min(concurrency, held + this.forShortTasks);
	}

}

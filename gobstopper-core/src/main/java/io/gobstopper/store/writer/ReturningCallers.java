package io.gobstopper.store.writer;

import java.time.Duration;

/**
 * Guesses whether callers who are answered are about to bring their next tasks. If they
 * are waited for, they all share one commit instead of falling into two halves that take
 * turns. If they do not come, fewer commits wait for them. For one thread.
 */
final class ReturningCallers {

	private static final long LONGEST_WAIT_NANOS = Duration.ofMillis(1).toNanos();

	private static final int FEWEST = 4;

	private static final int MOST_SKIPPED = 4;

	private int answered;

	private int expected;

	private long deadlineNanos;

	private int skippedAfterMiss = 1;

	private int toSkip;

	// Tells how many callers are about to be answered, and how many others wait already.
	void answering(int callers, int others) {
		this.answered = callers;
		this.expected = callers + others;
	}

	// Begins to wait for those who were answered last, or not.
	void begin(long nowNanos) {
		boolean worthWhile = this.answered >= FEWEST;
		this.answered = 0;
		this.deadlineNanos = nowNanos + LONGEST_WAIT_NANOS;
		if (worthWhile && this.toSkip > 0) {
			this.toSkip--;
			worthWhile = false;
		}
		if (!worthWhile) {
			this.expected = 0;
		}
	}

	// Returns how long to wait for more than so many, or 0 if all are there or will not
	// come.
	long remainingNanos(int waiting, long nowNanos) {
		if (this.expected == 0) {
			return 0;
		}
		if (waiting >= this.expected) {
			end(1, 0);
			return 0;
		}
		long remaining = this.deadlineNanos - nowNanos;
		if (remaining <= 0) {
			end(Math.min(MOST_SKIPPED, 2 * this.skippedAfterMiss), this.skippedAfterMiss);
			return 0;
		}
		return remaining;
	}

	private void end(int skippedAfterNextMiss, int skippedNow) {
		this.skippedAfterMiss = skippedAfterNextMiss;
		this.toSkip = skippedNow;
		this.expected = 0;
	}

}

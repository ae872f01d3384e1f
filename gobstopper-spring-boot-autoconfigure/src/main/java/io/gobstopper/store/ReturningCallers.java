package io.gobstopper.store;

import java.time.Duration;

/**
 * Guesses whether callers whose tasks were just stored are about to bring the next ones.
 * If they are waited for, they all share one commit instead of falling into two halves
 * that take turns. If they do not come, fewer and fewer commits wait for them. For one
 * thread.
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

	// Tells how many callers get their answers before the next commit.
	void answered(int callers) {
		this.answered = callers;
	}

	// Begins to wait, or not, while so many others are there already.
	void begin(int waiting, long nowNanos) {
		this.expected = 0;
		if (this.answered < FEWEST) {
			return;
		}
		if (this.toSkip > 0) {
			this.toSkip--;
			return;
		}
		this.expected = waiting + this.answered;
		this.deadlineNanos = nowNanos + LONGEST_WAIT_NANOS;
	}

	// Returns how long to wait for more, or 0 if all are there or will not come.
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

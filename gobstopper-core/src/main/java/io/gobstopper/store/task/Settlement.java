package io.gobstopper.store.task;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskAttempt.Outcome;
import io.gobstopper.TaskStatus;

/**
 * The end of one attempt: what a task becomes if that attempt is still the current one.
 *
 * @param fence the attempt
 * @param task the task afterwards
 * @param attempt what is to be remembered of the attempt, {@code null} if its handler was
 * never called
 */
public record Settlement(Fence fence, StoredTask task, @Nullable StoredAttempt attempt) {

	/**
	 * Returns the end of an attempt whose handler was called.
	 * @param running the task before
	 * @param ended the task afterwards
	 * @param now the time
	 * @return the settlement
	 */
	public static Settlement of(StoredTask running, StoredTask ended, Instant now) {
		return new Settlement(running.fence(), ended, StoredAttempt.ended(running, ended, now));
	}

	/**
	 * Returns the end of the same attempt for a task that does not go on because it was
	 * asked to stop before.
	 * @param now the time
	 * @return the settlement
	 */
	public Settlement cancelled(Instant now) {
		StoredTask before = isA(Outcome.SNOOZED) ? this.task.withoutLastSnooze() : this.task;
		return new Settlement(this.fence, before.stopped(now), this.attempt);
	}

	/**
	 * Returns whether the task waits from now on for a time that is yet to come.
	 * @return whether its handler put it off, or it cannot be read
	 */
	public boolean isPutOff() {
		return this.task.status() == TaskStatus.PENDING
				&& (this.task.isUnreadable() || isA(Outcome.SNOOZED) || isA(Outcome.RATE_LIMITED));
	}

	private boolean isA(Outcome outcome) {
		return this.attempt != null && this.attempt.outcome() == outcome;
	}

	/**
	 * Returns whether the task may have more attempts by now than are kept.
	 * @return whether it may
	 */
	public boolean mayHaveManyAttempts() {
		return this.attempt != null && (this.attempt.mayBeOneOfMany()
				|| this.attempt.number() + this.task.snoozes().count() > StoredAttempt.KEPT_PER_TASK);
	}

	/**
	 * Returns the end of an attempt whose handler was never called.
	 * @param claimed the task before
	 * @param ended the task afterwards
	 * @return the settlement
	 */
	public static Settlement unstarted(StoredTask claimed, StoredTask ended) {
		return new Settlement(claimed.fence(), ended, null);
	}

}

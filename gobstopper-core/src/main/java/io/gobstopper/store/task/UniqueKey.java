package io.gobstopper.store.task;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The unique key of a new task, and which earlier task with the same name and key keeps
 * it from being stored. The new task says so, not the earlier one.
 *
 * @param key the key
 * @param kept which earlier task keeps this one out
 * @param time how long ago the other one was enqueued at most, or how long that may be
 * put off; {@code null} if neither matters
 */
public record UniqueKey(String key, KeptOut kept, @Nullable Duration time) {

	/**
	 * Returns whether this task replaces another one that waits.
	 * @return whether it is debounced
	 */
	public boolean isDebounced() {
		return this.kept == KeptOut.NEVER;
	}

	/**
	 * Returns until when the key must be known, even if the task that has it is deleted.
	 * @param enqueuedAt when that was enqueued
	 * @return the time, or {@code null} if it may be forgotten with the task
	 */
	public @Nullable Instant knownUntil(Instant enqueuedAt) {
		return (this.kept == KeptOut.FOR_A_TIME && this.time != null) ? DueTimes.after(enqueuedAt, this.time) : null;
	}

	/**
	 * Returns until when a task may be put off that is replaced by this one.
	 * @param enqueuedAt when that was enqueued
	 * @return the time
	 */
	Instant latest(Instant enqueuedAt) {
		return (this.time != null) ? DueTimes.after(enqueuedAt, this.time) : enqueuedAt;
	}

	/**
	 * Returns whether another task that has the key keeps this one out, or is replaced.
	 * @param enqueuedAt when the other one was enqueued
	 * @param now when this one is
	 * @param other the other one, or {@code null} if it is finished
	 * @return whether no new task is stored
	 */
	public boolean meets(Instant enqueuedAt, Instant now, @Nullable StoredTask other) {
		return switch (this.kept) {
			case WHILE_IT_WAITS, NEVER -> other != null && other.isWaitingForItsFirstAttempt();
			case UNTIL_IT_IS_FINISHED -> other != null;
			case FOR_A_TIME -> this.time != null && DueTimes.after(enqueuedAt, this.time).isAfter(now);
		};
	}

	/**
	 * What keeps a task out.
	 */
	public enum KeptOut {

		/**
		 * Another one that waits for its first attempt.
		 */
		WHILE_IT_WAITS,

		/**
		 * Another one that is not finished.
		 */
		UNTIL_IT_IS_FINISHED,

		/**
		 * Another one that was enqueued a short time ago.
		 */
		FOR_A_TIME,

		/**
		 * None: this one is debounced, and replaces another one that waits for its first
		 * attempt.
		 */
		NEVER

	}

}

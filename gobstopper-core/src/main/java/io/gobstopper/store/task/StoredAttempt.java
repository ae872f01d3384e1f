package io.gobstopper.store.task;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskAttempt.Outcome;
import io.gobstopper.TaskTimeoutException;

/**
 * An attempt to run a task.
 *
 * @param taskId the id of the task
 * @param number which attempt it was
 * @param outcome how it ended
 * @param dueAt from when it could run
 * @param startedAt when it began
 * @param endedAt when it ended, {@code null} while it runs
 * @param node the worker that ran it
 * @param error why it failed
 */
public record StoredAttempt(UUID taskId, int number, Outcome outcome, Instant dueAt, Instant startedAt,
		@Nullable Instant endedAt, String node, @Nullable TaskError error) {

	private static final Set<Outcome> UNTOLD = EnumSet.of(Outcome.CRASHED, Outcome.GIVEN_BACK, Outcome.SNOOZED,
			Outcome.RATE_LIMITED);

	/**
	 * How many attempts of a task are remembered, the newest ones.
	 */
	public static final int KEPT_PER_TASK = 50;

	/**
	 * Returns the attempt that runs, or the one with which a task was completed.
	 * @param task the task
	 * @return the attempt, or {@code null} if the task waits or was never started
	 */
	public static @Nullable StoredAttempt lastOf(StoredTask task) {
		TaskOutcome outcome = task.state().outcome();
		return switch (task.status()) {
			case PENDING, RETRY -> null;
			case STARTED -> of(task, Outcome.RUNNING, null, null);
			case SUCCESS -> of(task, Outcome.SUCCESS, outcome.completedAt(), null);
			case FAILED -> of(task, failure(outcome.error()), outcome.completedAt(), outcome.error());
			case CANCELLED -> of(task, Outcome.CANCELLED, outcome.completedAt(), outcome.error());
		};
	}

	/**
	 * Returns the attempt of a running task that led to another state.
	 * @param running the task before
	 * @param ended the task afterwards
	 * @param now the time
	 * @return the attempt
	 */
	public static @Nullable StoredAttempt ended(StoredTask running, StoredTask ended, Instant now) {
		TaskError error = ended.state().outcome().error();
		return switch (ended.status()) {
			case SUCCESS -> of(running, Outcome.SUCCESS, now, null);
			case FAILED, RETRY -> of(running, failure(error), now, error);
			case CANCELLED -> of(running, Outcome.CANCELLED, now, error);
			case PENDING, STARTED -> of(running, unfinished(running, ended), now, null);
		};
	}

	private static Outcome unfinished(StoredTask running, StoredTask ended) {
		if (!running.snoozes().equals(ended.snoozes())) {
			return Outcome.SNOOZED;
		}
		return ended.dueAt().isAfter(running.dueAt()) ? Outcome.RATE_LIMITED : Outcome.GIVEN_BACK;
	}

	/**
	 * Returns the attempt of a running task whose process died.
	 * @param running the task before
	 * @param now the time
	 * @return the attempt
	 */
	public static @Nullable StoredAttempt crashed(StoredTask running, Instant now) {
		return of(running, Outcome.CRASHED, now, null);
	}

	/**
	 * Returns whether the attempt of a settlement has to be remembered apart from its
	 * task.
	 * @param settlement the settlement
	 * @return whether its task goes on, crashed, was given back or put off
	 */
	public static boolean isNotToldByItsTask(Settlement settlement) {
		StoredAttempt attempt = settlement.attempt();
		return !settlement.task().status().isTerminal() || (attempt != null && UNTOLD.contains(attempt.outcome()));
	}

	/**
	 * Returns whether there may be more attempts of the task than are kept.
	 * @return whether there may
	 */
	public boolean mayBeOneOfMany() {
		return this.number >= KEPT_PER_TASK || this.outcome == Outcome.GIVEN_BACK
				|| this.outcome == Outcome.RATE_LIMITED;
	}

	/**
	 * Returns whether this is the same attempt, seen earlier or later.
	 * @param other an attempt of the same task
	 * @return whether it is the same
	 */
	public boolean isSameAs(StoredAttempt other) {
		return this.number == other.number && this.startedAt.equals(other.startedAt);
	}

	private static Outcome failure(@Nullable TaskError error) {
		boolean timedOut = error != null && TaskTimeoutException.class.getName().equals(error.type());
		return timedOut ? Outcome.TIMED_OUT : Outcome.FAILED;
	}

	private static @Nullable StoredAttempt of(StoredTask task, Outcome outcome, @Nullable Instant endedAt,
			@Nullable TaskError error) {
		TaskState state = task.state();
		Instant startedAt = state.startedAt();
		String node = task.node();
		return (startedAt != null && node != null) ? new StoredAttempt(task.id(), state.counts().attempt(), outcome,
				state.dueAt(), startedAt, endedAt, node, error) : null;
	}

}

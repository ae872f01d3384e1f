package io.gobstopper.store.task;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What the last attempt of a task led to.
 *
 * @param completedAt when the task reached a final status, or {@code null}
 * @param elapsedSeconds the run time of the attempt, 0 until it is over
 * @param result the result as JSON
 * @param error the failure
 * @param node the worker that ran it
 */
public record TaskOutcome(@Nullable Instant completedAt, double elapsedSeconds, @Nullable String result,
		@Nullable TaskError error, @Nullable String node) {

	/**
	 * Of a task that has not run.
	 */
	public static final TaskOutcome NONE = new TaskOutcome(null, 0, null, null, null);

}

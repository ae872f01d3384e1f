package io.gobstopper;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One attempt to run a task. Immutable; instants are UTC, with microseconds.
 *
 * @param number which attempt it was; given-back and snoozed attempts are not counted, so
 * the one that follows has the same number
 * @param outcome how it ended
 * @param dueAt from when it could run
 * @param startedAt when it began
 * @param endedAt when it ended, {@code null} while it runs; of a crash, when it was
 * noticed
 * @param node the worker that ran it
 * @param error the message of its failure
 * @param errorType the name of the exception's class
 * @param errorTrace the stack trace of its failure
 */
public record TaskAttempt(int number, AttemptOutcome outcome, Instant dueAt, Instant startedAt,
		@Nullable Instant endedAt, String node, @Nullable String error, @Nullable String errorType,
		@Nullable String errorTrace) {

}

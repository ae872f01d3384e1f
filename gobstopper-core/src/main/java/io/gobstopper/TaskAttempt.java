package io.gobstopper;

import java.time.Instant;
import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;
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
public record TaskAttempt(int number, Outcome outcome, Instant dueAt, Instant startedAt, @Nullable Instant endedAt,
		String node, @Nullable String error, @Nullable String errorType, @Nullable String errorTrace) {

	/**
	 * How an attempt to run a task ended. Stored and shown as the lower-case name.
	 */
	public enum Outcome {

		/**
		 * It has not ended.
		 */
		RUNNING,

		/**
		 * The handler returned.
		 */
		SUCCESS,

		/**
		 * The handler threw an exception, or its result could not be stored.
		 */
		FAILED,

		/**
		 * The handler ran longer than its timeout.
		 */
		TIMED_OUT,

		/**
		 * The handler heeded a cancellation.
		 */
		CANCELLED,

		/**
		 * The process died while the handler ran.
		 */
		CRASHED,

		/**
		 * A shutdown interrupted the handler; the attempt is not counted.
		 */
		GIVEN_BACK,

		/**
		 * The handler threw a {@link SnoozeException}; the attempt is not counted.
		 */
		SNOOZED,

		/**
		 * The handler threw a {@link RateLimitedException}; the attempt is not counted.
		 */
		RATE_LIMITED;

		/**
		 * Returns the lower-case name, as stored and shown.
		 * @return the value
		 */
		@JsonValue
		public String value() {
			return name().toLowerCase(Locale.ROOT);
		}

		/**
		 * Returns the outcome of a name in any case.
		 * @param value such as {@code crashed}
		 * @return the outcome
		 * @throws IllegalArgumentException if there is none
		 */
		public static Outcome of(String value) {
			return valueOf(value.toUpperCase(Locale.ROOT));
		}

	}

}

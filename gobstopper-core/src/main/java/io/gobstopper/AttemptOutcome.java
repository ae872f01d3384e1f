package io.gobstopper;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * How an attempt to run a task ended. Stored and shown as the lower-case name.
 */
public enum AttemptOutcome {

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
	SNOOZED;

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
	public static AttemptOutcome of(String value) {
		return valueOf(value.toUpperCase(Locale.ROOT));
	}

}

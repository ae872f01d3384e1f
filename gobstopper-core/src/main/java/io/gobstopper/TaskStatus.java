package io.gobstopper;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Where a task is in its life. Stored and shown as the lower-case name.
 */
public enum TaskStatus {

	/**
	 * Queued.
	 */
	PENDING(false),

	/**
	 * Claimed by a worker and running.
	 */
	STARTED(false),

	/**
	 * Done; the result is kept.
	 */
	SUCCESS(true),

	/**
	 * Given up: retries are exhausted, the error forbids them, or the process crashed too
	 * often.
	 */
	FAILED(true),

	/**
	 * Cancelled before it ran, or by a handler that heeded the request.
	 */
	CANCELLED(true),

	/**
	 * Failed and waiting for its next attempt; becomes {@link #PENDING} when that is due.
	 */
	RETRY(false);

	private final boolean terminal;

	private final String value = name().toLowerCase(Locale.ROOT);

	TaskStatus(boolean terminal) {
		this.terminal = terminal;
	}

	/**
	 * Returns whether nothing more happens to the task by itself.
	 * @return whether the status is final
	 */
	public boolean isTerminal() {
		return this.terminal;
	}

	/**
	 * Returns whether a task in this status can be cancelled.
	 * @return whether it is not final
	 */
	public boolean isCancellable() {
		return !this.terminal;
	}

	/**
	 * Returns whether a task in this status can be queued again by hand.
	 * @return whether it is {@link #FAILED} or {@link #CANCELLED}
	 */
	public boolean isRetryable() {
		return this == FAILED || this == CANCELLED;
	}

	/**
	 * Returns the lower-case name, as stored and shown.
	 * @return the value
	 */
	@JsonValue
	public String value() {
		return this.value;
	}

	/**
	 * Returns the status of a name in any case.
	 * @param value such as {@code pending}
	 * @return the status
	 * @throws IllegalArgumentException if there is none
	 */
	@JsonCreator
	public static TaskStatus of(String value) {
		return valueOf(value.toUpperCase(Locale.ROOT));
	}

}

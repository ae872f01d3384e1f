package io.gobstopper;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Thrown by a handler to choose the delay before its next attempt. It counts as a
 * failure: when no retries are left, the task is failed.
 */
public class RetryLaterException extends GobstopperException {

	/**
	 * How long to wait.
	 */
	private final Duration delay;

	/**
	 * Creates the exception.
	 * @param delay how long to wait
	 */
	public RetryLaterException(Duration delay) {
		this(delay, "Retry in " + delay, null);
	}

	/**
	 * Creates the exception.
	 * @param delay how long to wait
	 * @param message what happened
	 * @param cause what caused it
	 */
	public RetryLaterException(Duration delay, String message, @Nullable Throwable cause) {
		super(message, cause);
		Assert.isTrue(!delay.isNegative(), () -> "'delay' must not be negative, but is " + delay);
		this.delay = delay;
	}

	/**
	 * Returns the delay before the next attempt.
	 * @return the delay, not negative
	 */
	public final Duration delay() {
		return this.delay;
	}

}

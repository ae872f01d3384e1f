package io.gobstopper;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * Thrown by a handler that cannot do its work yet, such as when what it waits for is not
 * there: the task waits and runs again later. This is no failure: it counts neither as an
 * attempt nor as a retry, and the task keeps its priority and its place in the queue.
 * {@link GobstopperTask#maxSnoozes()} and {@link GobstopperTask#snoozeWithin()} say how
 * often and how long a task may do so. For a failure with a delay of its own, throw
 * {@link RetryLaterException}.
 */
public class SnoozeException extends GobstopperException {

	/**
	 * How long to wait.
	 */
	private final Duration delay;

	/**
	 * Creates the exception.
	 * @param delay how long the task waits, at least 100 milliseconds; less is taken for
	 * that
	 */
	public SnoozeException(Duration delay) {
		this("Snoozed for " + delay, delay);
	}

	SnoozeException(String message, Duration delay) {
		super(message);
		Assert.notNull(delay, "'delay' must not be null");
		this.delay = delay;
	}

	/**
	 * Returns how long the task waits.
	 * @return the delay, as it was given
	 */
	public final Duration delay() {
		return this.delay;
	}

}

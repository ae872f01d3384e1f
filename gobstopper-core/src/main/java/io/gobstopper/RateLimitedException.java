package io.gobstopper;

import java.time.Duration;

/**
 * Thrown by a handler that was told to ask again later, such as by the HTTP status 429.
 * The task waits and runs again later, and so do others: until then, but for a day at
 * most, none starts in any process that has the same key of a limit with a rate. If the
 * task has no such limit, the limits of how many run at once do the same. This is no
 * failure: it counts neither as an attempt nor as a retry nor as a snooze.
 *
 * @see io.gobstopper.limit.TaskLimit
 */
public class RateLimitedException extends SnoozeException {

	/**
	 * Creates the exception.
	 * @param delay how long the tasks wait, at least 100 milliseconds; less is taken for
	 * that
	 */
	public RateLimitedException(Duration delay) {
		super("Asked to wait for " + delay, delay);
	}

}

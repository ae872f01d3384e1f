package io.gobstopper.store.task;

import java.time.DateTimeException;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How often a task was snoozed since it was enqueued, or queued again by hand.
 *
 * @param count how often
 * @param since when it was for the first time, {@code null} if it never was
 */
public record Snoozes(int count, @Nullable Instant since) {

	/**
	 * Of a task that was never snoozed.
	 */
	public static final Snoozes NONE = new Snoozes(0, null);

	/**
	 * Returns the snoozes after one more.
	 * @param now the time
	 * @return the snoozes
	 */
	Snoozes oneMore(Instant now) {
		return new Snoozes(this.count + 1, (this.since != null) ? this.since : now);
	}

	Snoozes oneLess() {
		return (this.count > 1) ? new Snoozes(this.count - 1, this.since) : NONE;
	}

	static Snoozes parse(String text) {
		int space = text.indexOf(' ');
		try {
			return new Snoozes(Integer.parseInt(text.substring(0, Math.max(0, space))),
					Instant.parse(text.substring(space + 1)));
		}
		catch (NumberFormatException | DateTimeException ex) {
			return NONE;
		}
	}

	@Override
	public String toString() {
		return "%d %s".formatted(this.count, this.since);
	}

}

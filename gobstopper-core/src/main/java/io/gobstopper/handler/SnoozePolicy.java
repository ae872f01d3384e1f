package io.gobstopper.handler;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * How often and how long a task may be snoozed.
 *
 * @param maxSnoozes how often
 * @param within how long after the first time, {@code null} for no limit
 */
public record SnoozePolicy(int maxSnoozes, @Nullable Duration within) {

	public SnoozePolicy {
		Assert.isTrue(maxSnoozes >= 0, () -> "'maxSnoozes' must not be negative, but is %d".formatted(maxSnoozes));
		Assert.isTrue(within == null || (!within.isNegative() && !within.isZero()),
				() -> "'snoozeWithin' must be positive, but is %s".formatted(within));
	}

	/**
	 * Returns why a task may not be snoozed once more.
	 * @param count how often it was so far
	 * @param first when it was for the first time, now if it never was
	 * @param until when the snooze would end
	 * @return the reason, or {@code null} if it may
	 */
	public @Nullable String whyRefused(int count, Instant first, Instant until) {
		if (count >= this.maxSnoozes) {
			return "It was snoozed %d times, and its maxSnoozes of %d allow no more".formatted(count, this.maxSnoozes);
		}
		if (this.within != null && Duration.between(first, until).compareTo(this.within) > 0) {
			return "It was snoozed %d times since %s, and would be until %s, longer than its snoozeWithin of %s allows"
				.formatted(count, first, until, this.within);
		}
		return null;
	}

}

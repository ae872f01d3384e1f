package io.gobstopper.limit;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * A key that only one task of a name is to have.
 *
 * @param key the key
 * @param until until when another task keeps this one out, or {@code null}
 * @param duration for how long it does, or a debounced task waits, or {@code null}
 * @param atMost how long a debounced task may be put off, or {@code null}
 */
public record Uniqueness(String key, @Nullable UniqueUntil until, @Nullable Duration duration,
		@Nullable Duration atMost) {

	/**
	 * Checks a key.
	 * @param key the key
	 * @param until until when another task keeps this one out, or {@code null}
	 * @param duration for how long it does, or a debounced task waits, or {@code null}
	 * @param atMost how long a debounced task may be put off, or {@code null}
	 */
	public Uniqueness {
		Assert.hasText(key, "A unique key must not be empty");
		Assert.isTrue((until != null) != (duration != null),
				"A unique key is held either until something happens or for a time");
		Assert.isTrue(duration == null || !(duration.isNegative() || duration.isZero()),
				() -> "The time of a unique key must be more than 0, but is %s".formatted(duration));
		Assert.isTrue(atMost == null || (duration != null && atMost.compareTo(duration) >= 0),
				() -> "'atMost' of a debounced task must not be less than its 'quiet' of %s, but is %s"
					.formatted(duration, atMost));
	}

}

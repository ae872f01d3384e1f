package io.gobstopper.store.statistics;

import java.time.Duration;
import java.time.Instant;

import org.springframework.util.Assert;

/**
 * A range of time in parts of the same width.
 *
 * @param start where the first begins
 * @param width the width of each
 * @param count how many there are
 */
public record TimeBuckets(Instant start, Duration width, int count) {

	public TimeBuckets {
		Assert.isTrue(width.toMillis() > 0, () -> "'width' must be at least a millisecond, but is " + width);
		Assert.isTrue(count > 0, () -> "'count' must be positive, but is " + count);
	}

	/**
	 * Returns where the last ends.
	 * @return the first moment after all of them
	 */
	public Instant end() {
		return startOf(this.count);
	}

	/**
	 * Returns where one begins.
	 * @param index which one, from 0
	 * @return its first moment
	 */
	public Instant startOf(int index) {
		return this.start.plus(this.width.multipliedBy(index));
	}

}

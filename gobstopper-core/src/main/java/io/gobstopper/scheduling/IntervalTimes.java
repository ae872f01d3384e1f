package io.gobstopper.scheduling;

import java.time.Duration;
import java.time.Instant;

/**
 * Times in an interval.
 *
 * @param anchor from when it is counted
 * @param interval the interval
 */
record IntervalTimes(Instant anchor, Duration interval) implements ScheduleTimes {

	@Override
	public Instant next(Instant after) {
		if (after.isBefore(this.anchor)) {
			return this.anchor.plus(this.interval);
		}
		long passed = Duration.between(this.anchor, after).dividedBy(this.interval);
		return this.anchor.plus(this.interval.multipliedBy(passed + 1));
	}

}

package io.gobstopper.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Times in an interval.
 *
 * @param anchor from when it is counted
 * @param interval the interval
 */
record IntervalTimes(Instant anchor, Duration interval) implements ScheduleTimes {

	// Moments are stored in microseconds.
	IntervalTimes {
		interval = interval.truncatedTo(ChronoUnit.MICROS);
	}

	@Override
	public Instant next(Instant after) {
		if (after.isBefore(this.anchor)) {
			return this.anchor.plus(this.interval);
		}
		long passed = Duration.between(this.anchor, after).dividedBy(this.interval);
		return this.anchor.plus(this.interval.multipliedBy(passed + 1));
	}

}

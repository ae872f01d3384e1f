package io.gobstopper.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.gobstopper.schedule.GobstopperSchedule;

/**
 * When a schedule enqueues a task, as it is stored.
 *
 * @param cron the expression, {@code -} for never, or {@code null} if there is an
 * interval
 * @param every the interval, or {@code null} if there is an expression
 * @param zone the time zone of the expression
 */
record Timing(@Nullable String cron, @Nullable Duration every, String zone) {

	static Timing never(String zone) {
		return new Timing(GobstopperSchedule.OFF, null, zone);
	}

	ScheduleTimes times(Instant anchor) {
		if (this.every != null) {
			return new IntervalTimes(anchor, this.every);
		}
		String expression = Objects.requireNonNull(this.cron);
		return expression.equals(GobstopperSchedule.OFF) ? (after) -> null
				: new CronTimes(expression, ZoneId.of(this.zone));
	}

}

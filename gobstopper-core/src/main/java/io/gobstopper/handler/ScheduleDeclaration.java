package io.gobstopper.handler;

import java.time.Duration;
import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

import io.gobstopper.schedule.MissedTimes;
import io.gobstopper.schedule.Overlap;

/**
 * What a {@link io.gobstopper.schedule.GobstopperSchedule} annotation says.
 *
 * @param name the name of the schedule
 * @param cron the expression, or {@code null} if there is an interval
 * @param every the interval, or {@code null} if there is an expression
 * @param zone the time zone, or {@code null} for the usual one
 * @param missed what becomes of missed times
 * @param missedWithin how old they may be to be made up for
 * @param overlap what happens while an earlier task is not finished
 * @param jitter the longest random delay
 */
public record ScheduleDeclaration(String name, @Nullable String cron, @Nullable Duration every, @Nullable ZoneId zone,
		MissedTimes missed, Duration missedWithin, Overlap overlap, Duration jitter) {

}

package io.gobstopper.scheduling;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

/**
 * Times of a cron expression in a time zone. With a fixed hour they are times of the
 * local calendar: in a gap the moment after it counts, in an overlap the first of the
 * two. With a wildcard or a step in the hour they are all moments at which the local
 * clock shows what the expression says, so that they go on as time does.
 */
final class CronTimes implements ScheduleTimes {

	private static final int HOUR_FIELD = 2;

	private final CronExpression expression;

	private final ZoneId zone;

	private final boolean fixedHour;

	/**
	 * Creates the times.
	 * @param expression what {@link CronExpression} can parse
	 * @param zone the time zone
	 */
	CronTimes(String expression, ZoneId zone) {
		this.expression = CronExpression.parse(expression);
		this.zone = zone;
		this.fixedHour = hasFixedHour(this.expression.toString());
	}

	private static boolean hasFixedHour(String expression) {
		String[] fields = expression.trim().split("\\s+", -1);
		return fields.length > HOUR_FIELD && !fields[HOUR_FIELD].contains("*") && !fields[HOUR_FIELD].contains("/");
	}

	@Override
	public @Nullable Instant next(Instant after) {
		return this.fixedHour ? nextOfCalendar(after) : nextOfClock(after);
	}

	private @Nullable Instant nextOfCalendar(Instant after) {
		LocalDateTime local = this.expression.next(LocalDateTime.ofInstant(after, this.zone));
		while (local != null) {
			Instant moment = first(local);
			if (moment.isAfter(after)) {
				return moment;
			}
			local = this.expression.next(local);
		}
		return null;
	}

	private Instant first(LocalDateTime local) {
		ZoneRules rules = this.zone.getRules();
		ZoneOffsetTransition transition = rules.getTransition(local);
		return (transition != null && transition.isGap()) ? transition.getInstant()
				: local.toInstant(rules.getValidOffsets(local).get(0));
	}

	// The clock goes on steadily from one change of the offset to the next.
	private @Nullable Instant nextOfClock(Instant after) {
		ZoneRules rules = this.zone.getRules();
		ZoneOffset offset = rules.getOffset(after);
		LocalDateTime shown = LocalDateTime.ofInstant(after, offset);
		ZoneOffsetTransition change = rules.nextTransition(after);
		LocalDateTime next = this.expression.next(shown);
		while (next != null && change != null && !next.toInstant(offset).isBefore(change.getInstant())) {
			offset = change.getOffsetAfter();
			next = this.expression.next(change.getDateTimeAfter().minusNanos(1));
			change = rules.nextTransition(change.getInstant());
		}
		return (next != null) ? next.toInstant(offset) : null;
	}

}

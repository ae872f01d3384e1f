package io.gobstopper.store.task;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.springframework.util.Assert;

/**
 * The times at which tasks may be due: from 1970 to 9999, in microseconds. A task that is
 * held is stored as if it were due ten thousand years later, so that nothing that looks
 * for due tasks finds it, and its own time is not lost.
 */
public final class DueTimes {

	/**
	 * How many days later a held task is stored as due: ten thousand years of the
	 * calendar, which repeats itself every 400.
	 */
	public static final int HELD_DAYS = 25 * 146_097;

	/**
	 * The condition in SQL that is true for a held task.
	 */
	public static final String IS_HELD = "due_at >= timestamp '10000-01-01'";

	private static final Instant EARLIEST = Instant.EPOCH;

	/**
	 * The latest time at which a task may be due.
	 */
	public static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

	private static final Duration HELD = Duration.ofDays(HELD_DAYS);

	private static final Instant FIRST_HELD = Instant.parse("+10000-01-01T00:00:00Z");

	private DueTimes() {
	}

	/**
	 * Returns how the time is stored at which a held task is due.
	 * @param dueAt when it is due, or how that is stored already
	 * @return a time that is later than all others
	 */
	public static Instant held(Instant dueAt) {
		return isHeld(dueAt) ? dueAt : dueAt.plus(HELD);
	}

	/**
	 * Returns whether a stored time is that of a held task.
	 * @param dueAt the time
	 * @return whether it is
	 */
	public static boolean isHeld(Instant dueAt) {
		return !dueAt.isBefore(FIRST_HELD);
	}

	/**
	 * Returns when a task is due, whether or not it is held.
	 * @param dueAt the time as it is stored
	 * @return when it is due
	 */
	public static Instant real(Instant dueAt) {
		return isHeld(dueAt) ? dueAt.minus(HELD) : dueAt;
	}

	/**
	 * Returns the time after a delay, or the latest there is.
	 * @param now the time
	 * @param delay the delay, not negative
	 * @return the time
	 */
	public static Instant after(Instant now, Duration delay) {
		// Duration.between() throws and catches an exception for more than 292 years.
		boolean tooLong = delay.toSeconds() >= LATEST.getEpochSecond() - now.getEpochSecond();
		return tooLong ? LATEST : now.plus(delay).truncatedTo(ChronoUnit.MICROS);
	}

	/**
	 * Returns the time that was so long ago, or the earliest there is.
	 * @param now the time
	 * @param age how long ago, not negative
	 * @return the time
	 */
	public static Instant before(Instant now, Duration age) {
		return (age.toSeconds() >= now.getEpochSecond()) ? EARLIEST : now.minus(age);
	}

	/**
	 * Returns a time as it can be stored.
	 * @param time the time
	 * @return the time
	 * @throws IllegalArgumentException if it is too early or too late
	 */
	public static Instant storable(Instant time) {
		Assert.isTrue(!time.isBefore(EARLIEST) && !time.isAfter(LATEST),
				() -> "A task can be due from %s to %s, but not at %s".formatted(EARLIEST, LATEST, time));
		return time.truncatedTo(ChronoUnit.MICROS);
	}

	/**
	 * Returns the storable time that is next to any time.
	 * @param time the time
	 * @return the time
	 */
	public static Instant nearest(Instant time) {
		if (time.isBefore(EARLIEST)) {
			return EARLIEST;
		}
		return time.isAfter(LATEST) ? LATEST : time;
	}

}

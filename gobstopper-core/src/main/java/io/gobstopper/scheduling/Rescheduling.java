package io.gobstopper.scheduling;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

import io.gobstopper.store.schedule.StoredSchedule;

/**
 * What follows from a change of a schedule.
 */
final class Rescheduling {

	private Rescheduling() {
	}

	/**
	 * Goes on from now if the times are others.
	 * @param before the schedule before
	 * @param changed the schedule as it is to be
	 * @param now the time
	 * @return the changed schedule with its next time
	 */
	static StoredSchedule from(StoredSchedule before, StoredSchedule changed, Instant now) {
		Timing timing = ScheduleDefinition.timing(changed);
		Timing timingBefore = timing(before);
		if (timing.equals(timingBefore)) {
			return changed;
		}
		boolean sameInterval = timingBefore != null && Objects.equals(timing.every(), timingBefore.every());
		Instant anchor = sameInterval ? before.anchor() : now;
		return changed.withTimes(changed.override(), anchor, timing.times(anchor).next(now));
	}

	// What a later version stored may not be readable, and is replaced.
	private static @Nullable Timing timing(StoredSchedule schedule) {
		try {
			return ScheduleDefinition.timing(schedule);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

}

package io.gobstopper.scheduling;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskPriority;
import io.gobstopper.schedule.MissedTimes;
import io.gobstopper.schedule.Overlap;
import io.gobstopper.store.schedule.StoredSchedule;

/**
 * What a schedule is declared to do, as it is stored.
 *
 * @param timing when
 * @param missed what becomes of missed times
 * @param missedWithin how old they may be to be made up for
 * @param overlap what happens while an earlier task is not finished
 * @param jitter the longest random delay
 * @param priority the priority of its tasks
 * @param maxRetries how often they are tried again
 * @param args what is given by position, a JSON object or array
 * @param kwargs their arguments by name, a JSON object
 * @param headers their headers
 */
record ScheduleDefinition(Timing timing, MissedTimes missed, Duration missedWithin, Overlap overlap, Duration jitter,
		TaskPriority priority, int maxRetries, String args, String kwargs, Map<String, String> headers) {

	private static final JsonMapper mapper = JsonMapper.shared();

	static ScheduleDefinition of(StoredSchedule schedule) {
		return mapper.readValue(schedule.definition(), ScheduleDefinition.class);
	}

	// The times in force.
	static Timing timing(StoredSchedule schedule) {
		String override = schedule.override();
		return (override != null) ? mapper.readValue(override, Timing.class) : of(schedule).timing();
	}

	static ScheduleTimes times(StoredSchedule schedule) {
		return timing(schedule).times(schedule.anchor());
	}

	static @Nullable String json(@Nullable Timing timing) {
		return (timing != null) ? mapper.writeValueAsString(timing) : null;
	}

	String json() {
		return mapper.writeValueAsString(this);
	}

}

package io.gobstopper.store.schedule;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a schedule did about the times that had come.
 *
 * @param schedule its name
 * @param fired for how many it enqueued a task
 * @param missed how many were missed
 * @param skipped how many were skipped as an earlier task was not finished
 * @param lateness how long after the last of them its task was enqueued, {@code null} if
 * none was
 */
public record ScheduleStep(String schedule, int fired, long missed, int skipped, @Nullable Duration lateness) {

	/**
	 * Returns that a schedule is there and did nothing yet.
	 * @param schedule its name
	 * @return the step
	 */
	public static ScheduleStep none(String schedule) {
		return new ScheduleStep(schedule, 0, 0, 0, null);
	}

}

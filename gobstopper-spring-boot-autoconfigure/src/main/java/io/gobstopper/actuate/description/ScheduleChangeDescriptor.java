package io.gobstopper.actuate.description;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What was done to a schedule.
 *
 * @param action what was asked for
 * @param changed whether it changed anything
 * @param taskId the task that was enqueued at once
 * @param matching for how many times in the past there was no task
 * @param enqueued how many tasks were enqueued for them, 0 if they were only counted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ScheduleChangeDescriptor(String action, boolean changed, @Nullable String taskId,
		@Nullable Integer matching, @Nullable Integer enqueued) {

	public static ScheduleChangeDescriptor of(String action, boolean changed) {
		return new ScheduleChangeDescriptor(action, changed, null, null, null);
	}

	public static ScheduleChangeDescriptor triggered(String taskId) {
		return new ScheduleChangeDescriptor("trigger", true, taskId, null, null);
	}

	public static ScheduleChangeDescriptor backfilled(int matching, int enqueued) {
		return new ScheduleChangeDescriptor("backfill", enqueued > 0, null, matching, enqueued);
	}

}

package io.gobstopper.schedule;

import java.time.Duration;
import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as it is at one moment.
 *
 * @param name its unique name
 * @param task the name of the task that it enqueues
 * @param category the category of the task
 * @param origin where it was declared
 * @param cron the times in force, or {@code null} if there is an interval
 * @param every the interval in force, or {@code null} if there is an expression
 * @param zone the time zone of the expression
 * @param overridden whether these are an operator's, not those that were declared
 * @param missed what becomes of missed times
 * @param missedWithin how old a missed time may be to be made up for
 * @param overlap what happens while an earlier task is not finished
 * @param jitter the longest random delay of a task after its time
 * @param paused whether nothing is enqueued until it is resumed
 * @param note what was said when it was paused
 * @param nextAt when it enqueues next, in the past if something keeps it from that, and
 * {@code null} if never
 * @param lastAt the time for which it last enqueued a task
 * @param lastTaskId the id of that task
 * @param fired for how many times it enqueued a task
 * @param missedCount how many times were missed
 * @param skippedCount how many times were skipped as an earlier task was not finished
 * @param skipReason why the last one was skipped
 * @param skippedAt when it was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ScheduleInfo(String name, String task, String category, Origin origin, @Nullable String cron,
		@Nullable Duration every, String zone, boolean overridden, MissedTimes missed, Duration missedWithin,
		Overlap overlap, Duration jitter, boolean paused, @Nullable String note, @Nullable Instant nextAt,
		@Nullable Instant lastAt, @Nullable String lastTaskId, long fired, long missedCount, long skippedCount,
		@Nullable String skipReason, @Nullable Instant skippedAt) {

	/**
	 * Where a schedule was declared.
	 */
	public enum Origin {

		/**
		 * By a {@link GobstopperSchedule} of a process that runs.
		 */
		CODE,

		/**
		 * By a {@link GobstopperSchedule} that no running process has any more: nothing
		 * is enqueued, and it is deleted after 30 days.
		 */
		UNDECLARED,

		/**
		 * Through {@link TaskSchedules#create}.
		 */
		DATA

	}

}

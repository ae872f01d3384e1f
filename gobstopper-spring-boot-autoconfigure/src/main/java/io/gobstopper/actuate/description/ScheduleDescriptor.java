package io.gobstopper.actuate.description;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskStatus;
import io.gobstopper.schedule.ScheduleInfo;

/**
 * One schedule.
 *
 * @param schedule the schedule
 * @param next its next times
 * @param runs its last tasks, the latest first
 * @param changesAllowed whether the user may change it
 */
public record ScheduleDescriptor(ScheduleInfo schedule, List<Instant> next, List<Run> runs, boolean changesAllowed) {

	/**
	 * A task of a schedule.
	 *
	 * @param id its id
	 * @param scheduledAt the time for which it was enqueued
	 * @param status its status
	 * @param startedAt when its last attempt started
	 * @param elapsedSeconds how long it took
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record Run(String id, @Nullable Instant scheduledAt, TaskStatus status, @Nullable Instant startedAt,
			double elapsedSeconds) {

		/**
		 * Describes a task.
		 * @param task the task
		 * @return what is shown of it
		 */
		public static Run of(TaskInfo task) {
			return new Run(task.id(), task.scheduledAt().orElse(null), task.status(), task.startedAt(),
					task.elapsedSeconds());
		}

	}

}

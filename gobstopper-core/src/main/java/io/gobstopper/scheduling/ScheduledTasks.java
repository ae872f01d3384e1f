package io.gobstopper.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

import com.github.f4b6a3.uuid.UuidCreator;
import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskContext;
import io.gobstopper.store.schedule.StoredSchedule;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskHeaders;
import io.gobstopper.store.task.TaskState;

/**
 * Makes the tasks that schedules enqueue.
 */
final class ScheduledTasks {

	private ScheduledTasks() {
	}

	/**
	 * Makes a task.
	 * @param schedule the schedule
	 * @param definition what it says
	 * @param scheduledAt the time for which it is
	 * @param previous the time for which there was one before, if any
	 * @param dueAt from when it may run, now if that is in the past
	 * @param now the time
	 * @return the task, not stored yet
	 */
	static StoredTask create(StoredSchedule schedule, ScheduleDefinition definition, Instant scheduledAt,
			@Nullable Instant previous, Instant dueAt, Instant now) {
		Map<String, String> headers = new LinkedHashMap<>(definition.headers());
		headers.put(TaskContext.SCHEDULE_HEADER, schedule.name());
		headers.put(TaskContext.SCHEDULED_AT_HEADER, scheduledAt.toString());
		if (previous != null) {
			headers.put(TaskContext.PREVIOUS_SCHEDULED_AT_HEADER, previous.toString());
		}
		TaskDetails details = new TaskDetails(UuidCreator.getPrefixComb(), schedule.task(), schedule.category(),
				definition.priority(), definition.args(), definition.kwargs(), now, definition.maxRetries(), null,
				TaskHeaders.write(headers));
		return new StoredTask(0, details, TaskState.pending(dueAt.isAfter(now) ? dueAt : now));
	}

	static Instant scheduledAt(StoredTask task) {
		return Instant.parse(Objects
			.requireNonNull(TaskHeaders.read(task.details().headers()).get(TaskContext.SCHEDULED_AT_HEADER)));
	}

	// The same whoever makes the task.
	static Duration delay(String schedule, Instant scheduledAt, Duration longest) {
		return longest.isZero() ? Duration.ZERO : Duration
			.ofMillis(new SplittableRandom(Objects.hash(schedule, scheduledAt)).nextLong(longest.toMillis() + 1));
	}

}

package io.gobstopper.actuate;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskStatus;

/**
 * One page of tasks without what may be long, newest first.
 *
 * @param version changes with the tasks; a request that tells it gets status 304 and no
 * body while it is the same
 * @param tasks the tasks
 * @param next the {@code after} of the page that follows, {@code null} if this is the
 * last
 * @param valuesShown whether errors are shown
 * @param changesAllowed whether the user may change tasks
 */
public record TaskSummaryPageDescriptor(String version, List<TaskSummaryDescriptor> tasks, @Nullable String next,
		boolean valuesShown, boolean changesAllowed) implements OperationResponseBody {

	static TaskSummaryPageDescriptor of(TaskPageDescriptor page) {
		List<TaskSummaryDescriptor> tasks = page.tasks().stream().map(TaskSummaryDescriptor::of).toList();
		return new TaskSummaryPageDescriptor(
				ContentVersion.of(tasks, String.valueOf(page.next()), page.valuesShown(), page.changesAllowed()), tasks,
				page.next(), page.valuesShown(), page.changesAllowed());
	}

	/**
	 * A task without its arguments, its result and its stack trace.
	 *
	 * @param id the id of the task
	 * @param name the name of the task
	 * @param category its category
	 * @param priority its priority
	 * @param status its status
	 * @param createdAt when it was enqueued
	 * @param dueAt from when it may run, or run again
	 * @param startedAt when its last attempt began
	 * @param completedAt when it reached a final status
	 * @param elapsedSeconds the run time of the last attempt, 0.0 until done
	 * @param attempt how often it was started
	 * @param crashCount how often its process died while it ran
	 * @param progress from 0.0 to 100.0
	 * @param error the beginning of the message of the last failure
	 */
	public record TaskSummaryDescriptor(String id, String name, String category, TaskPriority priority,
			TaskStatus status, Instant createdAt, Instant dueAt, @Nullable Instant startedAt,
			@Nullable Instant completedAt, double elapsedSeconds, int attempt, int crashCount, double progress,
			@Nullable String error) {

		private static final int LONGEST_ERROR = 100;

		static TaskSummaryDescriptor of(TaskInfo task) {
			return new TaskSummaryDescriptor(task.id(), task.name(), task.category(), task.priority(), task.status(),
					task.createdAt(), task.dueAt(), task.startedAt(), task.completedAt(), task.elapsedSeconds(),
					task.attempt(), task.crashCount(), task.progress(), beginning(task.error()));
		}

		private static @Nullable String beginning(@Nullable String error) {
			return (error != null && error.length() > LONGEST_ERROR) ? error.substring(0, LONGEST_ERROR) + "…" : error;
		}

	}

}

package io.gobstopper.store.task;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskStatus;

/**
 * What changes during the life of a task.
 *
 * @param status the status
 * @param dueAt from when it may run
 * @param startedAt when its last attempt began
 * @param counts its attempts
 * @param progress its progress
 * @param lease who runs it, while it runs
 * @param outcome what its last attempt led to
 * @param cancelRequested whether the running attempt was asked to stop
 */
public record TaskState(TaskStatus status, Instant dueAt, @Nullable Instant startedAt, AttemptCounts counts,
		TaskProgress progress, @Nullable Lease lease, TaskOutcome outcome, boolean cancelRequested) {

	/**
	 * Returns the state of a new task.
	 * @param dueAt from when it may run
	 * @return the state
	 */
	public static TaskState pending(Instant dueAt) {
		return new TaskState(TaskStatus.PENDING, dueAt, null, AttemptCounts.NONE, TaskProgress.NONE, null,
				TaskOutcome.NONE, false);
	}

}

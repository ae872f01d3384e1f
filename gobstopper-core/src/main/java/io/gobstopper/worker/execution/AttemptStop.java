package io.gobstopper.worker.execution;

import io.gobstopper.TaskContext;

/**
 * Why a running handler is asked to stop.
 */
public enum AttemptStop {

	/**
	 * A user cancelled the task.
	 */
	CANCELLED(TaskContext.StopReason.CANCELLED),

	/**
	 * It ran longer than its timeout.
	 */
	TIMED_OUT(TaskContext.StopReason.TIMED_OUT),

	/**
	 * Another worker has it; whatever this one does is discarded.
	 */
	LEASE_LOST(TaskContext.StopReason.LEASE_LOST),

	/**
	 * The database could not be reached for as long as the lease lasts, so another worker
	 * may have it; the task is given back unless one has.
	 */
	LEASE_EXPIRED(TaskContext.StopReason.LEASE_LOST),

	/**
	 * The application stops; the task is given back.
	 */
	SHUTDOWN(TaskContext.StopReason.SHUTDOWN);

	private final TaskContext.StopReason told;

	AttemptStop(TaskContext.StopReason told) {
		this.told = told;
	}

	// What handlers are told.
	TaskContext.StopReason told() {
		return this.told;
	}

}

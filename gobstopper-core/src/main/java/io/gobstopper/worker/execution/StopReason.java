package io.gobstopper.worker.execution;

/**
 * Why a running handler is asked to stop.
 */
public enum StopReason {

	/**
	 * A user cancelled the task.
	 */
	CANCELLED,

	/**
	 * It ran longer than its timeout.
	 */
	TIMED_OUT,

	/**
	 * Another worker has it; whatever this one does is discarded.
	 */
	LEASE_LOST,

	/**
	 * The database could not be reached for as long as the lease lasts, so another worker
	 * may have it; the task is given back unless one has.
	 */
	LEASE_EXPIRED,

	/**
	 * The application stops; the task is given back.
	 */
	SHUTDOWN

}

package io.gobstopper.worker.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.execution.ClosedGates;
import io.gobstopper.worker.execution.Settlements;
import io.gobstopper.worker.execution.TaskRunner;
import io.gobstopper.worker.execution.WorkerIdentity;

/**
 * Runs tasks that were claimed, or gives them back. Safe for use by several threads.
 */
final class ClaimedTasks {

	private static final Duration STALE_AFTER = Duration.ofSeconds(1);

	private final WorkerIdentity identity;

	private final TaskRunner runner;

	private final Settlements settlements;

	private final ClosedGates closedGates;

	private final GroupCommit groupCommit;

	ClaimedTasks(WorkerIdentity identity, TaskRunner runner, Settlements settlements, ClosedGates closedGates,
			GroupCommit groupCommit) {
		this.identity = identity;
		this.runner = runner;
		this.settlements = settlements;
		this.closedGates = closedGates;
		this.groupCommit = groupCommit;
	}

	// Returns whether the handler was called.
	boolean run(StoredTask task, Runnable onAbandon) throws InterruptedException {
		this.settlements.awaitRoom();
		if (!this.settlements.isHeld(task)) {
			return false;
		}
		Instant now = this.identity.now();
		if (hasExpired(task, now)) {
			giveBack(List.of(task));
			return false;
		}
		if (this.closedGates.stop(task, now)) {
			this.settlements.settleUnstarted(task, task.givenBack().held());
			return false;
		}
		TaskRunner.ReadTask read = this.runner.read(task);
		if (read == null) {
			return false;
		}
		StoredTask begun = task.begun(now);
		this.groupCommit.publish((listeners) -> listeners.started(begun));
		this.runner.run(begun, read, onAbandon);
		return true;
	}

	// What could not even be begun must not be held for ever.
	void failedToRun(StoredTask task) {
		if (this.settlements.isHeld(task)) {
			giveBack(List.of(task));
		}
	}

	// This process slept, and another one may run the task by now.
	private static boolean hasExpired(StoredTask claimed, Instant now) {
		Lease lease = claimed.state().lease();
		return lease != null && lease.until().isBefore(now);
	}

	void giveBack(Collection<StoredTask> unstarted) {
		for (StoredTask task : unstarted) {
			this.settlements.settleUnstarted(task, task.givenBack());
		}
	}

	// Whether it was claimed ahead and has waited longer than was expected.
	boolean isStale(StoredTask task) {
		Lease lease = task.state().lease();
		return lease != null && lease.heartbeatAt().plus(STALE_AFTER).isBefore(this.identity.now());
	}

}

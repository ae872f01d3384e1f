package io.gobstopper.worker;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.gobstopper.store.Fence;
import io.gobstopper.store.GroupCommit;
import io.gobstopper.store.Lease;
import io.gobstopper.store.StoredTask;
import io.gobstopper.store.TaskStoreListener;

/**
 * Renews the leases this process holds, and takes back the tasks of workers that no
 * longer renew theirs.
 */
final class LeaseHeartbeat {

	private static final Log logger = LogFactory.getLog(LeaseHeartbeat.class);

	private final GroupCommit groupCommit;

	private final WorkerIdentity identity;

	private final Settlements settlements;

	private final RunningTasks running;

	private final CategoryQueues queues;

	private final int maxCrashes;

	LeaseHeartbeat(GroupCommit groupCommit, WorkerIdentity identity, Settlements settlements, RunningTasks running,
			CategoryQueues queues, int maxCrashes) {
		this.groupCommit = groupCommit;
		this.identity = identity;
		this.settlements = settlements;
		this.running = running;
		this.queues = queues;
		this.maxCrashes = maxCrashes;
	}

	/**
	 * Renews first, and takes back only what had run out before that, so that a process
	 * does not take its own tasks back, wherever it slept.
	 */
	void beat() {
		Instant before = this.identity.now();
		this.running.forgetEarlyCancellations();
		renew();
		Instant after = this.identity.now();
		reclaim(after.isBefore(before) ? after : before);
	}

	/**
	 * Takes back the tasks of dead workers.
	 */
	void reclaim() {
		reclaim(this.identity.now());
	}

	private void reclaim(Instant now) {
		List<StoredTask> reclaimed = GroupCommit.await(this.groupCommit.write(
				(store) -> store.reclaimExpired(now, this.maxCrashes), (claimant, tasks) -> this.queues.crashed(tasks),
				(listeners, tasks) -> tasks.forEach((task) -> tell(listeners, task))));
		if (!reclaimed.isEmpty()) {
			logger.warn(
					"%d task(s) were running in a process that died; they are queued again unless they did so %d times"
						.formatted(reclaimed.size(), this.maxCrashes));
		}
	}

	private static void tell(TaskStoreListener listeners, StoredTask reclaimed) {
		listeners.recovered(reclaimed);
		if (reclaimed.status().isTerminal()) {
			listeners.settled(reclaimed, null);
		}
	}

	private void renew() {
		List<Fence> held = this.settlements.held();
		if (held.isEmpty()) {
			return;
		}
		Map<Fence, Boolean> renewed = GroupCommit.await(this.groupCommit.write((store) -> {
			Lease lease = this.identity.newLease();
			return store.heartbeat(held, lease.heartbeatAt(), lease.until());
		}));
		for (Fence fence : held) {
			Boolean cancelRequested = renewed.get(fence);
			if (cancelRequested == null) {
				lose(fence);
			}
			else if (cancelRequested) {
				this.queues.cancelRequested(fence);
			}
		}
	}

	private void lose(Fence fence) {
		if (this.settlements.lose(fence)) {
			logger.warn("The lease on task number %d (attempt %d) was lost; its handler is interrupted"
				.formatted(fence.seq(), fence.attempt()));
			this.running.stop(fence, StopReason.LEASE_LOST);
		}
	}

}

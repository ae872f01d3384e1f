package io.gobstopper.worker.maintenance;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.Change;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.dispatch.CategoryQueues;
import io.gobstopper.worker.execution.AttemptStop;
import io.gobstopper.worker.execution.RunningTasks;
import io.gobstopper.worker.execution.Settlements;
import io.gobstopper.worker.execution.TaskExecution;
import io.gobstopper.worker.execution.WorkerIdentity;

/**
 * Renews the leases this process holds, and takes back the tasks of workers that no
 * longer renew theirs.
 */
public final class LeaseHeartbeat {

	private static final Log logger = LogFactory.getLog(LeaseHeartbeat.class);

	private final GroupCommit groupCommit;

	private final WorkerIdentity identity;

	private final Settlements settlements;

	private final RunningTasks running;

	private final CategoryQueues queues;

	private final LeaseSettings settings;

	private boolean away;

	private Instant spareUntil = Instant.MIN;

	public LeaseHeartbeat(GroupCommit groupCommit, WorkerIdentity identity, Settlements settlements,
			RunningTasks running, CategoryQueues queues, LeaseSettings settings) {
		this.groupCommit = groupCommit;
		this.identity = identity;
		this.settlements = settlements;
		this.running = running;
		this.queues = queues;
		this.settings = settings;
	}

	/**
	 * Renews first, and takes back only what had run out before that, so that a process
	 * does not take its own tasks back, wherever it slept. If the database was away, the
	 * others could not renew their leases either, and may have ends to store: they have
	 * two heartbeats to do so.
	 */
	public void beat() {
		Instant before = this.identity.now();
		boolean wasAway = this.away;
		this.away = true;
		this.running.forgetEarlyCancellations();
		renew();
		this.away = false;
		Instant after = this.identity.now();
		boolean slow = after.isAfter(DueTimes.after(before, this.settings.heartbeatInterval()));
		if (after.isBefore(this.spareUntil)) {
			return;
		}
		if (wasAway || slow) {
			this.spareUntil = DueTimes.after(after, this.settings.heartbeatInterval().multipliedBy(2));
			return;
		}
		reclaim(after.isBefore(before) ? after : before);
	}

	/**
	 * Asks what runs on to stop when its lease is over, as another worker may have it,
	 * even if the database cannot say so. It does not wait for the database.
	 */
	public void stopExpired() {
		Instant now = this.identity.now();
		for (TaskExecution execution : this.running.all()) {
			if (this.settlements.hasExpired(execution.fence(), now) && execution.stop(AttemptStop.LEASE_EXPIRED)) {
				logger.warn(
						"The lease on task %s is over, as the database was not reached in time to renew it; its handler is interrupted"
							.formatted(execution.id()));
			}
		}
	}

	/**
	 * Takes back the tasks of workers that are dead at the start.
	 */
	public void reclaim() {
		reclaim(this.identity.now());
	}

	private void reclaim(Instant now) {
		List<StoredTask> reclaimed = GroupCommit.await(this.groupCommit
			.change((store) -> Change.recovered(store.reclaimExpired(now, this.settings.maxCrashes()))));
		if (!reclaimed.isEmpty()) {
			logger.warn(
					"%d task(s) were running in a process that died; they are queued again unless they did so %d times"
						.formatted(reclaimed.size(), this.settings.maxCrashes()));
		}
	}

	// Even without leases, so that the database is known to be there.
	private void renew() {
		List<Fence> held = this.settlements.held();
		Renewal renewal = GroupCommit.await(this.groupCommit.write((store) -> {
			Lease lease = this.identity.newLease();
			return new Renewal(lease,
					held.isEmpty() ? Map.of() : store.heartbeat(held, lease.heartbeatAt(), lease.until()));
		}));
		for (Fence fence : held) {
			Boolean cancelRequested = renewal.cancelRequested().get(fence);
			if (cancelRequested == null) {
				lose(fence);
				continue;
			}
			this.settlements.renewed(fence, renewal.lease().until());
			if (cancelRequested) {
				this.queues.cancelRequested(fence);
			}
		}
	}

	private void lose(Fence fence) {
		if (this.settlements.lose(fence)) {
			logger.warn("The lease on task number %d (attempt %d) was lost; its handler is interrupted"
				.formatted(fence.seq(), fence.attempt()));
			this.running.stop(fence, AttemptStop.LEASE_LOST);
		}
	}

	/**
	 * A lease for many tasks.
	 *
	 * @param lease the lease
	 * @param cancelRequested the tasks that have it, and which of them were asked to stop
	 */
	private record Renewal(Lease lease, Map<Fence, Boolean> cancelRequested) {

	}

}

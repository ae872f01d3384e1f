package io.gobstopper.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.GroupCommit;
import io.gobstopper.store.StoredTask;
import io.gobstopper.store.TaskStoreListener;

/**
 * Wakes the queues when tasks become due, on time for those this process knows of and at
 * the next poll for others. Safe for use by several threads.
 */
final class DueTasks implements TaskStoreListener {

	private final GroupCommit groupCommit;

	private final WorkerIdentity identity;

	private final CategoryQueues queues;

	private final ScheduledExecutorService executor;

	private @Nullable Instant wakeAt;

	private @Nullable Future<?> wakeUp;

	DueTasks(GroupCommit groupCommit, WorkerIdentity identity, CategoryQueues queues,
			ScheduledExecutorService executor) {
		this.groupCommit = groupCommit;
		this.identity = identity;
		this.queues = queues;
		this.executor = executor;
	}

	/**
	 * Makes due retries pending, and has the queues claim what is due.
	 */
	void scan() {
		Instant now = this.identity.now();
		Optional<Instant> next = this.groupCommit.store().nextDueAt(now);
		if (next.isPresent() && !next.get().isAfter(now)) {
			GroupCommit.await(this.groupCommit.write((store) -> store.promoteDue(now)));
			next = this.groupCommit.store().nextDueAt(now);
		}
		next.ifPresent(this::wakeAt);
		this.groupCommit.store().claimableCategories(now).forEach(this.queues::workAvailable);
	}

	// Scans at a moment, unless that happens earlier.
	synchronized void wakeAt(Instant moment) {
		if (this.wakeAt != null && !moment.isBefore(this.wakeAt)) {
			return;
		}
		if (this.wakeUp != null) {
			this.wakeUp.cancel(false);
		}
		this.wakeAt = moment;
		Duration delay = Duration.between(this.identity.now(), moment);
		this.wakeUp = this.executor.schedule(this::wakeUp, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
	}

	@Override
	public void settled(StoredTask task) {
		if (!task.status().isTerminal()) {
			wakeAt(task.state().dueAt());
		}
	}

	private void wakeUp() {
		synchronized (this) {
			this.wakeAt = null;
			this.wakeUp = null;
		}
		scan();
	}

}

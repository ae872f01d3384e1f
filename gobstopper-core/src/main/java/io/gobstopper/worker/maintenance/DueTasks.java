package io.gobstopper.worker.maintenance;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.store.writer.TaskStoreListener;
import io.gobstopper.worker.dispatch.CategoryQueues;
import io.gobstopper.worker.execution.WorkerIdentity;

/**
 * Wakes the queues when tasks become due, on time for those this process knows of and at
 * the next poll for others.
 */
public final class DueTasks implements TaskStoreListener {

	// Before asking again for what is due but could not be made pending.
	private static final Duration PAUSE = Duration.ofMillis(100);

	private final GroupCommit groupCommit;

	private final WorkerIdentity identity;

	private final CategoryQueues queues;

	private final WakeUpTimer timer;

	public DueTasks(GroupCommit groupCommit, WorkerIdentity identity, CategoryQueues queues, WakeUpTimer timer) {
		this.groupCommit = groupCommit;
		this.identity = identity;
		this.queues = queues;
		this.timer = timer;
	}

	/**
	 * Makes due retries pending, and has the queues claim what is due. Even if nothing
	 * is, the writer is asked to, so that claiming is known to work.
	 */
	public void scan() {
		try {
			Instant now = this.identity.now();
			Optional<Instant> next = this.groupCommit.reads().nextDueAt(now);
			if (next.isPresent() && !next.get().isAfter(now)) {
				GroupCommit.await(this.groupCommit.write((store) -> store.promoteDue(now)));
				next = this.groupCommit.reads().nextDueAt(now);
			}
			next.ifPresent((dueAt) -> this.timer.wakeAt(dueAt.isAfter(now) ? dueAt : now.plus(PAUSE)));
			this.groupCommit.reads().claimableCategories(now).forEach(this.queues::workAvailable);
			this.queues.toldOfAll();
		}
		finally {
			this.groupCommit.wakeUp();
		}
	}

	// Some that were not due when they were stored may be by now.
	@Override
	public void inserted(List<StoredTask> tasks) {
		tasks.stream()
			.filter((task) -> task.dueAt().isAfter(task.details().createdAt()))
			.forEach((task) -> this.timer.wakeAt(task.dueAt()));
	}

	@Override
	public void replaced(StoredTask task) {
		this.timer.wakeAt(task.dueAt());
	}

	@Override
	public void settled(StoredTask task, @Nullable StoredAttempt attempt) {
		if (!task.status().isTerminal()) {
			this.timer.wakeAt(task.dueAt());
		}
	}

	@Override
	public void willBeDue(Instant time) {
		this.timer.wakeAt(time);
	}

}

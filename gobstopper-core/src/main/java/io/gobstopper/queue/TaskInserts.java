package io.gobstopper.queue;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;

import io.gobstopper.EnqueueResult;
import io.gobstopper.EnqueueResult.Outcome;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.Cluster;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.GroupCommit;

/**
 * Inserts new tasks: as part of the caller's transaction if it is one of the database in
 * which tasks are stored, after its commit if it is another one, and else at once.
 */
final class TaskInserts {

	private final GroupCommit groupCommit;

	private final TransactionTasks.Ending announce = new Announcement();

	private final TransactionTasks.Ending insert = this::insertNow;

	TaskInserts(GroupCommit groupCommit) {
		this.groupCommit = groupCommit;
	}

	List<EnqueueResult> insert(List<StoredTask> tasks) {
		Cluster cluster = this.groupCommit.cluster();
		if (cluster != null && cluster.isInTransaction()) {
			return results(insertIntoTransaction(cluster, tasks));
		}
		if (TransactionTasks.isNeeded()) {
			TransactionTasks gathering = TransactionTasks.current(this.insert);
			return tasks.stream().map((task) -> gather(gathering, task)).toList();
		}
		return results(insertNow(tasks));
	}

	private static List<EnqueueResult> results(List<InsertedTask> inserted) {
		return inserted.stream().map((one) -> new EnqueueResult(one.id().toString(), outcome(one))).toList();
	}

	private static Outcome outcome(InsertedTask inserted) {
		if (inserted.replaced()) {
			return Outcome.REPLACED;
		}
		return inserted.isNew() ? Outcome.CREATED : Outcome.EXISTING;
	}

	private List<InsertedTask> insertIntoTransaction(Cluster cluster, List<StoredTask> tasks) {
		TransactionTasks joined = TransactionTasks.current(this.announce);
		if (joined.isCompleting()) {
			return insertNow(tasks);
		}
		List<InsertedTask> inserted = cluster.insert(tasks);
		stored(inserted, InsertedTask::isNew).forEach(joined::add);
		for (int i = 0; i < tasks.size(); i++) {
			if (tasks.get(i).details().uniqueKey() != null && !inserted.get(i).isNew()) {
				StoredTask changed = inserted.get(i).task();
				joined.addPassedOver((changed != null) ? changed : tasks.get(i));
			}
		}
		return inserted;
	}

	private EnqueueResult gather(TransactionTasks gathering, StoredTask task) {
		String key = task.details().idempotencyKey();
		if (key != null) {
			StoredTask gathered = gathering.findByIdempotencyKey(key);
			UUID holder = (gathered != null) ? gathered.id() : findHolder(key);
			if (holder != null) {
				return new EnqueueResult(holder.toString(), Outcome.EXISTING);
			}
		}
		gathering.add(task);
		return new EnqueueResult(task.id().toString(), Outcome.CREATED);
	}

	private @Nullable UUID findHolder(String key) {
		try {
			return this.groupCommit.reads().findByIdempotencyKey(key).orElse(null);
		}
		catch (DataAccessException ex) {
			throw new TaskStoreException("The holder of an idempotency key cannot be looked up: "
					+ NestedExceptionUtils.getMostSpecificCause(ex).getMessage(), ex);
		}
	}

	// Whoever has a key in a transaction under way keeps the others who want
	// it waiting, who must not be all users of this process.
	private List<InsertedTask> insertNow(List<StoredTask> tasks) {
		Cluster cluster = this.groupCommit.cluster();
		if (cluster != null && tasks.stream().anyMatch(TaskInserts::hasKey)) {
			List<InsertedTask> inserted = cluster.insertApart(tasks);
			this.groupCommit.announceInserted(stored(inserted, InsertedTask::isNew),
					stored(inserted, InsertedTask::replaced));
			return inserted;
		}
		return GroupCommit.await(this.groupCommit.insert(tasks));
	}

	private static boolean hasKey(StoredTask task) {
		return task.details().idempotencyKey() != null || task.details().uniqueKey() != null;
	}

	private static List<StoredTask> stored(List<InsertedTask> inserted, Predicate<InsertedTask> which) {
		return inserted.stream().filter(which).map(InsertedTask::task).filter(Objects::nonNull).toList();
	}

	/**
	 * Tells of tasks that are part of a transaction.
	 */
	private final class Announcement implements TransactionTasks.Ending {

		@Override
		public boolean hasBegun() {
			return cluster().hasTransactionBegun();
		}

		@Override
		public void committed(List<StoredTask> tasks) {
			TaskInserts.this.groupCommit.announceInserted(tasks, List.of());
		}

		@Override
		public void passedOver(List<StoredTask> tasks) {
			TaskInserts.this.groupCommit.announceInserted(List.of(), tasks);
		}

		// What else is done on the connection belongs to another transaction.
		@Override
		public void addedLate(List<StoredTask> tasks, boolean begunBefore) {
			if (!begunBefore) {
				cluster().commitTransaction();
			}
			committed(tasks);
		}

		private Cluster cluster() {
			return Objects.requireNonNull(TaskInserts.this.groupCommit.cluster());
		}

	}

}

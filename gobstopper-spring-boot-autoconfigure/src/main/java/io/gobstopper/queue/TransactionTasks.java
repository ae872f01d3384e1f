package io.gobstopper.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.gobstopper.store.StoredTask;

/**
 * The tasks enqueued within one transaction. After its commit they are handed on
 * together, without those that followed a savepoint to which it was rolled back.
 */
final class TransactionTasks implements TransactionSynchronization {

	private final Ending ending;

	private final List<StoredTask> tasks = new ArrayList<>();

	private final Map<Object, Integer> sizeAtSavepoint = new HashMap<>();

	private int sizeBeforeCommit;

	private TransactionTasks(Ending ending) {
		this.ending = ending;
	}

	static boolean isNeeded() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive();
	}

	// Returns those of the current transaction, which begin with the first call.
	static TransactionTasks current(Ending ending) {
		for (TransactionSynchronization synchronization : TransactionSynchronizationManager.getSynchronizations()) {
			if (synchronization instanceof TransactionTasks gathered && gathered.ending == ending) {
				return gathered;
			}
		}
		TransactionTasks gathered = new TransactionTasks(ending);
		TransactionSynchronizationManager.registerSynchronization(gathered);
		return gathered;
	}

	void add(StoredTask task) {
		this.tasks.add(task);
	}

	@Nullable StoredTask findByIdempotencyKey(String idempotencyKey) {
		return this.tasks.stream()
			.filter((task) -> idempotencyKey.equals(task.details().idempotencyKey()))
			.findFirst()
			.orElse(null);
	}

	@Override
	public void savepoint(Object savepoint) {
		this.sizeAtSavepoint.put(savepoint, this.tasks.size());
	}

	// A savepoint from before the first task is not known.
	@Override
	public void savepointRollback(Object savepoint) {
		this.tasks.subList(this.sizeAtSavepoint.getOrDefault(savepoint, 0), this.tasks.size()).clear();
	}

	@Override
	public void beforeCompletion() {
		this.sizeBeforeCommit = this.tasks.size();
	}

	@Override
	public void afterCommit() {
		List<StoredTask> inTime = List.copyOf(this.tasks.subList(0, this.sizeBeforeCommit));
		this.tasks.subList(0, this.sizeBeforeCommit).clear();
		if (!inTime.isEmpty()) {
			this.ending.committed(inTime);
		}
		endLate();
	}

	// What others enqueue after the commit may even come too late for that.
	@Override
	public void afterCompletion(int status) {
		if (status == STATUS_COMMITTED) {
			endLate();
		}
	}

	private void endLate() {
		List<StoredTask> late = List.copyOf(this.tasks);
		this.tasks.clear();
		if (!late.isEmpty()) {
			this.ending.committedLate(late);
		}
	}

	/**
	 * What becomes of the tasks.
	 */
	interface Ending {

		/**
		 * The transaction was committed.
		 * @param tasks the tasks
		 */
		void committed(List<StoredTask> tasks);

		/**
		 * The transaction was committed, perhaps before the tasks were added.
		 * @param tasks the tasks
		 */
		default void committedLate(List<StoredTask> tasks) {
			committed(tasks);
		}

	}

}

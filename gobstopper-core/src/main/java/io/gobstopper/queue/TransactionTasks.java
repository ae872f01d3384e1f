package io.gobstopper.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.gobstopper.store.task.StoredTask;

/**
 * The tasks enqueued within one transaction. After its commit they are handed on
 * together, without those that followed a savepoint to which it was rolled back.
 */
final class TransactionTasks implements TransactionSynchronization {

	private final Ending ending;

	private final List<StoredTask> tasks = new ArrayList<>();

	private final List<StoredTask> passedOver = new ArrayList<>();

	private final Map<Object, Integer> sizeAtSavepoint = new HashMap<>();

	private final boolean begunBefore;

	private boolean completing;

	private TransactionTasks(Ending ending) {
		this.ending = ending;
		this.begunBefore = ending.hasBegun();
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

	List<StoredTask> tasks() {
		return this.tasks;
	}

	void add(StoredTask task) {
		this.tasks.add(task);
	}

	// Notes one that others may have passed over, as the transaction has locked it, or
	// that is due at another time.
	void addPassedOver(StoredTask task) {
		this.passedOver.add(task);
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

	// Returns whether the transaction is about to be completed, or is.
	boolean isCompleting() {
		return this.completing;
	}

	@Override
	public void beforeCompletion() {
		this.completing = true;
	}

	@Override
	public void afterCommit() {
		end(this.ending::committed);
	}

	// What others enqueue after the commit may even come too late for that.
	@Override
	public void afterCompletion(int status) {
		if (status == STATUS_COMMITTED) {
			end(this.completing ? this.ending::committed : this::endLate);
		}
		if (!this.passedOver.isEmpty()) {
			this.ending.passedOver(List.copyOf(this.passedOver));
			this.passedOver.clear();
		}
	}

	private void endLate(List<StoredTask> late) {
		this.ending.addedLate(late, this.begunBefore);
	}

	private void end(Consumer<List<StoredTask>> how) {
		List<StoredTask> ended = List.copyOf(this.tasks);
		this.tasks.clear();
		if (!ended.isEmpty()) {
			how.accept(ended);
		}
	}

	/**
	 * What becomes of the tasks.
	 */
	interface Ending {

		/**
		 * Returns whether something was done in the transaction already.
		 * @return whether it has begun
		 */
		default boolean hasBegun() {
			return false;
		}

		/**
		 * The transaction was committed.
		 * @param tasks the tasks
		 */
		void committed(List<StoredTask> tasks);

		/**
		 * The transaction was committed or rolled back, and had locked tasks or changed
		 * when they are due.
		 * @param tasks the tasks
		 */
		default void passedOver(List<StoredTask> tasks) {
		}

		/**
		 * The transaction was committed before the first of the tasks was added.
		 * @param tasks the tasks
		 * @param begunBefore whether something had been done since
		 */
		default void addedLate(List<StoredTask> tasks, boolean begunBefore) {
			committed(tasks);
		}

	}

}

package io.gobstopper.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.gobstopper.store.StoredTask;

/**
 * The tasks enqueued within one transaction, stored together right after its commit.
 */
final class AfterCommitEnqueue implements TransactionSynchronization {

	private final Consumer<List<StoredTask>> store;

	private final List<StoredTask> tasks = new ArrayList<>();

	private AfterCommitEnqueue(Consumer<List<StoredTask>> store) {
		this.store = store;
	}

	static boolean isNeeded() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive();
	}

	// Returns the gathering of the current transaction, which begins with the first call.
	static AfterCommitEnqueue current(Consumer<List<StoredTask>> store) {
		for (TransactionSynchronization synchronization : TransactionSynchronizationManager.getSynchronizations()) {
			if (synchronization instanceof AfterCommitEnqueue gathering) {
				return gathering;
			}
		}
		AfterCommitEnqueue gathering = new AfterCommitEnqueue(store);
		TransactionSynchronizationManager.registerSynchronization(gathering);
		return gathering;
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
	public void afterCommit() {
		this.store.accept(List.copyOf(this.tasks));
	}

}

package io.gobstopper.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.gobstopper.store.StoredTask;

/**
 * The tasks inserted as part of one transaction, which are announced after its commit.
 * Those inserted after a savepoint are not if it is rolled back to that.
 */
final class JoinedInserts implements TransactionSynchronization {

	private final Consumer<List<StoredTask>> announce;

	private final List<StoredTask> tasks = new ArrayList<>();

	private final Map<Object, Integer> sizeAtSavepoint = new HashMap<>();

	private JoinedInserts(Consumer<List<StoredTask>> announce) {
		this.announce = announce;
	}

	// Returns those of the current transaction, which begin with the first call.
	static JoinedInserts current(Consumer<List<StoredTask>> announce) {
		for (TransactionSynchronization synchronization : TransactionSynchronizationManager.getSynchronizations()) {
			if (synchronization instanceof JoinedInserts joined) {
				return joined;
			}
		}
		JoinedInserts joined = new JoinedInserts(announce);
		TransactionSynchronizationManager.registerSynchronization(joined);
		return joined;
	}

	void add(List<StoredTask> inserted) {
		this.tasks.addAll(inserted);
	}

	@Override
	public void savepoint(Object savepoint) {
		this.sizeAtSavepoint.put(savepoint, this.tasks.size());
	}

	// A savepoint from before the first insert is not known.
	@Override
	public void savepointRollback(Object savepoint) {
		this.tasks.subList(this.sizeAtSavepoint.getOrDefault(savepoint, 0), this.tasks.size()).clear();
	}

	@Override
	public void afterCommit() {
		if (!this.tasks.isEmpty()) {
			this.announce.accept(List.copyOf(this.tasks));
		}
	}

}

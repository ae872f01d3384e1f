package io.gobstopper.store.writer;

import java.time.Instant;
import java.util.Optional;

import io.gobstopper.store.TaskStore;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;

/**
 * Finds out whether the writes of a commit were stored of which nobody knows whether it
 * was made, because the database broke or failed meanwhile.
 */
final class UncertainWrites {

	private final TaskStore store;

	private final Notifier notifier;

	UncertainWrites(TaskStore store, Notifier notifier) {
		this.store = store;
		this.notifier = notifier;
	}

	// Returns whether a write is found stored, and tells so whoever waits for it. Only
	// new tasks and ends can be found.
	boolean isFoundStored(PendingWrite write) {
		if (write instanceof PendingWrite.Insert insert) {
			return isStored(insert);
		}
		return write instanceof PendingWrite.Settle settle && isStored(settle);
	}

	private boolean isStored(PendingWrite.Insert insert) {
		UncertainInsert uncertain = new UncertainInsert(this.store.reads(), insert.tasks());
		boolean stored = uncertain.isStored();
		if (stored) {
			insert.result().complete(uncertain.result());
		}
		return stored;
	}

	private boolean isStored(PendingWrite.Settle settle) {
		Settlement settlement = settle.settlement();
		Optional<StoredTask> stored = this.store.reads()
			.find(settlement.task().id())
			.filter((found) -> found.equals(settlement.task()) || isCancelledInstead(settlement, found));
		stored.ifPresent((found) -> this.notifier.publish((listeners) -> {
			listeners.settled(found, settlement.attempt());
			settle.result().complete(true);
		}));
		return stored.isPresent();
	}

	private static boolean isCancelledInstead(Settlement settlement, StoredTask found) {
		Instant completedAt = found.state().outcome().completedAt();
		return !settlement.task().status().isTerminal() && completedAt != null
				&& found.equals(settlement.cancelled(completedAt).task());
	}

}

package io.gobstopper.store.writer;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.TaskReads;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.UniqueKey;

/**
 * An insert in a commit of which nobody knows whether it was made, because the database
 * broke meanwhile.
 */
final class UncertainInsert {

	private final TaskReads reads;

	private final List<StoredTask> tasks;

	UncertainInsert(TaskReads reads, List<StoredTask> tasks) {
		this.reads = reads;
		this.tasks = tasks;
	}

	// Tasks of one insert are stored together, so one that has to be there tells for all.
	boolean isStored() {
		return this.tasks.stream()
			.filter((task) -> task.details().idempotencyKey() == null && task.details().uniqueKey() == null)
			.findFirst()
			.map(this::isStored)
			.orElseGet(() -> this.tasks.stream().anyMatch(this::isStored));
	}

	List<InsertedTask> result() {
		return this.tasks.stream().map(this::result).toList();
	}

	private boolean isStored(StoredTask task) {
		return this.reads.find(task.id()).isPresent();
	}

	private InsertedTask result(StoredTask task) {
		@Nullable StoredTask stored = this.reads.find(task.id()).orElse(null);
		if (stored != null) {
			return new InsertedTask(task.id(), stored);
		}
		UniqueKey unique = task.details().uniqueKey();
		return new InsertedTask(holder(task).orElse(task.id()), null, unique != null && unique.isDebounced());
	}

	private Optional<UUID> holder(StoredTask task) {
		String idempotencyKey = task.details().idempotencyKey();
		UniqueKey unique = task.details().uniqueKey();
		if (unique != null) {
			return this.reads.findByUniqueKey(task.details().name(), unique.key());
		}
		return (idempotencyKey != null) ? this.reads.findByIdempotencyKey(idempotencyKey) : Optional.empty();
	}

}

package io.gobstopper.store.task;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What became of a task to insert.
 *
 * @param id the id of the task that is stored
 * @param task the task as inserted or changed, or {@code null} if another holds its key
 * or was changed by a later one of the same insert
 * @param replaced whether it changed a task that waited
 */
public record InsertedTask(UUID id, @Nullable StoredTask task, boolean replaced) {

	/**
	 * Creates what became of a task that changed no other.
	 * @param id the id of the task that is stored
	 * @param task the task as inserted, or {@code null} if another holds its key
	 */
	public InsertedTask(UUID id, @Nullable StoredTask task) {
		this(id, task, false);
	}

	/**
	 * Returns whether a new task is stored.
	 * @return whether it is
	 */
	public boolean isNew() {
		return this.task != null && !this.replaced;
	}

}

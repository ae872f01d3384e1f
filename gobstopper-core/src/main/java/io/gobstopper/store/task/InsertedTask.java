package io.gobstopper.store.task;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What became of a task to insert.
 *
 * @param id the id of the task that is stored
 * @param task the task as inserted, or {@code null} if another holds its idempotency key
 */
public record InsertedTask(UUID id, @Nullable StoredTask task) {

}

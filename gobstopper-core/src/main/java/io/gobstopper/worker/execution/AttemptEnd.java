package io.gobstopper.worker.execution;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.task.StoredTask;

/**
 * How the call of a handler ended.
 *
 * @param task what the task becomes
 * @param thrown what the handler threw
 */
public record AttemptEnd(StoredTask task, @Nullable Throwable thrown) {

}

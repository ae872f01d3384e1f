package io.gobstopper.worker;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.StoredTask;

/**
 * How the call of a handler ended.
 *
 * @param task what the task becomes
 * @param thrown what the handler threw
 */
public record AttemptEnd(StoredTask task, @Nullable Throwable thrown) {

}

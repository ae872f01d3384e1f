package io.gobstopper.store.limit;

import java.time.Instant;

/**
 * A task that waits until it is due.
 *
 * @param dueAt when it is due
 * @param task the task, and before which gate it waits then
 */
record Delayed(Instant dueAt, Waiting task) {

}

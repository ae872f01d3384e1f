package io.gobstopper.store.task;

import java.util.UUID;

/**
 * What identifies a task.
 *
 * @param seq its place in the order of all tasks
 * @param id its id
 */
public record TaskKey(long seq, UUID id) {

}

package io.gobstopper;

/**
 * What became of an enqueued request.
 *
 * @param id the id of the task, a new one or the one that already holds the idempotency
 * key
 * @param created whether this request created the task
 */
public record EnqueueResult(String id, boolean created) {

}

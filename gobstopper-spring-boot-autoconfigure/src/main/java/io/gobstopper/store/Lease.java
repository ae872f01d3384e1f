package io.gobstopper.store;

import java.time.Instant;

/**
 * The hold of one worker on a running task.
 *
 * @param owner the worker
 * @param until when the hold ends unless it is renewed
 * @param heartbeatAt when it was last renewed
 */
public record Lease(String owner, Instant until, Instant heartbeatAt) {

}

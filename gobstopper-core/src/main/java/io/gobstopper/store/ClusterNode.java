package io.gobstopper.store;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A process that runs tasks.
 *
 * @param name its name, which no other has
 * @param startedAt when it started
 * @param heartbeatAt when it was last heard of
 * @param lastClaimAt when it last asked the database for work with success
 * @param active the tasks it has claimed
 * @param capacity the tasks it may run at once
 */
public record ClusterNode(String name, Instant startedAt, Instant heartbeatAt, @Nullable Instant lastClaimAt,
		int active, int capacity) {

}

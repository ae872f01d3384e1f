package io.gobstopper.store.statistics;

import java.time.Instant;
import java.util.List;

/**
 * The unfinished work and what the database takes, at one moment.
 *
 * @param takenAt the moment
 * @param depths a depth for each category that has unfinished tasks
 * @param usage what the database takes
 */
public record QueueSnapshot(Instant takenAt, List<CategoryDepth> depths, StoreUsage usage) {

	public QueueSnapshot {
		depths = List.copyOf(depths);
	}

}

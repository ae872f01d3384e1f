package io.gobstopper.actuate;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.gobstopper.store.StoreUsage;

/**
 * The queue as a whole.
 *
 * @param total all tasks, finished ones included for as long as they are kept
 * @param byStatus the tasks of each status
 * @param byCategory the tasks of each category by status
 * @param categories what waits and runs in each category
 * @param nodes the workers; on DuckDB, that of this process
 * @param store the database
 */
public record QueueDescriptor(long total, Map<String, Long> byStatus, Map<String, Map<String, Long>> byCategory,
		List<CategoryDescriptor> categories, List<NodeDescriptor> nodes,
		StoreDescriptor store) implements OperationResponseBody {

	/**
	 * What waits and runs in one category.
	 *
	 * @param category the category
	 * @param paused whether none of its tasks are started
	 * @param pending the tasks that are due
	 * @param scheduled the tasks that are not due yet
	 * @param started the tasks that run
	 * @param retry the tasks that failed and wait for their next attempt
	 * @param oldestDueAt since when the oldest of the due tasks has been so
	 * @param oldestAgeSeconds for how long that is
	 * @param active the tasks that run in this process
	 * @param limit the tasks that may run in this process at once
	 * @param prefetched the tasks claimed by this process to run next
	 */
	public record CategoryDescriptor(String category, boolean paused, long pending, long scheduled, long started,
			long retry, @Nullable Instant oldestDueAt, double oldestAgeSeconds, int active, int limit, int prefetched) {

	}

	/**
	 * A worker.
	 *
	 * @param node its name
	 * @param startedAt when it started
	 * @param lastClaimAt when it last asked the database for work with success
	 * @param active the tasks it runs
	 * @param limit the tasks it may run at once
	 */
	public record NodeDescriptor(String node, Instant startedAt, @Nullable Instant lastClaimAt, int active, int limit) {

	}

	/**
	 * The database.
	 *
	 * @param location where it is
	 * @param usage what it takes, in bytes
	 * @param pendingWrites the writes that wait for the next commit
	 */
	public record StoreDescriptor(String location, StoreUsage usage, int pendingWrites) {

	}

}

package io.gobstopper.actuate.description;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.gobstopper.store.statistics.StoreUsage;

/**
 * The queue as a whole.
 *
 * @param at the moment of which the unfinished tasks are counted
 * @param total all tasks, finished ones included for as long as they are kept
 * @param byStatus the tasks of each status; {@code pending} are those that are due and
 * those that are scheduled, {@code started} those that a worker has claimed
 * @param byCategory the tasks of each category by status
 * @param categories what waits and runs in each category
 * @param nodes the workers; on DuckDB, that of this process
 * @param store the database
 */
public record QueueDescriptor(@Nullable Instant at, long total, Map<String, Long> byStatus,
		Map<String, Map<String, Long>> byCategory, List<CategoryDescriptor> categories, List<NodeDescriptor> nodes,
		StoreDescriptor store) implements OperationResponseBody {

	/**
	 * What waits and runs in one category.
	 *
	 * @param category the category
	 * @param paused whether none of its tasks are started
	 * @param due the tasks that are due and wait
	 * @param scheduled the tasks that are not due yet
	 * @param started the tasks that a worker has claimed; most of them run
	 * @param retry the tasks that failed and wait for their next attempt
	 * @param oldestDueAt since when the oldest of the due tasks has been so
	 * @param oldestAgeSeconds for how long that is; not among what has happened lately
	 * @param running the tasks that run in this process
	 * @param limit the tasks that may run in this process at once
	 * @param claimedAhead the tasks claimed by this process to run next
	 */
	public record CategoryDescriptor(String category, boolean paused, long due, long scheduled, long started,
			long retry, @Nullable Instant oldestDueAt, @Nullable Double oldestAgeSeconds, int running, int limit,
			int claimedAhead) {

		public CategoryDescriptor withoutAge() {
			return new CategoryDescriptor(this.category, this.paused, this.due, this.scheduled, this.started,
					this.retry, this.oldestDueAt, null, this.running, this.limit, this.claimedAhead);
		}

	}

	/**
	 * A worker.
	 *
	 * @param node its name
	 * @param startedAt when it started
	 * @param lastClaimAt when it last asked the database for work with success; not among
	 * what has happened lately
	 * @param running the tasks it runs
	 * @param limit the tasks it may run at once
	 */
	public record NodeDescriptor(String node, Instant startedAt, @Nullable Instant lastClaimAt, int running,
			int limit) {

		public NodeDescriptor withoutClaim() {
			return new NodeDescriptor(this.node, this.startedAt, null, this.running, this.limit);
		}

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

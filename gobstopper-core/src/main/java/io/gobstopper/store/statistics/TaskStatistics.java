package io.gobstopper.store.statistics;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskStatus;

/**
 * What the history of a queue tells, computed by the database. It goes back as far as
 * completed tasks are kept. Safe for use by several threads.
 */
public interface TaskStatistics {

	/**
	 * Returns the exact numbers of completed tasks, in half the time of counting them by
	 * category, too.
	 * @return the number for each status that has tasks
	 */
	Map<TaskStatus, Long> completedCounts();

	/**
	 * Returns what waits, due or not, by name.
	 * @return one for each name and category that has waiting tasks
	 */
	List<WaitingName> waitingNames();

	/**
	 * Returns the attempts that ended.
	 * @param buckets when
	 * @return a summary for each bucket in which any did, in their order
	 */
	List<AttemptSummary> attempts(TimeBuckets buckets);

	/**
	 * Returns what came into the queue and left it.
	 * @param buckets when
	 * @param now the time, after which nothing has become due yet
	 * @return a flow for each bucket and category that has any, in no order
	 */
	List<QueueFlow> flows(TimeBuckets buckets, Instant now);

	/**
	 * Returns what fails most: tasks for good, and attempts that are followed by another.
	 * @param since when it failed at the earliest
	 * @param limit the largest number of summaries
	 * @return the summaries, that of the most tasks that failed for good first
	 */
	List<FailureSummary> failures(Instant since, int limit);

	/**
	 * Returns the tasks that have run longest.
	 * @param limit the largest number of tasks
	 * @param node a worker of which it is known what it runs, {@code null} for none
	 * @param runningThere what it runs; other tasks it has claimed do not run yet
	 * @return the tasks, the one that began first before others
	 */
	List<RunningTask> longestRunning(int limit, @Nullable String node, Collection<UUID> runningThere);

	/**
	 * Counts the tasks that somebody should look at.
	 * @param since when they were completed at the earliest, if they are
	 * @param knownNames the names of which there are handlers
	 * @return the numbers
	 */
	AttentionCounts attention(Instant since, Collection<String> knownNames);

}

package io.gobstopper.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.gobstopper.limit.LimitKeyInfo;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.LimitOverride;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.limit.HeldPlace;
import io.gobstopper.store.limit.LimitUse;
import io.gobstopper.store.schedule.ScheduleReads;
import io.gobstopper.store.statistics.QueueSnapshot;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.statistics.TaskStatistics;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskKey;

/**
 * What can be asked of a database of tasks, by any thread at any time.
 */
public interface TaskReads {

	/**
	 * Returns the categories that are paused.
	 * @return the categories
	 */
	Set<String> pausedCategories();

	/**
	 * Returns the categories that have pending tasks due.
	 * @param now the time
	 * @return the categories
	 */
	Set<String> claimableCategories(Instant now);

	/**
	 * Returns when the next task becomes due that is not due now.
	 * @param now the time
	 * @return the due time, or empty if no task waits for one
	 */
	Optional<Instant> nextDueAt(Instant now);

	/**
	 * Returns a task.
	 * @param id the id of the task
	 * @return the task, or empty if there is none
	 */
	Optional<StoredTask> find(UUID id);

	/**
	 * Returns tasks, newest first.
	 * @param filter which tasks
	 * @return the tasks
	 */
	List<StoredTask> find(TaskFilter filter);

	/**
	 * Returns the id of the task that holds an idempotency key.
	 * @param idempotencyKey the key
	 * @return the id, or empty if there is none
	 */
	Optional<UUID> findByIdempotencyKey(String idempotencyKey);

	/**
	 * Returns the id of the task that held a unique key last.
	 * @param name the name of the task
	 * @param key the key
	 * @return the id, or empty if none is known
	 */
	Optional<UUID> findByUniqueKey(String name, String key);

	/**
	 * Returns the keys of tasks, oldest first.
	 * @param filter which tasks
	 * @param afterSeq only tasks with higher sequence numbers
	 * @return the keys
	 */
	List<TaskKey> findKeys(TaskFilter filter, long afterSeq);

	/**
	 * Returns how many tasks a filter fits, whatever its limit.
	 * @param filter which tasks
	 * @return the number
	 */
	long count(TaskFilter filter);

	/**
	 * Returns where a held task waits.
	 * @param task the task, which has limits
	 * @return the place, or empty if it is not due yet, or not held any more
	 */
	Optional<HeldPlace> findHeldPlace(StoredTask task);

	/**
	 * Returns how much of each limit is used.
	 * @return the use of those that unfinished tasks have, by name
	 */
	List<LimitUse> limitUse();

	/**
	 * Returns the keys of a limit for which most tasks wait.
	 * @param limit the name of the limit
	 * @param most how many keys at most
	 * @return the keys, the one with most waiting tasks first
	 */
	List<LimitKeyInfo> longestKeys(String limit, int most);

	/**
	 * Returns which gates nothing passes now.
	 * @param now the time
	 * @return the gates, and until when each is closed
	 */
	Map<Gate, Instant> closedGates(Instant now);

	/**
	 * Returns what the process says of limits that started last, where several use the
	 * database.
	 * @param now the time
	 * @return the numbers by the name of the limit, none where one process uses it
	 */
	Map<String, LimitNumbers> declaredLimits(Instant now);

	/**
	 * Returns what operators have said of limits.
	 * @param now the time
	 * @return what is not over, by the name of the limit
	 */
	Map<String, LimitOverride> limitOverrides(Instant now);

	/**
	 * Returns the attempts of a task, oldest first. Of very many, the oldest are
	 * forgotten.
	 * @param task the task
	 * @return the attempts, the running one and given-back ones included
	 */
	List<StoredAttempt> attempts(StoredTask task);

	/**
	 * Returns the exact numbers of all tasks.
	 * @return a count for each category and status that has tasks
	 */
	List<TaskCount> counts();

	/**
	 * Returns the unfinished work and what the database takes, with one query.
	 * @param now the time
	 * @return the snapshot
	 */
	QueueSnapshot snapshot(Instant now);

	/**
	 * Returns what the history of the queue tells.
	 * @return the statistics
	 */
	TaskStatistics statistics();

	/**
	 * Searches for rows that cannot be right, such as one task in two places.
	 * @param everything whether to read everything, which takes seconds for millions of
	 * tasks, or only the unfinished ones, and those only if there are not too many
	 * @return what is wrong, in sentences, or nothing
	 */
	List<String> findDamage(boolean everything);

	/**
	 * Returns what can be asked of schedules.
	 * @return the reads
	 */
	ScheduleReads schedules();

}

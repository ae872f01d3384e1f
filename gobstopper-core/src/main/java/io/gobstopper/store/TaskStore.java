package io.gobstopper.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.statistics.QueueSnapshot;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.statistics.TaskStatistics;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskKey;

/**
 * The batch-shaped contract to a database of tasks.
 * <p>
 * Methods that read may be called by any thread at any time. Methods that write are
 * called by one thread; each is a transaction of its own unless called within
 * {@link #inTransaction}. A write that carries a {@link Fence} changes a task only while
 * that attempt is the current one, and its result says for which fences it did.
 */
public interface TaskStore extends AutoCloseable {

	/**
	 * Opens the database and brings its schema up to date. Called once, before anything
	 * else.
	 * @throws io.gobstopper.error.TaskStoreException if the database cannot be used
	 */
	void open();

	/**
	 * Returns whether a failure means that the database does not work until it is opened
	 * again.
	 * @param failure what a call threw
	 * @return whether {@link #reopen()} may help
	 */
	boolean isBroken(Throwable failure);

	/**
	 * Opens the database again, with all that was committed; leases stay as they are.
	 * @throws io.gobstopper.error.TaskStoreException if it still cannot be used
	 */
	void reopen();

	/**
	 * Runs writes in one transaction, which is rolled back if one of them throws.
	 * @param <T> the type of the result
	 * @param writes the writes
	 * @return what they return
	 */
	<T extends @Nullable Object> T inTransaction(Supplier<T> writes);

	/**
	 * Stores new tasks and gives them their sequence numbers in the order given. Of tasks
	 * with one idempotency key, the first ever is stored.
	 * @param tasks the tasks, pending or already claimed
	 * @return what became of each, in the order given
	 */
	List<InsertedTask> insert(List<StoredTask> tasks);

	/**
	 * Takes due tasks to run, the most urgent and then the oldest first. Nothing is taken
	 * from a paused category.
	 * @param request what to take
	 * @return the tasks in the order in which they should run
	 */
	List<StoredTask> claim(ClaimRequest request);

	/**
	 * Renews leases.
	 * @param fences the running attempts
	 * @param now the time
	 * @param leaseUntil the new end of the leases
	 * @return the attempts that are still current, each with whether it was asked to stop
	 */
	Map<Fence, Boolean> heartbeat(Collection<Fence> fences, Instant now, Instant leaseUntil);

	/**
	 * Stores the progress of running attempts.
	 * @param reports the progress, at most one report for each attempt
	 * @return the attempts that are still current
	 */
	Set<Fence> progress(Collection<ProgressReport> reports);

	/**
	 * Returns which of some attempts were asked to stop. Of those that are current, none
	 * is asked any more until the transaction is over.
	 * @param fences the attempts
	 * @return those that were asked
	 */
	Set<Fence> cancelRequested(Collection<Fence> fences);

	/**
	 * Ends attempts.
	 * @param settlements the ends, at most one for each attempt
	 * @return the attempts that were still current
	 */
	Set<Fence> settle(Collection<Settlement> settlements);

	/**
	 * Makes tasks pending whose retry is due.
	 * @param now the time
	 * @return the number of tasks
	 */
	int promoteDue(Instant now);

	/**
	 * Makes tasks due that wait because a worker could not read them, so that another one
	 * tries.
	 * @param now the time
	 * @return the number of tasks
	 */
	int promoteUnreadable(Instant now);

	/**
	 * Ends attempts whose worker is known to be dead: their leases have run out or, where
	 * only one process can have the database open, they were there when it was opened.
	 * @param now the time
	 * @param maxCrashes the number of crashes at which a task is failed
	 * @return the tasks afterwards
	 */
	List<StoredTask> reclaimExpired(Instant now, int maxCrashes);

	/**
	 * Cancels tasks that wait and asks those that run to stop.
	 * @param ids the ids of the tasks
	 * @param now the time
	 * @return the tasks afterwards, without those that do not exist or are completed
	 */
	List<StoredTask> cancel(Collection<UUID> ids, Instant now);

	/**
	 * Queues failed or cancelled tasks again, behind all others and in their old order.
	 * @param ids the ids of the tasks
	 * @param now the time
	 * @return the tasks afterwards, without those that do not exist or are neither
	 */
	List<StoredTask> requeue(Collection<UUID> ids, Instant now);

	/**
	 * Takes back the cancelling of tasks that waited: they wait again, behind all others
	 * and in their old order.
	 * @param ids the ids of the tasks
	 * @return the tasks afterwards, without those that do not exist, are not cancelled or
	 * had been running
	 */
	List<StoredTask> restore(Collection<UUID> ids);

	/**
	 * Deletes failed or cancelled tasks, their attempts and their idempotency keys.
	 * @param ids the ids of the tasks
	 * @return the ids of those deleted, without those that do not exist or are neither
	 */
	List<UUID> discard(Collection<UUID> ids);

	/**
	 * Deletes tasks completed before a time, and their idempotency keys.
	 * @param completedBefore the time
	 * @param limit the largest number to delete
	 * @return the number deleted
	 */
	int purge(Instant completedBefore, int limit);

	/**
	 * Pauses or resumes a category.
	 * @param category the category
	 * @param paused whether nothing may be claimed from it
	 */
	void setPaused(String category, boolean paused);

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
	 * Returns the id of the task that holds an idempotency key.
	 * @param idempotencyKey the key
	 * @return the id, or empty if there is none
	 */
	Optional<UUID> findByIdempotencyKey(String idempotencyKey);

	/**
	 * Returns tasks, newest first.
	 * @param filter which tasks
	 * @return the tasks
	 */
	List<StoredTask> find(TaskFilter filter);

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
	 * Moves what was written to the log into the tables, if it is enough to be worth it.
	 * Called when nobody waits for a write.
	 * @return whether it was
	 */
	boolean checkpoint();

	/**
	 * Returns the size of the log, which falls with each checkpoint.
	 * @return the size in bytes, 0 if there is no log
	 */
	long logBytes();

	/**
	 * Searches for rows that cannot be right, such as one task in two places.
	 * @param everything whether to read everything, which takes seconds for millions of
	 * tasks, or only the unfinished ones, and those only if there are not too many
	 * @return what is wrong, in sentences, or nothing
	 */
	List<String> findDamage(boolean everything);

	/**
	 * Checks that what is stored now is there after a restart.
	 * @throws io.gobstopper.error.TaskStoreException if it is not, because someone took
	 * the file away
	 */
	void check();

	/**
	 * Returns the processes that share the database.
	 * @return the cluster, or empty if only one process can have the database open
	 */
	default Optional<Cluster> cluster() {
		return Optional.empty();
	}

	/**
	 * Returns where the database is, for people to read.
	 * @return the location, such as the path of a file
	 */
	String location();

	@Override
	void close();

}

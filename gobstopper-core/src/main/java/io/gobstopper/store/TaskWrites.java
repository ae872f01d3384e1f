package io.gobstopper.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.gobstopper.limit.LimitOverride;
import io.gobstopper.store.limit.Admission;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.schedule.ScheduleWrites;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;

/**
 * The batch-shaped writes to a database of tasks. They are made by one thread; each is a
 * transaction of its own unless made within {@link #inTransaction}. A write that carries
 * a {@link Fence} changes a task only while that attempt is the current one, and its
 * result says for which fences it did.
 */
public interface TaskWrites {

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
	 * Lets held tasks be claimed for which their limits have room. Where other processes
	 * may use the database, {@link Cluster#admit} does that instead.
	 * @param request which may be
	 * @return what was admitted
	 */
	Admission admit(AdmissionRequest request);

	/**
	 * Lets nothing be admitted that has to pass certain gates, for a time. Where it is
	 * longer for one already, that counts.
	 * @param gates the gates
	 * @param until when the time is over
	 */
	void closeGates(Collection<Gate> gates, Instant until);

	/**
	 * Lets tasks pass gates again.
	 * @param gates the gates
	 */
	void openGates(Collection<Gate> gates);

	/**
	 * Says what counts of a limit instead of what was said before.
	 * @param limit the name of the limit
	 * @param override what counts for a time, {@code null} for what annotations and
	 * properties say
	 */
	void overrideLimit(String limit, @Nullable LimitOverride override);

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
	 * Deletes unique keys that had to be known for a time which is over, and such times
	 * of limits.
	 * @param now the time
	 * @param limit the largest number of keys to delete
	 * @return the number of keys deleted
	 */
	int forgetExpired(Instant now, int limit);

	/**
	 * Pauses or resumes a category.
	 * @param category the category
	 * @param paused whether nothing may be claimed from it
	 */
	void setPaused(String category, boolean paused);

	/**
	 * Returns what can be changed in schedules.
	 * @return the writes
	 */
	ScheduleWrites schedules();

}

package io.gobstopper.store;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Admissions;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.limit.Superseded;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.StoredTask;

/**
 * The processes that share a database. Methods may be called by any thread, unless they
 * say otherwise.
 */
public interface Cluster {

	/**
	 * Returns the clock that all processes go by.
	 * @return that of the database, as far as it is known
	 */
	Clock clock();

	/**
	 * Returns whether inserting tasks on this thread now would be part of a transaction
	 * that the caller has begun.
	 * @return whether it would
	 */
	boolean isInTransaction();

	/**
	 * Returns whether something was done in that transaction already.
	 * @return whether it was
	 */
	boolean hasTransactionBegun();

	/**
	 * Commits what was done on the connection of that transaction after it was committed,
	 * while that is still there.
	 */
	void commitTransaction();

	/**
	 * Inserts tasks on the calling thread, as part of its transaction. Nobody is told.
	 * @param tasks the tasks, pending
	 * @return what became of each, in the order given
	 * @throws io.gobstopper.error.TaskStoreException if nothing was inserted
	 */
	List<InsertedTask> insert(List<StoredTask> tasks);

	/**
	 * Inserts tasks on the calling thread, in a transaction of their own. Nobody is told.
	 * @param tasks the tasks, pending
	 * @return what became of each, in the order given
	 * @throws io.gobstopper.error.TaskStoreException if nothing was inserted
	 */
	List<InsertedTask> insertApart(List<StoredTask> tasks);

	/**
	 * Tells the other processes that tasks can be claimed. Called by the thread that
	 * writes.
	 * @param categories their categories
	 */
	void announceWork(Collection<String> categories);

	/**
	 * Tells the other processes that tasks wait for limits. Called by the thread that
	 * writes.
	 * @param gates what they wait for
	 */
	void announceGates(Collection<Gate> gates);

	/**
	 * Lets held tasks be claimed for which their limits have room, and tells the other
	 * processes. Called by a thread that may wait for them.
	 * @param request which may be
	 * @param changed what may let a task pass, or {@code null} to look at a part of
	 * everything and to tell what this process knows of limits
	 * @return what was admitted
	 */
	Admissions admit(AdmissionRequest request, @Nullable Set<Gate> changed);

	/**
	 * Cancels tasks that give way to others. Called by the thread that writes. What
	 * somebody else changes just now is passed over.
	 * @param superseded the tasks
	 * @param now the time
	 * @return those that were cancelled or asked to stop
	 */
	List<StoredTask> giveWay(Superseded superseded, Instant now);

	/**
	 * Has a claimant told what other processes announce, from now on.
	 * @param claimant told of work, of pauses, and of requests to stop
	 * @param begun called whenever it begins, or begins again after a failure, as what
	 * was announced before was missed
	 * @return ends it when it is closed
	 */
	Subscription listen(Claimant claimant, Runnable begun);

	/**
	 * Tells that a process is there. Called by the thread that writes.
	 * @param node the process
	 */
	void beat(ClusterNode node);

	/**
	 * Tells that a process is gone. Called by the thread that writes.
	 * @param name its name
	 */
	void leave(String name);

	/**
	 * Returns the processes that run tasks.
	 * @param heardSince when they were last heard of at the earliest
	 * @return the processes, by name
	 */
	List<ClusterNode> nodes(Instant heardSince);

	/**
	 * Returns which of many tasks are completed.
	 * @param ids the ids of the tasks
	 * @return those that are
	 */
	List<StoredTask> findCompleted(Collection<UUID> ids);

	/**
	 * What ends listening.
	 */
	interface Subscription extends AutoCloseable {

		@Override
		void close();

	}

}

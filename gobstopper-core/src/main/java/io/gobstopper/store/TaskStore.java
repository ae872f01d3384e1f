package io.gobstopper.store;

import java.util.Optional;

/**
 * A database of tasks: what is read from it, what is written to it, its life and, if
 * several processes can have it open, what they tell each other.
 */
public interface TaskStore extends StoreLifecycle {

	/**
	 * Returns what can be asked once the database is open.
	 * @return the reads
	 */
	TaskReads reads();

	/**
	 * Returns what can be changed once the database is open.
	 * @return the writes
	 */
	TaskWrites writes();

	/**
	 * Returns the processes that share the database.
	 * @return the cluster, or empty if only one process can have the database open
	 */
	default Optional<Cluster> cluster() {
		return Optional.empty();
	}

}

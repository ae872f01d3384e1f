package io.gobstopper.store.schedule;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What can be changed in the schedules of a database, within a transaction of
 * {@link io.gobstopper.store.TaskWrites}, by the thread that writes.
 */
public interface ScheduleWrites {

	/**
	 * Returns schedules that nobody else changes until the transaction is over.
	 * @param names their names
	 * @return those that there are
	 */
	List<StoredSchedule> lock(Collection<String> names);

	/**
	 * Returns schedules whose time has come and that nobody else is about to change, who
	 * cannot until the transaction is over.
	 * @param due which
	 * @return the schedules, by their next times and names
	 */
	List<StoredSchedule> lockDue(Due due);

	/**
	 * Returns the tasks of schedules that are not finished.
	 * @param schedules the names of the schedules
	 * @return the tasks
	 */
	List<UnfinishedRun> unfinished(Collection<String> schedules);

	/**
	 * Returns for which times schedules enqueued tasks.
	 * @param schedules the names of the schedules
	 * @param since the earliest time
	 * @return the runs that are kept
	 */
	List<ScheduleRun> runs(Collection<String> schedules, Instant since);

	/**
	 * Stores a new schedule.
	 * @param schedule the schedule
	 * @return whether there was none of that name
	 */
	boolean insert(StoredSchedule schedule);

	/**
	 * Stores schedules, in place of those of the same names.
	 * @param schedules the schedules
	 */
	void save(Collection<StoredSchedule> schedules);

	/**
	 * Notes that a process declares schedules, as far as they are stored as such.
	 * @param names their names
	 * @param now the time
	 * @return how many are
	 */
	int seen(Collection<String> names, Instant now);

	/**
	 * Deletes schedules.
	 * @param names their names
	 */
	void delete(Collection<String> names);

	/**
	 * Deletes schedules that were declared in code and are not any more.
	 * @param seenBefore those not seen since
	 */
	void deleteUndeclared(Instant seenBefore);

	/**
	 * Notes which tasks were enqueued.
	 * @param runs the tasks
	 */
	void add(Collection<ScheduleRun> runs);

	/**
	 * Forgets runs whose tasks are not kept any more.
	 * @param scheduledBefore of those for times before
	 * @param limit how many at most
	 * @return how many were forgotten
	 */
	int forgetRuns(Instant scheduledBefore, int limit);

	/**
	 * Which schedules are due.
	 *
	 * @param now the time
	 * @param seenSince since when a process must have said that it declares one
	 * @param tasks the names of tasks that can be run
	 * @param after behind which schedule to begin, {@code null} for the first
	 * @param limit how many at most
	 */
	record Due(Instant now, Instant seenSince, Collection<String> tasks, @Nullable StoredSchedule after, int limit) {

	}

}

package io.gobstopper.store.schedule;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What can be asked of the schedules in a database. Safe for use by several threads.
 */
public interface ScheduleReads {

	/**
	 * Returns all schedules.
	 * @return the schedules in the order of their names
	 */
	List<StoredSchedule> findAll();

	/**
	 * Returns a schedule.
	 * @param name its name
	 * @return the schedule, or empty if there is none
	 */
	Optional<StoredSchedule> find(String name);

	/**
	 * Returns the earliest time after a moment of those that enqueue certain tasks, but
	 * for those that are paused or whose category is.
	 * @param after the moment
	 * @param seenSince since when a process must have said that it declares one
	 * @param tasks the names of the tasks
	 * @return the time, or empty if there is none
	 */
	Optional<Instant> nextAfter(Instant after, Instant seenSince, Collection<String> tasks);

	/**
	 * Returns schedules that should have enqueued a task before a moment, but for those
	 * that are paused or whose category is.
	 * @param before the moment
	 * @param seenSince since when a process must have said that it declares one
	 * @param limit how many at most
	 * @return the schedules, those with the earliest times first
	 */
	List<StoredSchedule> findOverdue(Instant before, Instant seenSince, int limit);

}

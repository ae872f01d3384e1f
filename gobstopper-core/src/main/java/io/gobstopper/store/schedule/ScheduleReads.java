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

	/**
	 * Returns for which times a schedule enqueued tasks that are still kept.
	 * @param name the name of the schedule
	 * @param from the earliest time
	 * @param to the time before which they are
	 * @return the times
	 */
	List<Instant> runsBetween(String name, Instant from, Instant to);

	/**
	 * Returns the last tasks of a schedule that are still kept.
	 * @param name the name of the schedule
	 * @param limit how many
	 * @return the latest first
	 */
	List<ScheduleRun> lastRuns(String name, int limit);

}

package io.gobstopper.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The schedules of the queue: those declared by {@link GobstopperSchedule} and those kept
 * as data. Safe for use by several threads.
 * <p>
 * For each time of a schedule at most one task is enqueued, in one transaction with the
 * schedule's step to the next time, whatever is killed meanwhile. Where several processes
 * share a database, any of those that have a handler for the task does it.
 */
public interface TaskSchedules {

	/**
	 * Keeps a new schedule.
	 * @param schedule the schedule
	 * @throws IllegalStateException if there is one of that name
	 * @throws io.gobstopper.error.UnknownTaskException if its task has no handler here
	 * @throws io.gobstopper.error.InvalidTaskArgumentsException if its arguments do not
	 * fit the handler
	 */
	void create(TaskSchedule schedule);

	/**
	 * Changes a schedule, from now on. For one that was declared in code, only the times
	 * are changed, until {@link #reset}.
	 * @param schedule what it is to be
	 * @throws IllegalStateException if there is none of that name
	 * @throws io.gobstopper.error.InvalidTaskArgumentsException if its arguments do not
	 * fit the handler
	 */
	void update(TaskSchedule schedule);

	/**
	 * Takes back what an operator changed in the times of a schedule.
	 * @param name its name
	 * @return whether there was something to take back
	 */
	boolean reset(String name);

	/**
	 * Deletes a schedule that is kept as data or not declared any more; its tasks stay.
	 * @param name its name
	 * @return whether there was one
	 * @throws IllegalStateException if it is declared in code
	 */
	boolean delete(String name);

	/**
	 * Returns a schedule.
	 * @param name its name
	 * @return the schedule, or empty if there is none
	 */
	Optional<ScheduleInfo> find(String name);

	/**
	 * Returns all schedules.
	 * @return the schedules in the order of their names
	 */
	List<ScheduleInfo> findAll();

	/**
	 * Enqueues nothing until the schedule is resumed. A deploy does not change that.
	 * @param name its name
	 * @param note why, for people to read, or {@code null}
	 * @return whether there is one
	 */
	boolean pause(String name, @Nullable String note);

	/**
	 * Goes on after a pause; its times during the pause count as missed.
	 * @param name its name
	 * @return whether there is one that was paused
	 */
	boolean resume(String name);

	/**
	 * Enqueues the task of a schedule now, in addition to those of its times.
	 * @param name its name
	 * @return the id of the task
	 * @throws IllegalStateException if there is no such schedule
	 */
	String trigger(String name);

	/**
	 * Returns the next times of a schedule, whether or not it is paused.
	 * @param name its name
	 * @param count how many at most, from 1 to 1000
	 * @return the times
	 * @throws IllegalStateException if there is no such schedule
	 */
	List<Instant> next(String name, int count);

	/**
	 * Returns for which times {@link #backfill} would enqueue a task.
	 * @param name its name
	 * @param from the earliest time
	 * @param to the time before which they must be
	 * @return the times
	 * @throws IllegalStateException if there is no such schedule
	 * @throws IllegalArgumentException if there are more than 1,000
	 */
	List<Instant> missing(String name, Instant from, Instant to);

	/**
	 * Enqueues a task for each time of a schedule in the past for which there is none.
	 * @param name its name
	 * @param from the earliest time
	 * @param to the time before which they must be
	 * @return how many were enqueued
	 * @throws IllegalStateException if there is no such schedule
	 * @throws IllegalArgumentException if there are more than 1,000
	 */
	int backfill(String name, Instant from, Instant to);

}

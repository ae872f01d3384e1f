package io.gobstopper.limit;

import java.time.Duration;
import java.util.List;

/**
 * What is known of limits, and what an operator can do. Safe for use by several threads.
 */
public interface TaskLimits {

	/**
	 * Returns all limits: those that this application knows, and those that tasks have
	 * which are not finished.
	 * @return the limits in the order of their names
	 * @throws io.gobstopper.error.TaskStoreException if the database cannot be asked
	 */
	List<LimitInfo> findAll();

	/**
	 * Returns the keys of a limit for which most tasks wait.
	 * @param name the name of the limit
	 * @return at most 20 keys, the one with most waiting tasks first
	 * @throws io.gobstopper.error.TaskStoreException if the database cannot be asked
	 */
	List<LimitKeyInfo> findLongestKeys(String name);

	/**
	 * Lets no task start that has a limit, in any process, until it is resumed. What runs
	 * goes on.
	 * @param name the name of the limit
	 * @throws IllegalArgumentException if there is no such limit
	 * @throws io.gobstopper.error.TaskStoreException if it could not be stored
	 */
	void pause(String name);

	/**
	 * Lets no task start that has a key of a limit, in any process, until it is resumed.
	 * What runs goes on.
	 * @param name the name of the limit
	 * @param key the key
	 * @throws IllegalArgumentException if there is no such limit
	 * @throws io.gobstopper.error.TaskStoreException if it could not be stored
	 */
	void pause(String name, String key);

	/**
	 * Lets tasks start again after a pause of their limit.
	 * @param name the name of the limit
	 * @throws IllegalArgumentException if there is no such limit
	 * @throws io.gobstopper.error.TaskStoreException if it could not be stored
	 */
	void resume(String name);

	/**
	 * Lets tasks start again after a pause of their key, or after a handler was told to
	 * wait.
	 * @param name the name of the limit
	 * @param key the key
	 * @throws IllegalArgumentException if there is no such limit
	 * @throws io.gobstopper.error.TaskStoreException if it could not be stored
	 * @see io.gobstopper.RateLimitedException
	 */
	void resume(String name, String key);

	/**
	 * Lets other numbers count than annotations and properties say, in all processes, for
	 * a time. They replace those of an override before. If they are lower, what runs goes
	 * on, and others start once there is room for them.
	 * @param name the name of the limit
	 * @param numbers the numbers; what is {@code null} stays as it is
	 * @param timeToLive for how long they count, at most 366 days
	 * @throws IllegalArgumentException if there is no such limit, a number is less than
	 * 1, there is none, there is a burst but no rate, more than 1 of each key are to run
	 * of a limit in order, or the time is too short or too long
	 * @throws io.gobstopper.error.TaskStoreException if it could not be stored
	 */
	void override(String name, LimitNumbers numbers, Duration timeToLive);

	/**
	 * Lets the numbers of annotations and properties count again.
	 * @param name the name of the limit
	 * @throws IllegalArgumentException if there is no such limit
	 * @throws io.gobstopper.error.TaskStoreException if it could not be stored
	 */
	void reset(String name);

}

package io.gobstopper.limit;

import java.util.List;

/**
 * What is known of limits. Safe for use by several threads.
 */
public interface TaskLimits {

	/**
	 * Returns all limits: those that this application knows, and those that tasks have
	 * which are not finished.
	 * @return the limits in the order of their names
	 * @throws io.gobstopper.error.TaskStoreException if the database cannot be asked
	 */
	List<LimitInfo> findAll();

}

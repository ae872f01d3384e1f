package io.gobstopper;

import java.util.Map;

/**
 * Exact numbers of tasks at one moment, finished ones included for as long as they are
 * kept.
 *
 * @param total all tasks
 * @param byStatus the tasks of each status; every status is present
 * @param byCategory the tasks of each category that has any
 * @param running the tasks that are {@link TaskStatus#STARTED}
 * @param queued the tasks that are {@link TaskStatus#PENDING} or {@link TaskStatus#RETRY}
 */
public record TaskStats(long total, Map<TaskStatus, Long> byStatus, Map<String, Long> byCategory, long running,
		long queued) {

	/**
	 * Copies what is given.
	 * @param total all tasks
	 * @param byStatus the tasks of each status; every status is present
	 * @param byCategory the tasks of each category that has any
	 * @param running the tasks that are {@link TaskStatus#STARTED}
	 * @param queued the tasks that are {@link TaskStatus#PENDING} or
	 * {@link TaskStatus#RETRY}
	 */
	public TaskStats {
		byStatus = Map.copyOf(byStatus);
		byCategory = Map.copyOf(byCategory);
	}

}

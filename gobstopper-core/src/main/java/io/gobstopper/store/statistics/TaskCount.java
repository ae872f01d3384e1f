package io.gobstopper.store.statistics;

import io.gobstopper.TaskStatus;

/**
 * The number of tasks of one category and status.
 *
 * @param category the category
 * @param status the status
 * @param count the number
 */
public record TaskCount(String category, TaskStatus status, long count) {

}

package io.gobstopper.store.statistics;

import java.time.Instant;

/**
 * What came into one category's queue and what left it in one bucket of time, as far as
 * the latest attempt of each task goes.
 *
 * @param start where the bucket begins
 * @param category the category
 * @param entered the tasks that became due
 * @param left the tasks that were started, or cancelled before they could be
 */
public record QueueFlow(Instant start, String category, long entered, long left) {

}

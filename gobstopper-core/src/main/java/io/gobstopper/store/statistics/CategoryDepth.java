package io.gobstopper.store.statistics;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The unfinished tasks of one category.
 *
 * @param category the category
 * @param pending those that are due
 * @param scheduled those that are not due yet
 * @param started those that run
 * @param retry those that failed and wait for their next attempt
 * @param oldestDueAt since when the oldest of those that are due has been so
 */
public record CategoryDepth(String category, long pending, long scheduled, long started, long retry,
		@Nullable Instant oldestDueAt) {

}

package io.gobstopper.store;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskStatus;

/**
 * Which tasks to find, newest first; what is {@code null} does not restrict.
 *
 * @param category the category
 * @param status the status
 * @param name the name of the task
 * @param text text that occurs in it, in any case
 * @param since the earliest creation time, inclusive
 * @param until the latest creation time, exclusive
 * @param beforeSeq only tasks with lower sequence numbers
 * @param limit the largest number of tasks
 */
public record TaskFilter(@Nullable String category, @Nullable TaskStatus status, @Nullable String name,
		@Nullable String text, @Nullable Instant since, @Nullable Instant until, @Nullable Long beforeSeq, int limit) {

}

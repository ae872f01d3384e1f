package io.gobstopper.store;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.gobstopper.TaskStatus;

/**
 * Which tasks to find, newest first; what is {@code null} does not restrict.
 *
 * @param category the category
 * @param statuses the statuses
 * @param name the name of the task
 * @param text text that occurs in it, in any case
 * @param since the earliest creation time, inclusive
 * @param until the latest creation time, exclusive
 * @param beforeSeq only tasks with lower sequence numbers
 * @param limit the largest number of tasks
 */
public record TaskFilter(@Nullable String category, Set<TaskStatus> statuses, @Nullable String name,
		@Nullable String text, @Nullable Instant since, @Nullable Instant until, @Nullable Long beforeSeq, int limit) {

	/**
	 * All statuses.
	 */
	public static final Set<TaskStatus> ANY_STATUS = Set.copyOf(EnumSet.allOf(TaskStatus.class));

	public TaskFilter {
		Assert.notEmpty(statuses, "'statuses' must not be empty");
		statuses = Set.copyOf(statuses);
	}

}

package io.gobstopper.store;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;

/**
 * Which tasks to find, newest first; the statuses, the page and its size of the query do
 * not matter.
 *
 * @param query what restricts them
 * @param statuses the statuses
 * @param handled the names that are found by no query for tasks without a handler
 * @param fromSeq only tasks with at least this sequence number
 * @param beforeSeq only tasks with lower sequence numbers
 * @param limit the largest number of tasks
 */
public record TaskFilter(TaskQuery query, Set<TaskStatus> statuses, List<String> handled, @Nullable Long fromSeq,
		@Nullable Long beforeSeq, int limit) {

	/**
	 * All statuses.
	 */
	public static final Set<TaskStatus> ANY_STATUS = Set.copyOf(EnumSet.allOf(TaskStatus.class));

	public TaskFilter {
		Assert.notEmpty(statuses, "'statuses' must not be empty");
		statuses = Set.copyOf(statuses);
		handled = List.copyOf(handled);
	}

	/**
	 * Creates a filter for all tasks that a query fits.
	 * @param query the query
	 * @param handled the names of which there are handlers
	 * @return the filter
	 */
	public static TaskFilter of(TaskQuery query, Collection<String> handled) {
		return new TaskFilter(query, query.statuses().isEmpty() ? ANY_STATUS : query.statuses(), List.copyOf(handled),
				null, null, query.limit());
	}

	/**
	 * Returns the same filter for other statuses.
	 * @param others the statuses
	 * @return the filter
	 */
	public TaskFilter withStatuses(Set<TaskStatus> others) {
		return new TaskFilter(this.query, others, this.handled, this.fromSeq, this.beforeSeq, this.limit);
	}

	/**
	 * Returns the same filter for a part of the tasks.
	 * @param before only tasks with lower sequence numbers
	 * @param most the largest number of tasks
	 * @return the filter
	 */
	public TaskFilter page(@Nullable Long before, int most) {
		return new TaskFilter(this.query, this.statuses, this.handled, null, before, most);
	}

	/**
	 * Returns the same filter for a range of tasks.
	 * @param from only tasks with at least this sequence number
	 * @param before only tasks with lower sequence numbers
	 * @param most the largest number of tasks
	 * @return the filter
	 */
	public TaskFilter slice(long from, long before, int most) {
		return new TaskFilter(this.query, this.statuses, this.handled, from, before, most);
	}

}

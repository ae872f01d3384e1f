package io.gobstopper;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One page of tasks, newest first.
 *
 * @param tasks the tasks
 * @param next what to give to {@link TaskQuery#after(String)} for the page that follows,
 * or {@code null} if this is the last one
 * @param searchedUntil if a text was searched in so many tasks that it was given up
 * before the page was full: the creation time of those that are searched for the next
 * page; else {@code null}
 */
public record TaskPage(List<TaskInfo> tasks, @Nullable String next, @Nullable Instant searchedUntil) {

	/**
	 * Copies what is given.
	 * @param tasks the tasks
	 * @param next what to give to {@link TaskQuery#after(String)} for the page that
	 * follows, or {@code null} if this is the last one
	 * @param searchedUntil if a text was searched in so many tasks that it was given up
	 * before the page was full: the creation time of those that are searched for the next
	 * page; else {@code null}
	 */
	public TaskPage {
		tasks = List.copyOf(tasks);
	}

}

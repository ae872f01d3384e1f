package io.gobstopper;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One page of tasks, newest first.
 *
 * @param tasks the tasks
 * @param next what to give to {@link TaskQuery#after(String)} for the page that follows,
 * or {@code null} if this is the last one
 */
public record TaskPage(List<TaskInfo> tasks, @Nullable String next) {

	public TaskPage {
		tasks = List.copyOf(tasks);
	}

}

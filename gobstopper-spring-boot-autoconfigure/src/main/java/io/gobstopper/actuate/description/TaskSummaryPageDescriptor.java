package io.gobstopper.actuate.description;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskStatus;
import io.gobstopper.actuate.description.PageLinks.LinkDescriptor;
import io.gobstopper.actuate.description.TaskDescriptor.ExactValues;

/**
 * One page of tasks without what may be long, newest first.
 *
 * @param tasks the tasks
 * @param count how many match altogether, if that was asked for
 * @param next the {@code after} of the page that follows, {@code null} if this is the
 * last
 * @param searchedUntil if the search of a text was given up before the page was full: the
 * creation time of the tasks that the next page is searched in
 * @param links the address of this page and of the next, relative to that of the request
 * @param valuesShown whether errors are shown
 * @param changesAllowed whether the user may change tasks
 */
public record TaskSummaryPageDescriptor(List<TaskSummaryDescriptor> tasks, @Nullable Long count, @Nullable String next,
		@Nullable Instant searchedUntil, @JsonProperty("_links") Map<String, LinkDescriptor> links, boolean valuesShown,
		boolean changesAllowed) implements OperationResponseBody {

	public static TaskSummaryPageDescriptor of(TaskPageDescriptor page, Predicate<TaskInfo> isClaimedAhead) {
		List<TaskSummaryDescriptor> tasks = page.tasks()
			.stream()
			.map((task) -> TaskSummaryDescriptor.of(task, isClaimedAhead.test(task)))
			.toList();
		return new TaskSummaryPageDescriptor(tasks, page.count(), page.next(), page.searchedUntil(), page.links(),
				page.valuesShown(), page.changesAllowed());
	}

	/**
	 * A task without its result and its stack trace.
	 *
	 * @param id the id of the task
	 * @param name the name of the task
	 * @param category its category
	 * @param priority its priority
	 * @param status its status
	 * @param createdAt when it was enqueued
	 * @param dueAt from when it may run, or run again
	 * @param startedAt when its last attempt began
	 * @param completedAt when it reached a final status
	 * @param elapsedSeconds the run time of the last attempt, 0.0 until done
	 * @param attempt how often it was started
	 * @param crashCount how often its process died while it ran
	 * @param progress from 0.0 to 100.0
	 * @param node the worker that runs it or ran it last
	 * @param claimedAhead {@code true} if this process has claimed it and not begun it
	 * yet
	 * @param arguments the beginning of its arguments as JSON text
	 * @param errorType the class of the exception that was its last failure
	 * @param error the beginning of the message of the last failure
	 */
	public record TaskSummaryDescriptor(String id, String name, String category, TaskPriority priority,
			TaskStatus status, Instant createdAt, Instant dueAt, @Nullable Instant startedAt,
			@Nullable Instant completedAt, double elapsedSeconds, int attempt, int crashCount, double progress,
			@Nullable String node, @Nullable Boolean claimedAhead, String arguments, @Nullable String errorType,
			@Nullable String error) {

		private static final int LONGEST_ERROR = 100;

		private static final int LONGEST_ARGUMENTS = 80;

		static TaskSummaryDescriptor of(TaskInfo task, boolean claimedAhead) {
			return new TaskSummaryDescriptor(task.id(), task.name(), task.category(), task.priority(), task.status(),
					task.createdAt(), task.dueAt(), task.startedAt(), task.completedAt(), task.elapsedSeconds(),
					task.attempt(), task.crashCount(), task.progress(), task.node(), claimedAhead ? true : null,
					arguments(task), task.errorType(), beginning(task.error(), LONGEST_ERROR));
		}

		private static String arguments(TaskInfo task) {
			String args = ExactValues.text(task.args());
			String text = task.kwargs().isEmpty() ? args.substring(1, args.length() - 1)
					: (task.args().isEmpty() ? "" : args + " ") + ExactValues.text(task.kwargs());
			return String.valueOf(beginning(text, LONGEST_ARGUMENTS));
		}

		private static @Nullable String beginning(@Nullable String text, int longest) {
			return (text != null && text.length() > longest) ? text.substring(0, longest) + "…" : text;
		}

	}

}

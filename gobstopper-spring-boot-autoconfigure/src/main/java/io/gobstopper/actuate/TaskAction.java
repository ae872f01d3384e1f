package io.gobstopper.actuate;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.ToLongBiFunction;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskStatus;
import io.gobstopper.actuate.description.ChangeDescriptor.ExampleDescriptor;

/**
 * What can be done to tasks, to one or to all that match.
 *
 * @param isPossible whether it can be done to tasks in a status
 * @param one does it to one task, {@code null} if it is only done to all that match
 * @param all does it to all that match
 */
record TaskAction(Predicate<TaskStatus> isPossible, @Nullable BiPredicate<TaskQueueService, String> one,
		ToLongBiFunction<TaskQueueService, TaskQuery> all) {

	private static final Map<String, TaskAction> BY_NAME = Map.of("cancel",
			new TaskAction(TaskStatus::isCancellable, TaskQueueService::cancel, TaskQueueService::cancelAll), "retry",
			new TaskAction(TaskStatus::isRetryable, TaskQueueService::retry, TaskQueueService::retryAll), "discard",
			new TaskAction(TaskStatus::isRetryable, TaskQueueService::discard, TaskQueueService::discardAll), "restore",
			new TaskAction((status) -> status == TaskStatus.CANCELLED, null, TaskQueueService::restoreAll));

	static @Nullable TaskAction find(String name) {
		return BY_NAME.get(name);
	}

	long count(TaskQueueService queue, TaskQuery query) {
		Set<TaskStatus> statuses = possible(query);
		return statuses.isEmpty() ? 0 : queue.count(query.statuses(statuses));
	}

	// The newest of them.
	@Nullable ExampleDescriptor example(TaskQueueService queue, TaskQuery query) {
		Set<TaskStatus> statuses = possible(query);
		return statuses.isEmpty() ? null
				: queue.findTasks(query.statuses(statuses).limit(1))
					.tasks()
					.stream()
					.findFirst()
					.map((task) -> new ExampleDescriptor(task.id(), task.name(), task.category()))
					.orElse(null);
	}

	private Set<TaskStatus> possible(TaskQuery query) {
		return Arrays.stream(TaskStatus.values())
			.filter(this.isPossible)
			.filter((status) -> query.statuses().isEmpty() || query.statuses().contains(status))
			.collect(Collectors.toSet());
	}

	boolean isForOne() {
		return this.one != null;
	}

	boolean applyTo(TaskQueueService queue, String id) {
		return this.one != null && this.one.test(queue, id);
	}

	long applyToAll(TaskQueueService queue, TaskQuery query) {
		return this.all.applyAsLong(queue, query);
	}

}

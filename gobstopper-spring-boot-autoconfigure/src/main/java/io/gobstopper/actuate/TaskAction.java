package io.gobstopper.actuate;

import java.util.Arrays;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.ToLongBiFunction;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskStatus;

/**
 * What can be done to tasks, to one or to all that match.
 *
 * @param isPossible whether it can be done to tasks in a status
 * @param one does it to one task
 * @param all does it to all that match
 */
record TaskAction(Predicate<TaskStatus> isPossible, BiPredicate<TaskQueueService, String> one,
		ToLongBiFunction<TaskQueueService, TaskQuery> all) {

	private static final Map<String, TaskAction> BY_NAME = Map.of("cancel",
			new TaskAction(TaskStatus::isCancellable, TaskQueueService::cancel, TaskQueueService::cancelAll), "retry",
			new TaskAction(TaskStatus::isRetryable, TaskQueueService::retry, TaskQueueService::retryAll));

	static @Nullable TaskAction find(String name) {
		return BY_NAME.get(name);
	}

	long count(TaskQueueService queue, TaskQuery query) {
		return Arrays.stream(TaskStatus.values())
			.filter(this.isPossible)
			.filter((status) -> query.status() == null || query.status() == status)
			.mapToLong((status) -> queue.count(query.status(status)))
			.sum();
	}

	boolean applyTo(TaskQueueService queue, String id) {
		return this.one.test(queue, id);
	}

	long applyToAll(TaskQueueService queue, TaskQuery query) {
		return this.all.applyAsLong(queue, query);
	}

}

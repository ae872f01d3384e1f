package io.gobstopper.actuate;

import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.ToLongBiFunction;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskStatus;

/**
 * What can be done to tasks, to one or to all that match.
 *
 * @param statuses the statuses of the tasks to which it can be done
 * @param one does it to one task
 * @param all does it to all that match
 */
record TaskAction(Set<TaskStatus> statuses, BiPredicate<TaskQueueService, String> one,
		ToLongBiFunction<TaskQueueService, TaskQuery> all) {

	private static final Map<String, TaskAction> BY_NAME = Map.of("cancel",
			new TaskAction(Set.of(TaskStatus.PENDING, TaskStatus.RETRY, TaskStatus.STARTED), TaskQueueService::cancel,
					TaskQueueService::cancelAll),
			"retry", new TaskAction(Set.of(TaskStatus.FAILED, TaskStatus.CANCELLED), TaskQueueService::retry,
					TaskQueueService::retryAll));

	static @Nullable TaskAction find(String name) {
		return BY_NAME.get(name);
	}

	long count(TaskQueueService queue, TaskQuery query) {
		return this.statuses.stream()
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

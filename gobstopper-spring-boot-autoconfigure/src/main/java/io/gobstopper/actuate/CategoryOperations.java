package io.gobstopper.actuate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.util.Assert;

import io.gobstopper.TaskQueueService;
import io.gobstopper.actuate.description.ChangeDescriptor;
import io.gobstopper.actuate.description.ProblemDescriptor;
import io.gobstopper.worker.TaskWorker;

/**
 * What can be done to a category.
 */
public final class CategoryOperations {

	private final TaskQueueService queue;

	private final @Nullable TaskWorker worker;

	private final Predicate<String> isKnown;

	/**
	 * Creates the operations.
	 * @param queue the queue
	 * @param worker the worker of this process, if it has one
	 * @param isKnown whether there is a category of a name
	 */
	public CategoryOperations(TaskQueueService queue, @Nullable TaskWorker worker, Predicate<String> isKnown) {
		this.queue = queue;
		this.worker = worker;
		this.isKnown = isKnown;
	}

	WebEndpointResponse<Object> change(SecurityContext user, String category, String action,
			@Nullable Integer concurrency, ChangeAudit audit) {
		if (!EndpointProblems.valid(() -> change(category, action, concurrency))) {
			return ProblemDescriptor
				.notFound("There is no such category, or no such operation; there are pause, resume and resize");
		}
		Map<String, @Nullable Object> target = new LinkedHashMap<>();
		target.put("category", category);
		target.put("concurrency", concurrency);
		audit.record(user, action, target, 1, 1);
		return new WebEndpointResponse<>(ChangeDescriptor.ofOne(action));
	}

	// Returns whether there is such a category and such an action.
	private boolean change(String category, String action, @Nullable Integer concurrency) {
		if (!this.isKnown.test(category)) {
			return false;
		}
		switch (action) {
			case "pause" -> this.queue.pause(category);
			case "resume" -> this.queue.resume(category);
			case "resize" -> resize(category, concurrency);
			default -> {
				return false;
			}
		}
		return true;
	}

	private void resize(String category, @Nullable Integer concurrency) {
		Assert.notNull(concurrency, "'concurrency' is missing");
		Assert.notNull(this.worker, "This process does not run tasks");
		this.worker.resize(category, concurrency);
	}

}

package io.gobstopper.test;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import io.gobstopper.TaskPriority;

/**
 * Assertions of the tasks of one name. Each {@code with...} asserts that there is one
 * that fits it and all before, and leaves out those that do not.
 */
public final class EnqueuedTasksAssert extends AbstractAssert<EnqueuedTasksAssert, List<TestedTask>> {

	private final List<TestedTask> all;

	private final String what;

	EnqueuedTasksAssert(List<TestedTask> actual, List<TestedTask> all, String what) {
		super(actual, EnqueuedTasksAssert.class);
		this.all = all;
		this.what = what;
		if (actual.isEmpty()) {
			failWithMessage("Expected a %s to be enqueued. %s", what, TaskQueueAssert.describe(all));
		}
	}

	/**
	 * Asserts the arguments.
	 * @param args the values in the order of the handler's parameters; they are compared
	 * as JSON, as which they are stored
	 * @return assertions of the tasks that have them
	 */
	public EnqueuedTasksAssert withArgs(@Nullable Object... args) {
		List<JsonNode> expected = this.actual.get(0).values().of(args);
		return with("with the arguments %s".formatted(expected), (task) -> task.arguments().equals(expected));
	}

	/**
	 * Asserts how long after its enqueueing a task is due.
	 * @param delay the delay
	 * @return assertions of the tasks that have it
	 */
	public EnqueuedTasksAssert withDelay(Duration delay) {
		return with("with a delay of %s".formatted(delay),
				(task) -> Duration.between(task.info().createdAt(), task.info().dueAt()).equals(delay));
	}

	/**
	 * Asserts the category.
	 * @param category the category
	 * @return assertions of the tasks that are in it
	 */
	public EnqueuedTasksAssert withCategory(String category) {
		return with("in the category '%s'".formatted(category), (task) -> task.info().category().equals(category));
	}

	/**
	 * Asserts the priority.
	 * @param priority the priority
	 * @return assertions of the tasks that have it
	 */
	public EnqueuedTasksAssert withPriority(TaskPriority priority) {
		return with("with the priority %s".formatted(priority), (task) -> task.info().priority() == priority);
	}

	/**
	 * Asserts the idempotency key.
	 * @param idempotencyKey the key
	 * @return assertions of the task that has it
	 */
	public EnqueuedTasksAssert withIdempotencyKey(String idempotencyKey) {
		return with("with the idempotency key '%s'".formatted(idempotencyKey),
				(task) -> idempotencyKey.equals(task.info().idempotencyKey()));
	}

	/**
	 * Asserts the unique key.
	 * @param uniqueKey the key
	 * @return assertions of the tasks that were enqueued with it
	 */
	public EnqueuedTasksAssert withUniqueKey(String uniqueKey) {
		return with("with the unique key '%s'".formatted(uniqueKey),
				(task) -> task.info().uniqueKey().filter(uniqueKey::equals).isPresent());
	}

	/**
	 * Asserts a header.
	 * @param header the name of the header
	 * @param value its value
	 * @return assertions of the tasks that have it
	 */
	public EnqueuedTasksAssert withHeader(String header, String value) {
		return with("with the header %s: %s".formatted(header, value),
				(task) -> value.equals(task.info().headers().get(header)));
	}

	/**
	 * Asserts that there is exactly one.
	 * @return this
	 */
	public EnqueuedTasksAssert once() {
		return times(1);
	}

	/**
	 * Asserts how many there are.
	 * @param count the number
	 * @return this
	 */
	public EnqueuedTasksAssert times(int count) {
		if (this.actual.size() != count) {
			failWithMessage("Expected %d and not %d of %s. %s", count, this.actual.size(), this.what,
					TaskQueueAssert.describe(this.all));
		}
		return this;
	}

	private EnqueuedTasksAssert with(String property, Predicate<TestedTask> predicate) {
		return new EnqueuedTasksAssert(this.actual.stream().filter(predicate).toList(), this.all,
				"%s %s".formatted(this.what, property));
	}

}

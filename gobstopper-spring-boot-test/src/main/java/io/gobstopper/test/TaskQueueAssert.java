package io.gobstopper.test;

import java.util.List;

import org.assertj.core.api.AbstractAssert;

/**
 * Assertions of what was enqueued, which list it when they fail.
 */
public final class TaskQueueAssert extends AbstractAssert<TaskQueueAssert, TaskQueueTester> {

	private static final int MOST_LISTED = 20;

	TaskQueueAssert(TaskQueueTester actual) {
		super(actual, TaskQueueAssert.class);
	}

	/**
	 * Asserts that a task of a name was enqueued, once or more often, whatever has become
	 * of it.
	 * @param name the name
	 * @return assertions of the tasks of this name
	 */
	public EnqueuedTasksAssert hasEnqueued(String name) {
		List<TestedTask> all = this.actual.tasks();
		return new EnqueuedTasksAssert(all.stream().filter((task) -> task.info().name().equals(name)).toList(), all,
				"task '%s'".formatted(name));
	}

	/**
	 * Asserts that no task of a name was enqueued.
	 * @param name the name
	 * @return this
	 */
	public TaskQueueAssert hasNotEnqueued(String name) {
		List<TestedTask> all = this.actual.tasks();
		if (all.stream().anyMatch((task) -> task.info().name().equals(name))) {
			failWithMessage("Expected no task '%s' to be enqueued. %s", name, describe(all));
		}
		return this;
	}

	/**
	 * Asserts that nothing was enqueued.
	 * @return this
	 */
	public TaskQueueAssert hasEnqueuedNothing() {
		List<TestedTask> all = this.actual.tasks();
		if (!all.isEmpty()) {
			failWithMessage("Expected nothing to be enqueued. %s", describe(all));
		}
		return this;
	}

	static String describe(List<TestedTask> tasks) {
		if (tasks.isEmpty()) {
			return "Nothing was enqueued.";
		}
		StringBuilder text = new StringBuilder("Enqueued were:");
		tasks.stream()
			.limit(MOST_LISTED)
			.forEach((task) -> text.append(System.lineSeparator()).append("  ").append(task));
		if (tasks.size() > MOST_LISTED) {
			text.append(System.lineSeparator()).append("  and %d more".formatted(tasks.size() - MOST_LISTED));
		}
		return text.toString();
	}

}

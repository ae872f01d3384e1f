package io.gobstopper.test;

import java.util.List;

import org.assertj.core.api.AssertProvider;
import tools.jackson.databind.JsonNode;

import io.gobstopper.TaskInfo;

/**
 * A task as it was when the test asked for it. Give it to AssertJ's {@code assertThat}
 * for assertions.
 */
public final class TestedTask implements AssertProvider<TestedTaskAssert> {

	private final TaskInfo info;

	private final JsonValues values;

	TestedTask(TaskInfo info, JsonValues values) {
		this.info = info;
		this.values = values;
	}

	/**
	 * Returns the id of the task.
	 * @return the id
	 */
	public String id() {
		return this.info.id();
	}

	/**
	 * Returns the task.
	 * @return the task
	 */
	public TaskInfo info() {
		return this.info;
	}

	/**
	 * Returns assertions of the task.
	 */
	@Override
	public TestedTaskAssert assertThat() {
		return new TestedTaskAssert(this);
	}

	List<JsonNode> arguments() {
		return this.values.arguments(this.info);
	}

	JsonValues values() {
		return this.values;
	}

	/**
	 * Returns the name, the arguments and what has become of the task.
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(this.info.name()).append(arguments())
			.append(" ")
			.append(this.info.status().value())
			.append(", due ")
			.append(this.info.dueAt());
		if (this.info.error() != null) {
			text.append(", failed with ").append(this.info.errorType()).append(": ").append(this.info.error());
		}
		return text.toString();
	}

}

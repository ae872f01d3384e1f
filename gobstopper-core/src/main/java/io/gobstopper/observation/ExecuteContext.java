package io.gobstopper.observation;

import java.util.Map;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskStatus;

/**
 * What is known of an attempt to run a task.
 */
public final class ExecuteContext extends ReceiverContext<Map<String, String>> {

	private final String taskId;

	private final String taskName;

	private final String category;

	private final int attempt;

	private @Nullable TaskStatus outcome;

	ExecuteContext(String taskId, String taskName, String category, int attempt, Map<String, String> headers) {
		super((carrier, name) -> carrier.get(name), Kind.CONSUMER);
		this.taskId = taskId;
		this.taskName = taskName;
		this.category = category;
		this.attempt = attempt;
		setCarrier(headers);
	}

	/**
	 * Returns the id of the task.
	 * @return the id
	 */
	public String getTaskId() {
		return this.taskId;
	}

	/**
	 * Returns the name of the task.
	 * @return the name
	 */
	public String getTaskName() {
		return this.taskName;
	}

	/**
	 * Returns the category.
	 * @return the category, {@code other} for the later ones of very many
	 */
	public String getCategory() {
		return this.category;
	}

	/**
	 * Returns which attempt it is.
	 * @return 1 for the first
	 */
	public int getAttempt() {
		return this.attempt;
	}

	/**
	 * Returns what the task has become.
	 * @return the status, or {@code null} while the handler runs
	 */
	public @Nullable TaskStatus getOutcome() {
		return this.outcome;
	}

	void setOutcome(TaskStatus outcome) {
		this.outcome = outcome;
	}

}

package io.gobstopper.store.task;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskPriority;

/**
 * What is fixed when a task is enqueued, but for what its headers tell of snoozes.
 *
 * @param id the id
 * @param name the name of the task
 * @param category the category
 * @param priority the priority
 * @param args what was given by position, a JSON object or array
 * @param kwargs the arguments by name, a JSON object
 * @param createdAt when it was enqueued
 * @param maxRetries how often it may be tried again
 * @param idempotencyKey the idempotency key
 * @param headers the trace in which it was enqueued and what was given with it, a JSON
 * object of texts
 * @param uniqueKey the key that it is to hold, {@code null} once it is stored
 */
public record TaskDetails(UUID id, String name, String category, TaskPriority priority, String args, String kwargs,
		Instant createdAt, int maxRetries, @Nullable String idempotencyKey, @Nullable String headers,
		@Nullable UniqueKey uniqueKey) {

	/**
	 * Creates the details of a task without a unique key.
	 * @param id the id
	 * @param name the name of the task
	 * @param category the category
	 * @param priority the priority
	 * @param args what was given by position
	 * @param kwargs the arguments by name
	 * @param createdAt when it was enqueued
	 * @param maxRetries how often it may be tried again
	 * @param idempotencyKey the idempotency key
	 * @param headers the headers
	 */
	public TaskDetails(UUID id, String name, String category, TaskPriority priority, String args, String kwargs,
			Instant createdAt, int maxRetries, @Nullable String idempotencyKey, @Nullable String headers) {
		this(id, name, category, priority, args, kwargs, createdAt, maxRetries, idempotencyKey, headers, null);
	}

	/**
	 * Returns by which key the task takes turns with others of its category.
	 * @return the key, {@code null} if its category has no fairness
	 */
	public @Nullable String fairnessKey() {
		return TaskHeaders.fairnessKey(this.headers);
	}

	/**
	 * Returns the same with other headers.
	 * @param headers the headers as they are stored
	 * @return the details
	 */
	TaskDetails withHeaders(@Nullable String headers) {
		return new TaskDetails(this.id, this.name, this.category, this.priority, this.args, this.kwargs, this.createdAt,
				this.maxRetries, this.idempotencyKey, headers, this.uniqueKey);
	}

	/**
	 * Returns the same with another unique key.
	 * @param uniqueKey the key
	 * @return the details
	 */
	public TaskDetails withUniqueKey(@Nullable UniqueKey uniqueKey) {
		return new TaskDetails(this.id, this.name, this.category, this.priority, this.args, this.kwargs, this.createdAt,
				this.maxRetries, this.idempotencyKey, this.headers, uniqueKey);
	}

	/**
	 * Returns the same with what another one is to run with. Whose turn it is stays if
	 * only this one is in a category that gives turns.
	 * @param other the other
	 * @param snoozes how often this one was snoozed
	 * @return the details
	 */
	TaskDetails withArgumentsOf(TaskDetails other, Snoozes snoozes) {
		String key = fairnessKey();
		String headers = (key != null && other.fairnessKey() == null) ? TaskHeaders.withFairnessKey(other.headers, key)
				: other.headers;
		return new TaskDetails(this.id, this.name, this.category, this.priority, other.args, other.kwargs,
				this.createdAt, this.maxRetries, this.idempotencyKey, TaskHeaders.withSnoozes(headers, snoozes),
				this.uniqueKey);
	}

}

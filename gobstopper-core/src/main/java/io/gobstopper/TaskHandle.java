package io.gobstopper;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * A task that was enqueued by a call. Safe for use by several threads.
 *
 * @param <R> the type of its result
 */
public interface TaskHandle<R extends @Nullable Object> {

	/**
	 * Returns the id of the task.
	 * @return the id
	 */
	String id();

	/**
	 * Returns whether the call created the task.
	 * @return whether it did; {@code false} if there was one with its idempotency key
	 */
	boolean created();

	/**
	 * Returns a future of the result. Inside a transaction, ask for it after the commit.
	 * @return the future; it fails with a
	 * {@link io.gobstopper.error.TaskUnsuccessfulException} if the task fails or is
	 * cancelled, with an {@link UnreadableTaskException} if what is stored cannot be read
	 * as this type, and as {@link TaskQueueService#completion} does
	 */
	CompletableFuture<R> result();

	/**
	 * Returns what is known of the task now.
	 * @return the task, or empty if it is not stored yet or not any more
	 */
	Optional<TaskInfo> find();

}

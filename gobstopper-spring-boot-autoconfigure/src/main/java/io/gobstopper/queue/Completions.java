package io.gobstopper.queue;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQueueClosedException;
import io.gobstopper.store.StoredAttempt;
import io.gobstopper.store.StoredTask;
import io.gobstopper.store.TaskStoreListener;

/**
 * Those who wait for tasks to complete. Safe for use by several threads.
 */
final class Completions implements TaskStoreListener {

	private final Map<UUID, CompletableFuture<StoredTask>> waiting = new ConcurrentHashMap<>();

	private final TaskInfoMapper mapper;

	Completions(TaskInfoMapper mapper) {
		this.mapper = mapper;
	}

	// Waiting begins before the task is looked up, so that its end cannot be missed.
	CompletableFuture<TaskInfo> await(UUID id, FindTask findTask) {
		CompletableFuture<StoredTask> completion = this.waiting.computeIfAbsent(id, (key) -> new CompletableFuture<>());
		Optional<StoredTask> found = findTask.find(id);
		if (found.isEmpty()) {
			fail(id, new IllegalArgumentException("There is no task with the id " + id));
		}
		else if (found.get().status().isTerminal()) {
			complete(found.get());
		}
		return completion.thenApplyAsync(this.mapper::map);
	}

	@Override
	public void settled(StoredTask task, @Nullable StoredAttempt attempt) {
		complete(task);
	}

	private void complete(StoredTask task) {
		if (task.status().isTerminal()) {
			CompletableFuture<StoredTask> completion = this.waiting.remove(task.id());
			if (completion != null) {
				completion.complete(task);
			}
		}
	}

	void close() {
		this.waiting.keySet()
			.forEach((id) -> fail(id,
					new TaskQueueClosedException("The application shut down before task %s completed".formatted(id))));
	}

	private void fail(UUID id, RuntimeException failure) {
		CompletableFuture<StoredTask> completion = this.waiting.remove(id);
		if (completion != null) {
			completion.completeExceptionally(failure);
		}
	}

	/**
	 * Looks a task up.
	 */
	interface FindTask {

		Optional<StoredTask> find(UUID id);

	}

}

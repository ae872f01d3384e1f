package io.gobstopper.queue;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQueueClosedException;
import io.gobstopper.store.StoredAttempt;
import io.gobstopper.store.StoredTask;
import io.gobstopper.store.TaskStoreListener;

/**
 * Those who wait for tasks to complete. Safe for use by several threads.
 */
final class Completions implements TaskStoreListener {

	private static final Log logger = LogFactory.getLog(Completions.class);

	private final Map<UUID, CompletableFuture<StoredTask>> waiting = new ConcurrentHashMap<>();

	private final TaskInfoMapper mapper;

	private final ScheduledThreadPoolExecutor polls = new ScheduledThreadPoolExecutor(1,
			new CustomizableThreadFactory("gobstopper-completions-"));

	Completions(TaskInfoMapper mapper) {
		this.mapper = mapper;
	}

	// Tasks may end in other processes.
	void poll(Duration interval, Function<Collection<UUID>, List<StoredTask>> findCompleted) {
		var unused = this.polls.scheduleWithFixedDelay(() -> poll(findCompleted), interval.toNanos(),
				interval.toNanos(), TimeUnit.NANOSECONDS);
	}

	private void poll(Function<Collection<UUID>, List<StoredTask>> findCompleted) {
		Set<UUID> ids = Set.copyOf(this.waiting.keySet());
		if (!ids.isEmpty()) {
			try {
				findCompleted.apply(ids).forEach(this::complete);
			}
			catch (RuntimeException ex) {
				logger.warn("It cannot be told now which tasks are completed; asking again", ex);
			}
		}
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
		this.polls.shutdownNow();
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

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
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import io.gobstopper.error.TaskQueueClosedException;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.TaskStoreListener;

/**
 * Those who wait for tasks to complete. Safe for use by several threads.
 */
final class Completions implements TaskStoreListener {

	private static final Log logger = LogFactory.getLog(Completions.class);

	private static final String THREADS = "gobstopper-completions-";

	private final Map<UUID, Set<Waiter<?>>> waiting = new ConcurrentHashMap<>();

	// What callers chain to a completion runs here: with the class loader of the
	// application, and without a bound, as it may wait for other completions.
	private final ExecutorService chained;

	private final ScheduledThreadPoolExecutor polls = new ScheduledThreadPoolExecutor(1, daemons());

	Completions(@Nullable ClassLoader classLoader) {
		CustomizableThreadFactory threads = daemons();
		this.chained = Executors.newCachedThreadPool((work) -> {
			Thread thread = threads.newThread(work);
			thread.setContextClassLoader(classLoader);
			return thread;
		});
	}

	private static CustomizableThreadFactory daemons() {
		CustomizableThreadFactory threads = new CustomizableThreadFactory(THREADS);
		threads.setDaemon(true);
		return threads;
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

	// Waiting begins before the task is looked up, so that its end cannot be missed. It
	// ends when the caller gives up.
	<T extends @Nullable Object> CompletableFuture<T> await(UUID id, FindTask findTask,
			Function<StoredTask, T> whatOf) {
		Waiter<T> waiter = new Waiter<>(this.chained, whatOf);
		this.waiting.compute(id, (key, others) -> {
			Set<Waiter<?>> all = (others != null) ? others : ConcurrentHashMap.newKeySet();
			all.add(waiter);
			return all;
		});
		var unused = waiter.whenComplete((task, failure) -> forget(id, waiter));
		Optional<StoredTask> found;
		try {
			found = findTask.find(id);
		}
		catch (Throwable ex) {
			forget(id, waiter);
			throw ex;
		}
		if (found.isEmpty()) {
			waiter.completeExceptionally(new IllegalArgumentException("There is no task with the id " + id));
		}
		else if (found.get().status().isTerminal()) {
			waiter.end(found.get());
		}
		return waiter;
	}

	private void forget(UUID id, Waiter<?> waiter) {
		this.waiting.computeIfPresent(id, (key, all) -> {
			all.remove(waiter);
			return all.isEmpty() ? null : all;
		});
	}

	// Returns for how many tasks somebody waits.
	int size() {
		return this.waiting.size();
	}

	@Override
	public void settled(StoredTask task, @Nullable StoredAttempt attempt) {
		complete(task);
	}

	private void complete(StoredTask task) {
		Set<Waiter<?>> all = task.status().isTerminal() ? this.waiting.remove(task.id()) : null;
		if (all != null) {
			inBackground(() -> all.forEach((waiter) -> waiter.end(task)));
		}
	}

	private void inBackground(Runnable completing) {
		try {
			this.chained.execute(completing);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("A task completed after the task queue was closed", ex);
			completing.run();
		}
	}

	void close() {
		this.polls.shutdownNow();
		for (UUID id : List.copyOf(this.waiting.keySet())) {
			Set<Waiter<?>> all = this.waiting.remove(id);
			if (all != null) {
				TaskQueueClosedException closed = new TaskQueueClosedException(
						"The application shut down before task %s completed".formatted(id));
				all.forEach((waiter) -> waiter.completeExceptionally(closed));
			}
		}
		this.chained.shutdown();
	}

	/**
	 * Looks a task up.
	 */
	interface FindTask {

		Optional<StoredTask> find(UUID id);

	}

	/**
	 * A completion whose chained work never runs in the common pool.
	 */
	private static final class Waiter<T extends @Nullable Object> extends CompletableFuture<T> {

		private final Executor executor;

		private final Function<StoredTask, T> whatOf;

		Waiter(Executor executor, Function<StoredTask, T> whatOf) {
			this.executor = executor;
			this.whatOf = whatOf;
		}

		void end(StoredTask task) {
			try {
				complete(this.whatOf.apply(task));
			}
			catch (RuntimeException | LinkageError | StackOverflowError ex) {
				completeExceptionally(ex);
			}
		}

		@Override
		public Executor defaultExecutor() {
			return this.executor;
		}

	}

}

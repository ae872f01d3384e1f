package io.gobstopper.worker;

import java.time.Clock;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.execution.AttemptInterceptor;

/**
 * Runs the tasks of this process from start to stop, any number of times. Starting does
 * not wait for the database; stopping waits for running tasks as long as the settings
 * allow, and gives the others back.
 */
public final class TaskWorker implements SmartLifecycle {

	/**
	 * Stops before web servers and other parts that handlers may use.
	 */
	public static final int PHASE = DEFAULT_PHASE - 100;

	private static final int MAX_CONCURRENCY = 100_000;

	private final Supplier<WorkerSession> sessions;

	private volatile @Nullable WorkerSession session;

	/**
	 * Creates a worker.
	 * @param groupCommit where tasks are claimed and settled
	 * @param handlers what can be run
	 * @param jsonMapper writes results
	 * @param executors makes the executor of one session, which is shut down after it
	 * @param settings how to run
	 * @param interceptor goes around each call of a handler
	 * @param clock the clock
	 */
	public TaskWorker(GroupCommit groupCommit, TaskHandlers handlers, JsonMapper jsonMapper,
			Supplier<? extends Executor> executors, WorkerSettings settings, AttemptInterceptor interceptor,
			Clock clock) {
		this.sessions = () -> new WorkerSession(groupCommit, handlers, jsonMapper, executors.get(), settings,
				interceptor, clock);
	}

	@Override
	public synchronized void start() {
		if (this.session == null) {
			WorkerSession started = this.sessions.get();
			this.session = started;
			started.start();
		}
	}

	@Override
	public synchronized void stop() {
		WorkerSession running = this.session;
		if (running != null) {
			running.stop();
			this.session = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.session != null;
	}

	/**
	 * Returns what this worker does.
	 * @return the status, or {@code null} if it is not running
	 */
	public @Nullable WorkerStatus status() {
		WorkerSession running = this.session;
		return (running != null) ? running.status() : null;
	}

	/**
	 * Returns the tasks whose handlers are called now.
	 * @return their ids
	 */
	public Set<UUID> running() {
		WorkerSession running = this.session;
		return (running != null) ? running.running() : Set.of();
	}

	/**
	 * Returns where the thread of a task is that runs in this process.
	 * @param id the id of the task
	 * @return the calls, the innermost first, or {@code null} if it does not run here
	 */
	public StackTraceElement @Nullable [] stack(UUID id) {
		WorkerSession running = this.session;
		return (running != null) ? running.stack(id) : null;
	}

	/**
	 * Changes how many tasks of a category run at once in this process, until it stops.
	 * If there are fewer now, tasks that run go on, and no others start until enough have
	 * ended.
	 * @param category the category
	 * @param concurrency the number, from 1 to 100,000
	 * @throws IllegalArgumentException if the number is not, or the category is not run
	 * here
	 * @throws IllegalStateException if this worker is not running
	 */
	public void resize(String category, int concurrency) {
		Assert.isTrue(concurrency >= 1 && concurrency <= MAX_CONCURRENCY,
				() -> "'concurrency' must be between 1 and %d, but is %d".formatted(MAX_CONCURRENCY, concurrency));
		WorkerSession running = this.session;
		Assert.state(running != null, "The worker is not running");
		running.resize(category, concurrency);
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}

package io.gobstopper.worker;

import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.store.GroupCommit;

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

	private final Supplier<WorkerSession> sessions;

	private @Nullable WorkerSession session;

	/**
	 * Creates a worker.
	 * @param groupCommit where tasks are claimed and settled
	 * @param handlers what can be run
	 * @param jsonMapper writes results
	 * @param executors makes the executor of one session, which is shut down after it
	 * @param settings how to run
	 * @param clock the clock
	 */
	public TaskWorker(GroupCommit groupCommit, TaskHandlers handlers, JsonMapper jsonMapper,
			Supplier<? extends Executor> executors, WorkerSettings settings, Clock clock) {
		this.sessions = () -> new WorkerSession(groupCommit, handlers, jsonMapper, executors.get(), settings, clock);
	}

	@Override
	public synchronized void start() {
		if (this.session == null) {
			this.session = this.sessions.get();
			this.session.start();
		}
	}

	@Override
	public synchronized void stop() {
		if (this.session != null) {
			this.session.stop();
			this.session = null;
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.session != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}

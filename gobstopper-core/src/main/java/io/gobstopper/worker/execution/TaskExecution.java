package io.gobstopper.worker.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskCancelledException;
import io.gobstopper.TaskContext;
import io.gobstopper.handler.PendingResult;
import io.gobstopper.handler.TaskHandler;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskHeaders;
import io.gobstopper.store.task.TaskProgress;

/**
 * One attempt while it runs: what its handler is told and what it says. Safe for use by
 * several threads.
 */
public final class TaskExecution implements TaskContext {

	private static final int MOST_MESSAGE_CHARACTERS = 1024;

	private final StoredTask task;

	private final @Nullable Duration timeout;

	private final Runnable onAbandon;

	private TaskProgress progress = TaskProgress.NONE;

	private boolean progressUnsaved;

	private @Nullable Thread thread;

	private long startedNanos = System.nanoTime();

	private @Nullable AttemptStop stopReason;

	private boolean over;

	TaskExecution(StoredTask task, @Nullable Duration timeout, Runnable onAbandon) {
		this.task = task;
		this.timeout = timeout;
		this.onAbandon = onAbandon;
	}

	// Runs the handler on the calling thread and waits for what it returns.
	@Nullable Object call(TaskHandler handler, List<@Nullable Object> arguments) throws Throwable {
		enter();
		try {
			return TaskContext.Scope.call(this, () -> PendingResult.await(handler.invoke(arguments, this)));
		}
		finally {
			exit();
		}
	}

	private synchronized void enter() {
		this.thread = Thread.currentThread();
		this.startedNanos = System.nanoTime();
		if (this.stopReason != null) {
			this.thread.interrupt();
		}
	}

	private synchronized void exit() {
		this.thread = null;
		Thread.interrupted();
	}

	// Asks the handler to stop and interrupts it; the first reason counts, and returns
	// true.
	public synchronized boolean stop(AttemptStop reason) {
		if (this.over || this.stopReason != null) {
			return false;
		}
		this.stopReason = reason;
		if (this.thread != null) {
			this.thread.interrupt();
		}
		return true;
	}

	// Ends the attempt once: only the first caller may settle it.
	synchronized boolean end() {
		boolean first = !this.over;
		this.over = true;
		return first;
	}

	// Ends the attempt although its handler does not.
	boolean abandon() {
		boolean first = end();
		if (first) {
			this.onAbandon.run();
		}
		return first;
	}

	// Whether the handler ran longer than it may. A process that was frozen has a timer
	// that was frozen too.
	synchronized boolean hasOverrun() {
		return this.timeout != null
				&& System.nanoTime() - this.startedNanos > TimeUnit.NANOSECONDS.convert(this.timeout);
	}

	synchronized @Nullable AttemptStop whyStopped() {
		return this.stopReason;
	}

	UUID taskId() {
		return this.task.id();
	}

	public Fence fence() {
		return this.task.fence();
	}

	// Returns the task with what was last said by its handler and to it.
	public synchronized StoredTask task() {
		return this.task.running(this.progress, this.stopReason == AttemptStop.CANCELLED);
	}

	synchronized @Nullable TaskProgress takeUnsavedProgress() {
		boolean unsaved = this.progressUnsaved && !this.over;
		this.progressUnsaved = false;
		return unsaved ? this.progress : null;
	}

	public synchronized StackTraceElement[] stackTrace() {
		return (this.thread != null) ? this.thread.getStackTrace() : new StackTraceElement[0];
	}

	@Override
	public String id() {
		return taskId().toString();
	}

	@Override
	public String name() {
		return this.task.details().name();
	}

	@Override
	public String category() {
		return this.task.details().category();
	}

	@Override
	public int maxRetries() {
		return this.task.details().maxRetries();
	}

	@Override
	public int snoozeCount() {
		return this.task.snoozes().count();
	}

	@Override
	public Map<String, String> headers() {
		return TaskHeaders.read(this.task.details().headers());
	}

	@Override
	public Optional<Instant> deadline() {
		Instant startedAt = this.task.state().startedAt();
		return (this.timeout != null && startedAt != null) ? Optional.of(DueTimes.after(startedAt, this.timeout))
				: Optional.empty();
	}

	@Override
	public int attempt() {
		return this.task.state().counts().attempt();
	}

	@Override
	public synchronized void progress(double percent, @Nullable String message) {
		String text = (message != null) ? message : this.progress.message();
		this.progress = new TaskProgress(Double.isNaN(percent) ? 0 : Math.max(0, Math.min(100, percent)),
				(text.length() <= MOST_MESSAGE_CHARACTERS) ? text : text.substring(0, MOST_MESSAGE_CHARACTERS));
		this.progressUnsaved = true;
	}

	@Override
	public synchronized boolean isCancelled() {
		return this.stopReason != null;
	}

	@Override
	public Optional<TaskContext.StopReason> stopReason() {
		return Optional.ofNullable(whyStopped()).map(AttemptStop::told);
	}

	@Override
	public void throwIfCancelled() {
		AttemptStop reason = whyStopped();
		if (reason != null) {
			throw new TaskCancelledException("Task %s was asked to stop: %s".formatted(id(), reason));
		}
	}

}

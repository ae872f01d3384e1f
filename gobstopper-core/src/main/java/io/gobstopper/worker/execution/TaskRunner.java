package io.gobstopper.worker.execution;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.gobstopper.RateLimitedException;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.UnreadableTaskException;
import io.gobstopper.handler.EncodedArguments;
import io.gobstopper.handler.TaskDefinition;
import io.gobstopper.handler.TaskHandler;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.store.task.StoredTask;

/**
 * Runs claimed tasks and settles them. Safe for use by several threads.
 */
public final class TaskRunner {

	private static final Log logger = LogFactory.getLog(TaskRunner.class);

	private final TaskHandlers handlers;

	private final RunningTasks running;

	private final Settlements settlements;

	private final AttemptJudge judge;

	private final ScheduledExecutorService timer;

	private final Duration abandonAfter;

	private final AttemptInterceptor interceptor;

	private final ClosedGates closedGates;

	private final UnreadableTasks unreadable = new UnreadableTasks();

	public TaskRunner(TaskHandlers handlers, RunningTasks running, Settlements settlements, AttemptJudge judge,
			ScheduledExecutorService timer, Duration abandonAfter, AttemptInterceptor interceptor,
			ClosedGates closedGates) {
		this.handlers = handlers;
		this.running = running;
		this.settlements = settlements;
		this.judge = judge;
		this.timer = timer;
		this.abandonAfter = abandonAfter;
		this.interceptor = interceptor;
		this.closedGates = closedGates;
	}

	// The names of the tasks that can be run.
	public List<String> names() {
		return this.handlers.names();
	}

	public boolean canRun(String name) {
		return this.handlers.find(name) != null;
	}

	// Reads the arguments of a claimed task. Returns null if they cannot be read or no
	// handler is there any more; the task waits then, as it was not run.
	public @Nullable ReadTask read(StoredTask claimed) {
		TaskHandler handler = this.handlers.find(claimed.details().name());
		if (handler == null) {
			this.settlements.settleUnstarted(claimed, claimed.givenBack());
			return null;
		}
		try {
			return new ReadTask(handler,
					handler.decode(new EncodedArguments(claimed.details().args(), claimed.details().kwargs())));
		}
		catch (UnreadableTaskException ex) {
			if (this.unreadable.add(claimed.details().name())) {
				logger.warn("Task %s (%s) waits, as it cannot be read; others of its name may, too: %s"
					.formatted(claimed.details().name(), claimed.id(), ex.getMessage()));
			}
			this.settlements.settleUnstarted(claimed, this.judge.unreadable(claimed, ex));
			return null;
		}
	}

	// The names of tasks that could not be read lately.
	public List<String> unreadableNames() {
		return this.unreadable.names();
	}

	// Runs a task on the calling thread, unless its end is already stored elsewhere.
	public void run(StoredTask task, ReadTask read, Runnable onAbandon) {
		TaskHandler handler = read.handler();
		TaskExecution execution = new TaskExecution(task, handler.definition().timeout(), onAbandon);
		this.running.add(execution);
		Future<?> timeout = null;
		try {
			timeout = scheduleTimeout(execution, handler.definition());
			AttemptEnd end = intercepted(task, execution, read);
			if (logger.isDebugEnabled()) {
				logger.debug("Task %s (%s), attempt %d: %s".formatted(task.details().name(), task.id(),
						execution.attempt(), end.task().status()));
			}
			if (end.thrown() instanceof RateLimitedException && end.task().status() == TaskStatus.PENDING) {
				this.closedGates.close(task, end.task().dueAt());
			}
			settle(task, execution, end.task());
		}
		catch (Throwable ex) {
			logger.error("Task %s could not be run to its end".formatted(task.id()), ex);
			settle(task, execution, this.judge.threw(execution, handler.definition(), ex));
		}
		finally {
			if (timeout != null) {
				timeout.cancel(false);
			}
			this.running.remove(execution);
		}
	}

	private void settle(StoredTask task, TaskExecution execution, StoredTask ended) {
		if (!execution.end()) {
			return;
		}
		if (execution.whyStopped() == AttemptStop.LEASE_LOST) {
			this.settlements.discard(ended);
		}
		else {
			this.settlements.settle(task, ended);
		}
	}

	// What goes around the call may fail, but must not lose what the handler did.
	private AttemptEnd intercepted(StoredTask task, TaskExecution execution, ReadTask read) {
		AtomicReference<@Nullable AttemptEnd> made = new AtomicReference<>();
		try {
			return this.interceptor.around(task, () -> {
				AttemptEnd end = attempt(execution, read);
				made.set(end);
				return end;
			});
		}
		catch (Throwable ex) {
			logger.error("The observation of task %s failed; the task itself goes on".formatted(task.id()), ex);
			AttemptEnd end = made.get();
			return (end != null) ? end : attempt(execution, read);
		}
	}

	private AttemptEnd attempt(TaskExecution execution, ReadTask read) {
		TaskHandler handler = read.handler();
		TaskMdc.put(execution.task());
		try {
			Object result = execution.call(handler, read.arguments());
			return new AttemptEnd(this.judge.returned(execution, handler.definition(), result), null);
		}
		catch (Throwable ex) {
			return new AttemptEnd(this.judge.threw(execution, handler.definition(), ex), ex);
		}
		finally {
			TaskMdc.remove();
		}
	}

	// Gives a running task back although its handler does not stop.
	public void abandon(TaskExecution execution) {
		if (execution.abandon()) {
			report(execution, "the shutdown; it will run again");
			this.settlements.settle(execution.task(), execution.task().givenBack());
			this.running.remove(execution);
		}
	}

	private @Nullable Future<?> scheduleTimeout(TaskExecution execution, TaskDefinition definition) {
		Duration timeout = definition.timeout();
		return (timeout != null) ? this.timer.schedule(() -> timeOut(execution, definition),
				TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS) : null;
	}

	// Whatever it was asked to stop for before, it has no more time than this.
	private void timeOut(TaskExecution execution, TaskDefinition definition) {
		execution.stop(AttemptStop.TIMED_OUT);
		var unused = this.timer.schedule(() -> abandon(execution, definition),
				TimeUnit.NANOSECONDS.convert(this.abandonAfter), TimeUnit.NANOSECONDS);
	}

	private void abandon(TaskExecution execution, TaskDefinition definition) {
		StoredTask ended = this.judge.abandoned(execution, definition);
		AttemptStop reason = execution.whyStopped();
		if (reason != AttemptStop.SHUTDOWN && execution.abandon()) {
			report(execution, "%s; its thread is replaced and what it returns is discarded".formatted(reason));
			if (reason == AttemptStop.LEASE_LOST) {
				this.settlements.discard(ended);
			}
			else {
				this.settlements.settle(execution.task(), ended);
			}
			this.running.remove(execution);
		}
	}

	private void report(TaskExecution execution, String what) {
		Throwable where = new Throwable("The handler is here");
		where.setStackTrace(execution.stackTrace());
		logger.warn("The handler of task %s (%s) ignores the interrupt of %s"
			.formatted(execution.task().details().name(), execution.id(), what), where);
	}

	/**
	 * A claimed task whose arguments were read.
	 *
	 * @param handler the handler
	 * @param arguments what to call it with
	 */
	public record ReadTask(TaskHandler handler, List<@Nullable Object> arguments) {

	}

}

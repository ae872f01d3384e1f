package io.gobstopper.worker.dispatch;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.gobstopper.store.task.StoredTask;
import io.gobstopper.worker.execution.ThreadTraces;

/**
 * A thread that runs one task of a category after the other while there are any.
 */
final class Slot implements Runnable {

	private static final Log logger = LogFactory.getLog(Slot.class);

	private final CategoryQueue queue;

	private final ClaimedTasks tasks;

	private final long takenNanos = System.nanoTime();

	private long startedNanos = this.takenNanos;

	Slot(CategoryQueue queue, ClaimedTasks tasks) {
		this.queue = queue;
		this.tasks = tasks;
	}

	@Override
	public void run() {
		ThreadTraces traces = ThreadTraces.ofCurrentThread();
		StoredTask task = this.queue.next(this);
		while (task != null) {
			if (run(task, traces)) {
				this.queue.finished(task, this.startedNanos);
			}
			task = this.queue.next(this);
		}
	}

	private boolean run(StoredTask task, ThreadTraces traces) {
		try {
			return this.tasks.run(task, () -> this.queue.replace(this));
		}
		catch (Throwable ex) {
			logger.error("Task %s could not be run".formatted(task.id()), ex);
			this.tasks.failedToRun(task);
			return true;
		}
		finally {
			traces.remove();
		}
	}

	// The next task begins; guarded by the lock of the queue, as is what it changes.
	void begin(long now) {
		this.startedNanos = now;
	}

	long startedNanos() {
		return this.startedNanos;
	}

	long takenNanos() {
		return this.takenNanos;
	}

}

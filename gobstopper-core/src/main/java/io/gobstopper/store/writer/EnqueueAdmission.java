package io.gobstopper.store.writer;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.gobstopper.error.TaskQueueFullException;

/**
 * Lets callers enqueue in the order in which they came, while not too many tasks wait to
 * be stored or to be told of. Whoever is called by the notifier is let in at once: the
 * others wait for it.
 */
final class EnqueueAdmission {

	private static final int MOST_UNTOLD = 100_000;

	private final GroupCommitSettings settings;

	private final Notifier notifier;

	// Without fairness, a large request would wait for ever beside many small ones.
	private final Semaphore unstored;

	EnqueueAdmission(GroupCommitSettings settings, Notifier notifier) {
		this.settings = settings;
		this.notifier = notifier;
		this.unstored = new Semaphore(settings.capacity(), true);
	}

	/**
	 * Waits until tasks may be enqueued.
	 * @param tasks how many
	 * @return to be called when they are stored or refused
	 * @throws TaskQueueFullException if that takes too long
	 */
	Runnable admit(int tasks) {
		if (this.notifier.isCurrentThread()) {
			return () -> {
			};
		}
		int permits = Math.min(tasks, this.settings.capacity());
		try {
			long nanos = TimeUnit.NANOSECONDS.convert(this.settings.fullTimeout());
			if (!this.notifier.awaitFewerUntold(MOST_UNTOLD, nanos)) {
				throw new TaskQueueFullException(
						"Listeners have not been told of %d changes yet and did not keep up within %s; nothing was stored"
							.formatted(MOST_UNTOLD, this.settings.fullTimeout()));
			}
			if (!this.unstored.tryAcquire(permits, nanos, TimeUnit.NANOSECONDS)) {
				throw new TaskQueueFullException(
						"%d tasks wait to be stored and the database did not keep up within %s; nothing was stored"
							.formatted(this.settings.capacity(), this.settings.fullTimeout()));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new TaskQueueFullException("Interrupted while waiting to store a task; nothing was stored");
		}
		return () -> this.unstored.release(permits);
	}

}

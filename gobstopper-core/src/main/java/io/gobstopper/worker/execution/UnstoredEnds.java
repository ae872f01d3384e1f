package io.gobstopper.worker.execution;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskOutcome;

/**
 * Counts the tasks whose end waits to be stored, so that results do not fill the memory.
 * Safe for use by several threads.
 */
final class UnstoredEnds {

	private static final int MOST = 10_000;

	private static final long MOST_CHARACTERS = 32_000_000;

	// A monitor would keep the carriers of virtual threads that wait, before JDK 24.
	private final ReentrantLock lock = new ReentrantLock();

	private final Condition removed = this.lock.newCondition();

	private int count;

	private long characters;

	void add(StoredTask ended) {
		this.lock.lock();
		try {
			this.count++;
			this.characters += characters(ended);
		}
		finally {
			this.lock.unlock();
		}
	}

	void remove(StoredTask ended) {
		this.lock.lock();
		try {
			this.count--;
			this.characters -= characters(ended);
			this.removed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	// Waits while there are too many or too large ones.
	void awaitRoom() throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (this.count >= MOST || this.characters >= MOST_CHARACTERS) {
				this.removed.await();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	// Returns whether all were stored in time.
	boolean awaitNone(Duration timeout) throws InterruptedException {
		long left = TimeUnit.NANOSECONDS.convert(timeout);
		this.lock.lockInterruptibly();
		try {
			while (this.count > 0 && left > 0) {
				left = this.removed.awaitNanos(left);
			}
			return this.count == 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static int characters(StoredTask ended) {
		TaskOutcome outcome = ended.state().outcome();
		TaskError error = outcome.error();
		return length(outcome.result()) + ((error != null) ? length(error.trace()) : 0);
	}

	private static int length(@Nullable String text) {
		return (text != null) ? text.length() : 0;
	}

}

package io.gobstopper.worker;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.StoredTask;
import io.gobstopper.store.TaskError;
import io.gobstopper.store.TaskOutcome;

/**
 * Counts the tasks whose end waits to be stored, so that results do not fill the memory.
 * Safe for use by several threads.
 */
final class UnstoredEnds {

	private static final int MOST = 10_000;

	private static final long MOST_CHARACTERS = 32_000_000;

	private int count;

	private long characters;

	synchronized void add(StoredTask ended) {
		this.count++;
		this.characters += characters(ended);
	}

	synchronized void remove(StoredTask ended) {
		this.count--;
		this.characters -= characters(ended);
		notifyAll();
	}

	// Waits while there are too many or too large ones.
	synchronized void awaitRoom() throws InterruptedException {
		while (this.count >= MOST || this.characters >= MOST_CHARACTERS) {
			wait();
		}
	}

	// Returns whether all were stored in time.
	synchronized boolean awaitNone(Duration timeout) throws InterruptedException {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (this.count > 0) {
			long left = deadline - System.nanoTime();
			if (left <= 0) {
				return false;
			}
			TimeUnit.NANOSECONDS.timedWait(this, left);
		}
		return true;
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

package io.gobstopper.worker.dispatch;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import io.gobstopper.store.task.StoredTask;

/**
 * The slots in which tasks of one category run, how many are of use, and for how many
 * tasks they have work soon. Guarded by the lock of its queue.
 */
final class Slots {

	private static final long VALID_NANOS = Duration.ofMillis(1).toNanos();

	private static final long HELD_NANOS = Duration.ofMillis(1).toNanos();

	private final Set<Slot> busy = new HashSet<>();

	private final UsefulSlots usefulSlots = new UsefulSlots(Runtime.getRuntime().availableProcessors());

	private final PrefetchEstimate estimate;

	private int concurrency;

	private int target;

	private int most;

	private long lookedNanos = System.nanoTime() - VALID_NANOS;

	Slots(int concurrency, PrefetchEstimate estimate) {
		this.concurrency = concurrency;
		this.estimate = estimate;
	}

	void add(Slot slot) {
		this.busy.add(slot);
	}

	boolean remove(Slot slot) {
		return this.busy.remove(slot);
	}

	boolean contains(Slot slot) {
		return this.busy.contains(slot);
	}

	int size() {
		return this.busy.size();
	}

	// How many tasks may run at once.
	int concurrency() {
		return this.concurrency;
	}

	void resize(int concurrency) {
		this.concurrency = concurrency;
		this.lookedNanos = System.nanoTime() - 2 * VALID_NANOS;
		this.estimate.resize(concurrency);
	}

	// How many more tasks may run at once.
	int free() {
		return Math.max(0, this.concurrency - this.busy.size());
	}

	// How many tasks should be claimed ahead.
	int target() {
		look();
		return this.target;
	}

	// How many slots are of use now.
	int most() {
		look();
		return this.most;
	}

	void finished(StoredTask task, long nanos) {
		this.usefulSlots.finished(nanos);
		this.estimate.finished(nanos / 1e9, task.details().args().length() + task.details().kwargs().length());
	}

	private void look() {
		long now = System.nanoTime();
		if (now - this.lookedNanos > VALID_NANOS) {
			this.lookedNanos = now;
			long longest = 0;
			int held = 0;
			for (Slot slot : this.busy) {
				long nanos = now - slot.startedNanos();
				longest = Math.max(longest, nanos);
				held += (nanos > HELD_NANOS) ? 1 : 0;
			}
			this.target = this.estimate.target(longest / 1e9);
			this.most = this.usefulSlots.most(this.concurrency, held);
		}
	}

}

package io.gobstopper.store.writer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Writes that wait for a commit. While new tasks keep arriving, whose callers wait, the
 * ends of others are kept back for a moment, so that many of them share a commit. All but
 * {@link #add}, {@link #wakeUp()} and {@link #size()} is for the one thread that commits.
 */
final class WriteQueue {

	private static final long KEPT_BACK_NANOS = Duration.ofMillis(20).toNanos();

	private static final long DENSE_NANOS = Duration.ofMillis(10).toNanos();

	private static final long CLOSING_NANOS = Duration.ofSeconds(10).toNanos();

	private static final int MOST_KEPT_BACK = 1000;

	private final BlockingQueue<PendingWrite> arriving = new LinkedBlockingQueue<>();

	private final AtomicInteger waitingInserts = new AtomicInteger();

	private final AtomicBoolean awake = new AtomicBoolean();

	private final List<PendingWrite> settlements = new ArrayList<>();

	private final int batchSize;

	private final LongSupplier nanoTime;

	private final ReturningCallers returning = new ReturningCallers();

	private List<PendingWrite> others = new ArrayList<>();

	private int takenInserts;

	private long settlementsDueNanos;

	private long lastInsertNanos;

	private boolean insertsAreDense;

	private volatile boolean closing;

	private volatile long closedNanos;

	private volatile int gathered;

	WriteQueue(int batchSize, LongSupplier nanoTime) {
		this.batchSize = batchSize;
		this.nanoTime = nanoTime;
		this.lastInsertNanos = nanoTime.getAsLong() - DENSE_NANOS;
	}

	void add(PendingWrite write) {
		if (write instanceof PendingWrite.Insert) {
			this.waitingInserts.incrementAndGet();
		}
		this.arriving.add(write);
	}

	// Makes the next take return soon.
	void wakeUp() {
		if (!this.closing && this.awake.compareAndSet(false, true)) {
			add(new PendingWrite.WakeUp());
		}
	}

	int size() {
		return this.arriving.size() + this.gathered;
	}

	boolean isEmpty() {
		return this.arriving.isEmpty() && this.settlements.isEmpty() && this.others.isEmpty();
	}

	// Returns whether it is closed and all was taken.
	boolean isOver() {
		return this.closing && isEmpty();
	}

	// Returns whether it was closed so long ago that nothing more may be waited for.
	boolean isOverdue() {
		return this.closing && this.nanoTime.getAsLong() - this.closedNanos > CLOSING_NANOS;
	}

	// Nothing is kept back any more.
	void close() {
		this.closedNanos = this.nanoTime.getAsLong();
		this.closing = true;
		add(new PendingWrite.WakeUp());
	}

	// Waits for writes and returns those of the next commit, or none if nothing came for
	// the given time.
	List<PendingWrite> take(Duration idle) throws InterruptedException {
		gather(this.arriving.poll());
		awaitReturningCallers();
		if (isEmpty()) {
			gather(this.arriving.poll(idle.toNanos(), TimeUnit.NANOSECONDS));
		}
		while (this.others.isEmpty() && !this.settlements.isEmpty() && keepBackNanos() > 0) {
			gather(this.arriving.poll(keepBackNanos(), TimeUnit.NANOSECONDS));
		}
		List<PendingWrite> taken = choose();
		this.awake.set(false);
		this.gathered = this.settlements.size() + this.others.size();
		return taken;
	}

	private void awaitReturningCallers() throws InterruptedException {
		this.returning.begin(this.nanoTime.getAsLong());
		long nanos = returningNanos();
		while (nanos > 0) {
			gather(this.arriving.poll(nanos, TimeUnit.NANOSECONDS));
			nanos = returningNanos();
		}
	}

	private long returningNanos() {
		return this.closing ? 0 : this.returning.remainingNanos(this.waitingInserts.get(), this.nanoTime.getAsLong());
	}

	// Tells that what was taken last is stored, before its callers are answered.
	void stored() {
		this.returning.answering(this.takenInserts, this.waitingInserts.get());
	}

	// Takes what is there without waiting.
	List<PendingWrite> drain() {
		List<PendingWrite> all = new ArrayList<>();
		this.arriving.drainTo(all);
		return all;
	}

	private void gather(@Nullable PendingWrite first) {
		if (first == null) {
			return;
		}
		List<PendingWrite> arrived = new ArrayList<>();
		arrived.add(first);
		this.arriving.drainTo(arrived, this.batchSize - 1);
		for (PendingWrite write : arrived) {
			if (!(write instanceof PendingWrite.Settle)) {
				this.others.add(write);
				continue;
			}
			if (this.settlements.isEmpty()) {
				this.settlementsDueNanos = this.nanoTime.getAsLong() + KEPT_BACK_NANOS;
			}
			this.settlements.add(write);
		}
	}

	private long keepBackNanos() {
		long now = this.nanoTime.getAsLong();
		long untilInsertsPause = this.lastInsertNanos + DENSE_NANOS - now;
		boolean mayWait = this.insertsAreDense && !this.closing && this.settlements.size() < MOST_KEPT_BACK;
		return mayWait ? Math.min(this.settlementsDueNanos - now, untilInsertsPause) : 0;
	}

	private List<PendingWrite> choose() {
		boolean insertsOnly = inserts(this.others) > 0
				&& this.others.stream().noneMatch((write) -> write instanceof PendingWrite.Operation<?>);
		List<PendingWrite> chosen = new ArrayList<>();
		if (!insertsOnly || settlementsAreOverdue()) {
			chosen.addAll(this.settlements);
			this.settlements.clear();
		}
		if (!insertsOnly || chosen.isEmpty()) {
			chosen.addAll(this.others);
			this.others = new ArrayList<>();
		}
		this.takenInserts = inserts(chosen);
		if (this.takenInserts > 0) {
			this.waitingInserts.addAndGet(-this.takenInserts);
			long now = this.nanoTime.getAsLong();
			this.insertsAreDense = now - this.lastInsertNanos < DENSE_NANOS;
			this.lastInsertNanos = now;
		}
		return chosen;
	}

	private boolean settlementsAreOverdue() {
		return this.settlements.size() >= MOST_KEPT_BACK
				|| (!this.settlements.isEmpty() && this.settlementsDueNanos - this.nanoTime.getAsLong() <= 0);
	}

	private static int inserts(List<PendingWrite> writes) {
		return (int) writes.stream().filter((write) -> write instanceof PendingWrite.Insert).count();
	}

}

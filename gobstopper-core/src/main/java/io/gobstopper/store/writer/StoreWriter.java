package io.gobstopper.store.writer;

import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.CannotCreateTransactionException;

import io.gobstopper.GobstopperException;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.Claimant;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.TaskWrites;

/**
 * Opens the store and makes all commits to it, on one thread, until the queue is closed
 * and empty. It goes on after every failure: a commit that fails is made again write by
 * write, and a database that broke is opened again.
 */
final class StoreWriter implements Runnable {

	private static final Log logger = LogFactory.getLog(StoreWriter.class);

	private static final int MANY_FAILURES = 2;

	private static final int QUICK_TRIES = 10;

	private static final Duration IDLE = Duration.ofMillis(500);

	private final TaskStore store;

	private final WriteQueue queue;

	private final Notifier notifier;

	private final Clock clock;

	private final UncertainWrites uncertainWrites;

	private final CompletableFuture<TaskStore> opened = new CompletableFuture<>();

	private volatile @Nullable Claimant claimant;

	private volatile @Nullable WriteFailure lastFailure;

	private boolean broken;

	private boolean written;

	private boolean unreachable;

	private long logBytes;

	private boolean checkpointFailed;

	private int failures;

	private int failuresWithClaims;

	StoreWriter(TaskStore store, WriteQueue queue, Notifier notifier, Clock clock) {
		this.store = store;
		this.clock = Clock.tick(clock, Duration.of(1, ChronoUnit.MICROS));
		this.queue = queue;
		this.notifier = notifier;
		this.uncertainWrites = new UncertainWrites(store, notifier);
	}

	// Returns the store once it is open, or why it cannot be opened.
	CompletableFuture<TaskStore> opened() {
		return this.opened;
	}

	// Returns the last task or end of one that could not be stored, if none was since.
	@Nullable WriteFailure lastFailure() {
		return this.lastFailure;
	}

	void setClaimant(@Nullable Claimant claimant) {
		this.claimant = claimant;
	}

	@Override
	public void run() {
		open();
		while (!this.queue.isOver()) {
			try {
				commitOrTidyUp(this.queue.take(IDLE));
			}
			catch (InterruptedException ex) {
				logger.warn("The writer of the task database ignores an interrupt");
			}
			catch (Throwable ex) {
				logger.error("The writer of the task database goes on after an unexpected failure", ex);
			}
		}
	}

	private void open() {
		try {
			this.store.open();
			this.opened.complete(this.store);
		}
		catch (Throwable ex) {
			this.opened.completeExceptionally((ex instanceof GobstopperException) ? ex
					: new TaskStoreException("The task database cannot be opened: " + ex.getMessage(), ex));
		}
	}

	private void commitOrTidyUp(List<PendingWrite> writes) {
		if (writes.isEmpty()) {
			checkpoint();
			return;
		}
		try {
			commit(writes);
		}
		catch (Throwable ex) {
			writes.forEach((write) -> refuse(write,
					new TaskStoreException("The writer of the task database failed unexpectedly: " + ex, ex)));
			throw ex;
		}
	}

	// Nobody waits for it now, as someone would if the log had to be full first.
	private void checkpoint() {
		if (this.broken || this.checkpointFailed || this.opened.isCompletedExceptionally()) {
			return;
		}
		long start = System.nanoTime();
		try {
			if (this.store.checkpoint()) {
				long nanos = System.nanoTime() - start;
				this.notifier.publish((listeners) -> listeners.checkpointed(nanos));
			}
			this.logBytes = this.store.logBytes();
		}
		catch (Throwable ex) {
			logger.warn("The log of the task database could not be moved into its tables; it will be after a commit",
					ex);
			this.checkpointFailed = true;
			this.broken = this.store.isBroken(ex);
		}
	}

	private void commit(List<PendingWrite> writes) {
		if (this.opened.isCompletedExceptionally()) {
			writes.forEach(this::commitAlone);
			publishFailure(writes, 0);
			return;
		}
		if (this.broken && !reopen()) {
			writes.forEach((write) -> refuse(write,
					new TaskStoreException("The task database '%s' has failed and cannot be opened again yet"
						.formatted(this.store.location()))));
			publishFailure(writes, 0);
			return;
		}
		if (isHopeless()) {
			writes.forEach(this::refuseInTheEnd);
			return;
		}
		Claimant claimant = this.claimant;
		long start = System.nanoTime();
		try {
			commit(writes, claimant);
			this.failuresWithClaims = 0;
		}
		catch (Throwable ex) {
			this.failures++;
			this.failuresWithClaims++;
			publishFailure(writes, System.nanoTime() - start);
			if (claimant != null) {
				claimant.rolledBack();
			}
			recover(writes, ex);
		}
	}

	private void publishFailure(List<PendingWrite> writes, long nanos) {
		this.notifier.publish((listeners) -> listeners.committed(writes.size(), nanos, false));
	}

	private void refuse(PendingWrite write, Throwable failure) {
		if (write.isOfTasks()) {
			this.lastFailure = new WriteFailure(this.clock.instant(), String.valueOf(failure.getMessage()));
		}
		write.fail(failure);
	}

	private void recover(List<PendingWrite> writes, Throwable failure) {
		this.broken = this.store.isBroken(failure);
		if (!this.broken && failure instanceof CannotCreateTransactionException) {
			logger.warn("The task database cannot be reached; nothing was written", failure);
			writes.forEach((write) -> refuse(write,
					new TaskStoreException("The task database cannot be reached: " + failure.getMessage(), failure)));
			return;
		}
		if (this.failuresWithClaims <= QUICK_TRIES) {
			logger.warn("A commit to the task database failed; its writes are tried again one by one", failure);
			this.queue.wakeUp();
		}
		else {
			logger.debug("Another commit to the task database failed; tasks are claimed again by the next one",
					failure);
		}
		boolean uncertain = this.written || (this.broken && reopen());
		this.unreachable = false;
		for (PendingWrite write : writes) {
			if (this.unreachable) {
				refuseUnreachable(write, uncertain);
			}
			else if (uncertain) {
				commitUncertain(write);
			}
			else {
				commitAlone(write);
			}
		}
	}

	// Each of many writes would wait for a connection as long as the pool lets it.
	private void refuseUnreachable(PendingWrite write, boolean uncertain) {
		String reason = "it cannot be reached";
		refuse(write,
				new TaskStoreException(uncertain
						? "The task database broke during a commit, and cannot tell whether it was made: " + reason
						: "The task database did not store a change: " + reason));
	}

	// A database that breaks or fails while it commits may have made the commit.
	private void commitUncertain(PendingWrite write) {
		if (isHopeless()) {
			refuseInTheEnd(write);
			return;
		}
		try {
			// The next transaction begins with what is really stored.
			this.store.writes().inTransaction(() -> true);
			if (this.uncertainWrites.isFoundStored(write)) {
				return;
			}
		}
		catch (Throwable ex) {
			failed(ex);
			refuse(write, new TaskStoreException(
					"The task database broke during a commit, and cannot tell whether it was made: " + ex.getMessage(),
					ex));
			return;
		}
		commitAlone(write);
	}

	private void failed(Throwable failure) {
		this.failures++;
		this.unreachable = failure instanceof CannotCreateTransactionException;
	}

	// The application ends, and what was tried lately has failed.
	private boolean isHopeless() {
		return this.failures >= MANY_FAILURES && this.queue.isOverdue();
	}

	private void refuseInTheEnd(PendingWrite write) {
		refuse(write, new TaskStoreException(
				"The task database did not store a change in time before the application had to end"));
	}

	private boolean reopen() {
		try {
			this.store.reopen();
			this.broken = false;
			logger.warn("The task database was opened again after it had failed");
		}
		catch (Throwable ex) {
			logger.error("The task database failed and cannot be opened again yet", ex);
		}
		return !this.broken;
	}

	private void commitAlone(PendingWrite write) {
		if (isHopeless()) {
			refuseInTheEnd(write);
			return;
		}
		try {
			commit(List.of(write), null);
		}
		catch (Throwable ex) {
			failed(ex);
			refuse(write, (ex instanceof GobstopperException) ? ex
					: new TaskStoreException("The task database did not store a change: " + ex.getMessage(), ex));
		}
	}

	private void commit(List<PendingWrite> writes, @Nullable Claimant claimant) {
		TaskWrites open = GroupCommit.await(this.opened).writes();
		Commit commit = new Commit(open, claimant, this.clock);
		long start = System.nanoTime();
		this.written = false;
		open.inTransaction(() -> {
			int applied = commit.apply(writes);
			this.written = true;
			return applied;
		});
		long nanos = System.nanoTime() - start;
		this.checkpointFailed = false;
		this.failures = 0;
		if (writes.stream().anyMatch(PendingWrite::isOfTasks)) {
			this.lastFailure = null;
		}
		this.queue.stored();
		Commit.tell(() -> announce(commit, writes.size(), nanos));
		commit.deliver(this.claimant);
	}

	private void announce(Commit commit, int writes, long nanos) {
		boolean checkpointed = hasLogShrunk();
		this.notifier.publish(commit.size(), (listeners) -> {
			if (!commit.isEmpty()) {
				listeners.committed(writes, nanos, true);
			}
			if (checkpointed) {
				listeners.checkpointed(nanos);
			}
			commit.announce(listeners);
		});
	}

	private boolean hasLogShrunk() {
		long before = this.logBytes;
		this.logBytes = this.store.logBytes();
		return this.logBytes < before;
	}

}

package io.gobstopper.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.CannotCreateTransactionException;

import io.gobstopper.GobstopperException;
import io.gobstopper.TaskQueueClosedException;
import io.gobstopper.TaskQueueFullException;
import io.gobstopper.TaskStoreException;

/**
 * Makes all writes to a store from one thread. What gathers while one commit runs goes
 * into the next, so that callers share its cost. The same thread opens the store, in the
 * background.
 * <p>
 * Safe for use by several threads. A future completes after the commit that holds its
 * write; if a commit fails, its writes are tried again one by one, and only the guilty
 * ones fail, with a {@link TaskStoreException}.
 */
public final class GroupCommit implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(GroupCommit.class);

	private static final Duration IDLE = Duration.ofMillis(500);

	private final TaskStore store;

	private final GroupCommitSettings settings;

	private final WriteQueue queue;

	private final Semaphore capacity;

	private final AtomicBoolean awake = new AtomicBoolean();

	private final CompletableFuture<TaskStore> opened = new CompletableFuture<>();

	private final TaskStoreListeners listeners = new TaskStoreListeners();

	private final Notifier notifier = new Notifier(this.listeners);

	private final Thread writer = new Thread(this::run, "gobstopper-writer");

	private volatile @Nullable Claimant claimant;

	private boolean broken;

	private boolean written;

	private long logBytes;

	private boolean checkpointFailed;

	private volatile boolean closing;

	private volatile boolean closed;

	public GroupCommit(TaskStore store, GroupCommitSettings settings) {
		this.store = store;
		this.settings = settings;
		this.queue = new WriteQueue(settings.batchSize(), System::nanoTime);
		this.capacity = new Semaphore(settings.capacity());
	}

	/**
	 * Opens the store in the background. Called once.
	 */
	public void start() {
		this.writer.start();
	}

	/**
	 * Returns the store, for reading; waits until it is open.
	 * @return the store
	 * @throws GobstopperException if it could not be opened
	 */
	public TaskStore store() {
		return await(this.opened);
	}

	/**
	 * Returns the processes that share the database; does not wait until it is open.
	 * @return the cluster, or {@code null} if only one process can have it open
	 */
	public @Nullable Cluster cluster() {
		return this.store.cluster().orElse(null);
	}

	/**
	 * Returns the clock that all users of the database go by.
	 * @return that of the database, or of this machine if no other can have it open
	 */
	public Clock clock() {
		return this.store.cluster().map(Cluster::clock).orElse(Clock.systemUTC());
	}

	/**
	 * Tells everyone of tasks that were inserted otherwise, without waiting for it.
	 * @param tasks the tasks, pending
	 */
	public void announceInserted(List<StoredTask> tasks) {
		Set<String> categories = tasks.stream()
			.map((task) -> task.details().category())
			.collect(Collectors.toCollection(TreeSet::new));
		var unused = write((store) -> {
			store.cluster().ifPresent((cluster) -> cluster.announceWork(categories));
			return tasks;
		}, (claimant, inserted) -> categories.forEach(claimant::workAvailable), TaskStoreListener::inserted);
	}

	/**
	 * Calls a listener from now on.
	 * @param listener the listener
	 */
	public void addListener(TaskStoreListener listener) {
		this.listeners.add(listener);
	}

	/**
	 * Calls a listener from now on, after all those added otherwise.
	 * @param listener the listener
	 */
	public void addLastListener(TaskStoreListener listener) {
		this.listeners.addLast(listener);
	}

	/**
	 * Calls a listener no more.
	 * @param listener the listener
	 */
	public void removeListener(TaskStoreListener listener) {
		this.listeners.remove(listener);
	}

	/**
	 * Asks a claimant in each commit from now on.
	 * @param claimant the claimant, or {@code null} for none
	 */
	public void setClaimant(@Nullable Claimant claimant) {
		this.claimant = claimant;
	}

	/**
	 * Stores new tasks, all of them or none.
	 * @param tasks the tasks
	 * @return what became of each, in the order given
	 * @throws TaskQueueFullException if the store cannot keep up
	 * @throws TaskQueueClosedException if this is closed
	 */
	public CompletableFuture<List<InsertedTask>> insert(List<StoredTask> tasks) {
		if (this.closing) {
			throw closedException();
		}
		int permits = Math.min(tasks.size(), this.settings.capacity());
		acquire(permits);
		CompletableFuture<List<InsertedTask>> result = new CompletableFuture<>();
		submit(new PendingWrite.Insert(tasks, result, () -> this.capacity.release(permits)));
		return result.whenComplete((inserted, failure) -> {
			if (failure != null) {
				this.capacity.release(permits);
			}
		});
	}

	/**
	 * Ends an attempt. The listeners have been told when the future completes.
	 * @param settlement the end
	 * @return whether the attempt was still the current one
	 */
	public CompletableFuture<Boolean> settle(Settlement settlement) {
		CompletableFuture<Boolean> result = new CompletableFuture<>();
		submit(new PendingWrite.Settle(settlement, result));
		return result;
	}

	/**
	 * Makes any other write.
	 * @param <T> the type of the result
	 * @param write the write
	 * @return what it returns
	 */
	public <T extends @Nullable Object> CompletableFuture<T> write(Function<TaskStore, T> write) {
		return write(write, (claimant, result) -> {
		});
	}

	/**
	 * Makes any other write and tells the claimant after the commit, before the future
	 * completes.
	 * @param <T> the type of the result
	 * @param write the write
	 * @param news tells the claimant what the write returned
	 * @return what it returns
	 */
	public <T extends @Nullable Object> CompletableFuture<T> write(Function<TaskStore, T> write,
			BiConsumer<Claimant, T> news) {
		return write(write, news, (listeners, result) -> {
		});
	}

	/**
	 * Makes any other write and tells the claimant and the listeners after the commit,
	 * the listeners in their own time.
	 * @param <T> the type of the result
	 * @param write the write
	 * @param news tells the claimant what the write returned
	 * @param announcement tells the listeners what the write returned
	 * @return what it returns
	 */
	public <T extends @Nullable Object> CompletableFuture<T> write(Function<TaskStore, T> write,
			BiConsumer<Claimant, T> news, BiConsumer<TaskStoreListener, T> announcement) {
		CompletableFuture<T> result = new CompletableFuture<>();
		submit(new PendingWrite.Operation<>(write, news, announcement, result));
		return result;
	}

	/**
	 * Deletes completed tasks in small commits, between those of others.
	 * @param completedBefore those completed before this time
	 * @param batchSize the number of tasks in one commit
	 * @return the number deleted
	 */
	public long purge(Instant completedBefore, int batchSize) {
		long total = 0;
		int deleted;
		do {
			deleted = await(write((store) -> store.purge(completedBefore, batchSize)));
			total += deleted;
		}
		while (deleted == batchSize);
		return total;
	}

	/**
	 * Tells the listeners something in its turn.
	 * @param news tells them
	 */
	public void publish(Consumer<TaskStoreListener> news) {
		this.notifier.publish(news);
	}

	/**
	 * Returns how many writes wait for the next commit.
	 * @return the number
	 */
	public int pendingWrites() {
		return this.queue.size();
	}

	/**
	 * Makes the writer ask its claimant soon.
	 */
	public void wakeUp() {
		if (!this.closing && this.awake.compareAndSet(false, true)) {
			this.queue.add(new PendingWrite.WakeUp());
		}
	}

	/**
	 * Commits what was submitted, then closes the store. Later writes are refused.
	 */
	@Override
	public void close() {
		this.closing = true;
		this.queue.close();
		try {
			this.writer.join();
			this.notifier.close();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.store.close();
	}

	/**
	 * Waits for a write, through interruptions.
	 * @param <T> the type of the result
	 * @param result the future of the write
	 * @return the result
	 * @throws GobstopperException if the write failed
	 */
	public static <T extends @Nullable Object> T await(CompletableFuture<T> result) {
		try {
			return result.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof GobstopperException cause) {
				throw cause;
			}
			throw ex;
		}
	}

	private void acquire(int permits) {
		try {
			if (!this.capacity.tryAcquire(permits, this.settings.fullTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
				throw new TaskQueueFullException(
						"%d tasks wait to be stored and the database did not keep up within %s; nothing was stored"
							.formatted(this.settings.capacity(), this.settings.fullTimeout()));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new TaskQueueFullException("Interrupted while waiting to store a task; nothing was stored");
		}
	}

	private void submit(PendingWrite write) {
		this.queue.add(write);
		if (this.closing) {
			failLateWrites();
		}
	}

	private void failLateWrites() {
		if (this.closed) {
			this.queue.drain().forEach((write) -> write.fail(closedException()));
		}
	}

	private static TaskQueueClosedException closedException() {
		return new TaskQueueClosedException("The task queue is closed because the application is shutting down");
	}

	private void run() {
		try {
			this.store.open();
			this.opened.complete(this.store);
		}
		catch (Throwable ex) {
			this.opened.completeExceptionally((ex instanceof GobstopperException) ? ex
					: new TaskStoreException("The task database cannot be opened: " + ex.getMessage(), ex));
		}
		while (!this.closing || !this.queue.isEmpty()) {
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
		this.closed = true;
		failLateWrites();
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
			writes.forEach((write) -> write
				.fail(new TaskStoreException("The writer of the task database failed unexpectedly: " + ex, ex)));
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
			if (store().checkpoint()) {
				long nanos = System.nanoTime() - start;
				publish((listeners) -> listeners.checkpointed(nanos));
			}
			this.logBytes = store().logBytes();
		}
		catch (Throwable ex) {
			logger.warn("The log of the task database could not be moved into its tables; it will be after a commit",
					ex);
			this.checkpointFailed = true;
			this.broken = this.store.isBroken(ex);
		}
	}

	private void commit(List<PendingWrite> writes) {
		this.awake.set(false);
		if (this.opened.isCompletedExceptionally()) {
			writes.forEach(this::commitAlone);
			return;
		}
		if (this.broken && !reopen()) {
			writes.forEach((write) -> write
				.fail(new TaskStoreException("The task database '%s' has failed and cannot be opened again yet"
					.formatted(this.store.location()))));
			return;
		}
		Claimant claimant = this.claimant;
		long start = System.nanoTime();
		try {
			commit(writes, claimant);
		}
		catch (Throwable ex) {
			long nanos = System.nanoTime() - start;
			publish((listeners) -> listeners.committed(writes.size(), nanos, false));
			if (claimant != null) {
				claimant.rolledBack();
			}
			recover(writes, ex);
		}
	}

	private void recover(List<PendingWrite> writes, Throwable failure) {
		this.broken = this.store.isBroken(failure);
		if (!this.broken && failure instanceof CannotCreateTransactionException) {
			logger.warn("The task database cannot be reached; nothing was written", failure);
			writes.forEach((write) -> write
				.fail(new TaskStoreException("The task database cannot be reached: " + failure.getMessage(), failure)));
			return;
		}
		logger.warn("A commit to the task database failed; its writes are tried again one by one", failure);
		boolean uncertain = this.written || (this.broken && reopen());
		for (PendingWrite write : writes) {
			if (uncertain) {
				commitUncertain(write);
			}
			else {
				commitAlone(write);
			}
		}
	}

	// A database that breaks or fails while it commits may have made the commit.
	private void commitUncertain(PendingWrite write) {
		try {
			// The next transaction begins with what is really stored.
			this.store.inTransaction(() -> true);
			if (isFoundStored(write)) {
				return;
			}
		}
		catch (Throwable ex) {
			write.fail(new TaskStoreException(
					"The task database broke during a commit, and cannot tell whether it was made: " + ex.getMessage(),
					ex));
			return;
		}
		commitAlone(write);
	}

	private boolean isFoundStored(PendingWrite write) {
		if (write instanceof PendingWrite.Insert insert) {
			UncertainInsert uncertain = new UncertainInsert(this.store, insert.tasks());
			boolean stored = uncertain.isStored();
			if (stored) {
				insert.result().complete(uncertain.result());
				insert.announced().run();
			}
			return stored;
		}
		if (write instanceof PendingWrite.Settle settle) {
			Settlement settlement = settle.settlement();
			boolean stored = this.store.find(settlement.task().id()).filter(settlement.task()::equals).isPresent();
			if (stored) {
				publish((listeners) -> {
					listeners.settled(settlement.task(), settlement.attempt());
					settle.result().complete(true);
				});
			}
			return stored;
		}
		return false;
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
		try {
			commit(List.of(write), null);
		}
		catch (Throwable ex) {
			write.fail((ex instanceof GobstopperException) ? ex
					: new TaskStoreException("The task database did not store a change: " + ex.getMessage(), ex));
		}
	}

	private void commit(List<PendingWrite> writes, @Nullable Claimant claimant) {
		TaskStore store = store();
		Commit commit = new Commit(store, claimant);
		long start = System.nanoTime();
		this.written = false;
		store.inTransaction(() -> {
			int applied = commit.apply(writes);
			this.written = true;
			return applied;
		});
		long nanos = System.nanoTime() - start;
		this.checkpointFailed = false;
		afterCommit(() -> announce(commit, writes.size(), nanos));
		afterCommit(() -> commit.deliver(this.claimant));
	}

	// What is committed must not be tried again, whatever happens now.
	private static void afterCommit(Runnable step) {
		try {
			step.run();
		}
		catch (Throwable ex) {
			logger.error("Not everyone could be told what was committed", ex);
		}
	}

	private void announce(Commit commit, int writes, long nanos) {
		boolean checkpointed = hasLogShrunk();
		publish((listeners) -> {
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

package io.gobstopper.store.writer;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.gobstopper.GobstopperException;
import io.gobstopper.error.TaskQueueClosedException;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.Claimant;
import io.gobstopper.store.Cluster;
import io.gobstopper.store.TaskReads;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.TaskWrites;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;

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

	private final TaskStore store;

	private final Clock clock;

	private final WriteQueue queue;

	private final EnqueueAdmission admission;

	private final TaskStoreListeners listeners = new TaskStoreListeners();

	private final Notifier notifier = new Notifier(this.listeners);

	private final StoreWriter writer;

	private final Thread thread = new Thread(this::write, "gobstopper-writer");

	private volatile boolean closing;

	private volatile boolean closed;

	/**
	 * Creates a group commit, which does not begin yet.
	 * @param store the store
	 * @param settings how much waits and how long
	 */
	public GroupCommit(TaskStore store, GroupCommitSettings settings) {
		this(store, settings, (Clock) null);
	}

	/**
	 * Creates a group commit that goes by another clock, which does not begin yet.
	 * @param store the store
	 * @param settings how much waits and how long
	 * @param clock the clock, or {@code null} for the one that fits the store
	 */
	public GroupCommit(TaskStore store, GroupCommitSettings settings, @Nullable Clock clock) {
		this(store, settings, clock, System::nanoTime);
	}

	GroupCommit(TaskStore store, GroupCommitSettings settings, @Nullable Clock clock, LongSupplier nanoTime) {
		// An application that only enqueues ends when its main method does.
		this.thread.setDaemon(true);
		this.store = store;
		this.queue = new WriteQueue(settings.batchSize(), nanoTime);
		this.admission = new EnqueueAdmission(settings, this.notifier);
		this.clock = (clock != null) ? clock : store.cluster().map(Cluster::clock).orElse(Clock.systemUTC());
		this.writer = new StoreWriter(store, this.queue, this.notifier, this.clock);
	}

	/**
	 * Opens the store in the background. Called once.
	 */
	public void start() {
		this.thread.start();
	}

	/**
	 * Returns the store; waits until it is open.
	 * @return the store
	 * @throws GobstopperException if it could not be opened
	 */
	public TaskStore store() {
		return await(this.writer.opened());
	}

	/**
	 * Returns what can be asked of the store; waits until it is open.
	 * @return the reads
	 * @throws GobstopperException if it could not be opened
	 */
	public TaskReads reads() {
		return store().reads();
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
	 * @return the one that was given, that of the database, or of this machine if no
	 * other can have it open
	 */
	public Clock clock() {
		return this.clock;
	}

	/**
	 * Tells everyone of tasks that were inserted otherwise, without waiting for it.
	 * @param tasks the tasks, pending
	 * @param replaced tasks that were replaced, or that others may have passed over
	 */
	public void announceInserted(List<StoredTask> tasks, List<StoredTask> replaced) {
		if (tasks.isEmpty() && replaced.isEmpty()) {
			return;
		}
		var unused = change((writes) -> {
			this.store.cluster().ifPresent((cluster) -> announce(cluster, tasks, replaced));
			return Change.inserted(tasks, replaced);
		});
	}

	private static void announce(Cluster cluster, List<StoredTask> tasks, List<StoredTask> replaced) {
		List<StoredTask> all = Stream.concat(tasks.stream(), replaced.stream()).toList();
		cluster.announceWork(all.stream().map((task) -> task.details().category()).distinct().toList());
		cluster.announceGates(Gate.next(all));
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
		this.writer.setClaimant(claimant);
	}

	/**
	 * Stores new tasks, all of them or none.
	 * @param tasks the tasks
	 * @return what became of each, in the order given
	 * @throws io.gobstopper.error.TaskQueueFullException if the store cannot keep up
	 * @throws TaskQueueClosedException if this is closed
	 */
	public CompletableFuture<List<InsertedTask>> insert(List<StoredTask> tasks) {
		if (this.closing) {
			throw closedException();
		}
		Runnable stored = this.admission.admit(tasks.size());
		CompletableFuture<List<InsertedTask>> result = new CompletableFuture<>();
		submit(new PendingWrite.Insert(tasks, result));
		return result.whenComplete((inserted, failure) -> stored.run());
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
	public <T extends @Nullable Object> CompletableFuture<T> write(Function<TaskWrites, T> write) {
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
	public <T extends @Nullable Object> CompletableFuture<T> write(Function<TaskWrites, T> write,
			BiConsumer<Claimant, T> news) {
		CompletableFuture<T> result = new CompletableFuture<>();
		submit(new PendingWrite.Operation<>(write, news, (listeners, value) -> {
		}, result));
		return result;
	}

	/**
	 * Makes any other write and tells the claimant and the listeners after the commit
	 * what it did, the listeners in their own time.
	 * @param <T> the type of the result
	 * @param write the write
	 * @return the result of the change
	 */
	public <T extends @Nullable Object> CompletableFuture<T> change(Function<TaskWrites, Change<T>> write) {
		CompletableFuture<Change<T>> result = new CompletableFuture<>();
		submit(PendingWrite.Operation.of(write, result));
		return result.thenApply(Change::result);
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
	 * Returns the last failure to store a task or the end of one, if none was stored
	 * since.
	 * @return the failure, or empty if there was none
	 */
	public Optional<WriteFailure> lastFailure() {
		return Optional.ofNullable(this.writer.lastFailure());
	}

	/**
	 * Makes the writer ask its claimant soon.
	 */
	public void wakeUp() {
		this.queue.wakeUp();
	}

	/**
	 * Commits what was submitted, then closes the store. Later writes are refused, and so
	 * are those that a database that fails has not stored within ten seconds.
	 */
	@Override
	public void close() {
		this.closing = true;
		this.queue.close();
		try {
			this.thread.join();
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

	private void write() {
		this.writer.run();
		this.closed = true;
		failLateWrites();
	}

}

package io.gobstopper.worker.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.task.StoredTask;

/**
 * The tasks of one category that were claimed and have not started, between what the
 * database may hold and the slots in which they run. Safe for use by several threads.
 */
final class CategoryQueue {

	private static final Log logger = LogFactory.getLog(CategoryQueue.class);

	// How long a slot works for one category while others wait for their first one.
	private static final long TURN_NANOS = Duration.ofMillis(20).toNanos();

	// What was claimed first of one priority runs first, in whatever order it was
	// enqueued.
	private static final Comparator<StoredTask> AS_CLAIMED = Comparator
		.comparing((StoredTask task) -> task.details().priority(), Comparator.reverseOrder());

	private final String category;

	private final boolean fair;

	private final CategoryQueues worker;

	private final SharedSlots shared;

	private final Executor executor;

	private final TasksInRunOrder buffer;

	private final Supply supply;

	private final ClaimedTasks tasks;

	private final Slots slots;

	private int claimedAtInsert;

	private boolean watched;

	private boolean threadless;

	private boolean waitsForSlot;

	private volatile int usedInRound;

	private boolean paused;

	private boolean stopped;

	CategoryQueue(String category, boolean fair, Supply supply, Slots slots, ClaimedTasks tasks, CategoryQueues worker,
			SharedSlots shared, Executor executor) {
		this.category = category;
		this.fair = fair;
		this.buffer = new TasksInRunOrder(fair ? AS_CLAIMED : StoredTask.RUN_ORDER);
		this.supply = supply;
		this.slots = slots;
		this.tasks = tasks;
		this.worker = worker;
		this.shared = shared;
		this.executor = executor;
	}

	String category() {
		return this.category;
	}

	/**
	 * Claims the most urgent of new tasks if nothing in the database can precede them.
	 * @param tasks tasks of this category to insert, in order
	 * @param mostSlots how many more slots it may count on
	 * @return those to insert as claimed
	 */
	synchronized Set<UUID> claimAtInsert(List<StoredTask> tasks, int mostSlots) {
		this.worker.activate(this);
		List<StoredTask> byUrgency = new ArrayList<>(tasks);
		byUrgency.sort(AS_CLAIMED);
		int room = (this.fair || this.supply.mayHaveTasks() || this.paused || this.stopped) ? 0 : room(mostSlots);
		this.claimedAtInsert = Math.min(room, byUrgency.size());
		if (this.claimedAtInsert < byUrgency.size()) {
			this.supply.left(overtakes(byUrgency.get(this.claimedAtInsert)));
		}
		return byUrgency.subList(0, this.claimedAtInsert).stream().map(StoredTask::id).collect(Collectors.toSet());
	}

	// Says what this category can take now.
	synchronized @Nullable ClaimRequest claim() {
		List<String> names = this.worker.names();
		this.supply.asked();
		startIdleSlots();
		leaveUnlessNeeded();
		if (!this.supply.mayHaveTasks() && this.buffer.isEmpty() && this.claimedAtInsert == 0) {
			this.worker.deactivate(this);
		}
		if (!this.supply.mayHaveTasks() || this.paused || this.stopped || names.isEmpty()) {
			return null;
		}
		int available = this.shared.available(this);
		if (available == 0 && needsSlot()) {
			this.waitsForSlot = true;
			this.shared.await(this);
			if (this.slots.size() == 0) {
				return null;
			}
		}
		int free = Math.max(0,
				Math.min(this.slots.most() - this.slots.size(), available) - this.buffer.size() - this.claimedAtInsert);
		int limit = Math.max(free, room(available));
		boolean worthwhile = free > 0 || this.buffer.size() <= limit;
		if (limit > 0 && worthwhile) {
			return request(names, free, limit, 0);
		}
		StoredTask last = this.supply.mayHaveUrgentTasks() ? this.buffer.last() : null;
		if (last == null) {
			return null;
		}
		int level = last.details().priority().level();
		int concurrency = this.slots.concurrency();
		int more = (int) Math.min(concurrency, this.slots.target() + concurrency - this.buffer.countAbove(level));
		return (more > 0) ? request(names, 0, more, level) : null;
	}

	private ClaimRequest request(List<String> names, int free, int limit, int abovePriority) {
		return new ClaimRequest(this.category, names, free, limit, abovePriority, this.worker.lastChances(),
				this.worker.newLease(), this.fair);
	}

	// Takes over tasks that were claimed with their insertion.
	synchronized void inserted(List<StoredTask> tasks) {
		boolean others = tasks.size() < this.claimedAtInsert && this.supply.mayHaveTasks();
		this.claimedAtInsert = 0;
		accept(tasks);
		if (others) {
			this.worker.wakeUp();
		}
	}

	// Takes over tasks that were claimed.
	synchronized void claimed(ClaimRequest request, List<StoredTask> tasks) {
		boolean passedOver = this.supply.answered(request, tasks);
		accept(tasks);
		if (tasks.isEmpty() && this.buffer.isEmpty()) {
			leave();
		}
		if (passedOver) {
			this.worker.wakeUp();
		}
	}

	synchronized void rolledBack() {
		this.claimedAtInsert = 0;
		workAvailable();
	}

	// Tasks may have become claimable other than by being inserted.
	synchronized void workAvailable() {
		this.worker.activate(this);
		this.supply.told();
	}

	synchronized CategoryActivity activity() {
		return new CategoryActivity(this.category, this.slots.size(), this.slots.concurrency(), this.buffer.size(),
				this.paused);
	}

	// Changes how many tasks run at once; surplus ones end first.
	synchronized void resize(int concurrency) {
		this.slots.resize(concurrency);
		workAvailable();
		startIdleSlots();
	}

	void setPaused(boolean paused) {
		List<StoredTask> unstarted;
		synchronized (this) {
			this.paused = paused;
			workAvailable();
			unstarted = paused ? this.buffer.takeAll((task) -> true) : List.of();
			leaveUnlessNeeded();
		}
		this.tasks.giveBack(unstarted);
	}

	/**
	 * Claims and starts no more, and gives back what was not started.
	 */
	void stop() {
		List<StoredTask> unstarted;
		synchronized (this) {
			this.stopped = true;
			unstarted = this.buffer.takeAll((task) -> true);
			leaveUnlessNeeded();
		}
		this.tasks.giveBack(unstarted);
	}

	/**
	 * Gives back what was claimed ahead and has waited longer than was expected.
	 */
	void giveBackStale() {
		List<StoredTask> stale;
		synchronized (this) {
			stale = this.buffer.takeAll(this.tasks::isStale);
		}
		if (!stale.isEmpty()) {
			this.tasks.giveBack(stale);
			workAvailable();
		}
	}

	// Takes a task out that was not started yet.
	synchronized @Nullable StoredTask takeUnstarted(Predicate<StoredTask> which) {
		return this.buffer.take(which);
	}

	private boolean overtakes(StoredTask task) {
		StoredTask last = this.buffer.last();
		return last != null && task.details().priority().compareTo(last.details().priority()) > 0;
	}

	// Notes that it was used, so that it is not taken for idle.
	void use(int round) {
		this.usedInRound = round;
	}

	// Whether it cannot be taken for idle before the next round.
	boolean isUsedIn(int round) {
		return this.usedInRound == round;
	}

	// Whether nothing would be lost without it: it can be made anew.
	synchronized boolean isIdleSince(int round, int usualConcurrency) {
		return this.usedInRound - round < 0 && this.slots.size() == 0 && this.buffer.isEmpty()
				&& this.claimedAtInsert == 0 && this.slots.concurrency() == usualConcurrency
				&& (!this.supply.mayHaveTasks() || this.paused);
	}

	private boolean needsSlot() {
		return !this.paused && !this.stopped && (this.supply.mayHaveTasks() || !this.buffer.isEmpty())
				&& this.slots.size() < this.slots.most();
	}

	private void leaveUnlessNeeded() {
		if (!needsSlot()) {
			leave();
		}
	}

	private void leave() {
		if (this.waitsForSlot) {
			this.waitsForSlot = false;
			this.shared.leave(this);
		}
	}

	// Slots beyond those that can be had do not count, unless there are none at all.
	private int room(int available) {
		int more = Math.min(this.slots.free(), available);
		if (more == 0 && this.slots.size() == 0) {
			return 0;
		}
		return Math.max(0, more + this.slots.target() - this.buffer.size() - this.claimedAtInsert);
	}

	private void accept(List<StoredTask> tasks) {
		if (this.stopped || this.paused) {
			this.tasks.giveBack(tasks);
			return;
		}
		this.worker.activate(this);
		this.buffer.addAll(tasks);
		startIdleSlots();
	}

	private void startIdleSlots() {
		int idle = Math.min(this.slots.most() - this.slots.size(), this.buffer.size());
		int started = 0;
		while (started < idle && startSlot()) {
			started++;
		}
		if (!this.watched && !this.threadless && this.slots.free() > 0 && !this.buffer.isEmpty()) {
			this.worker.soon(this::watch);
			this.watched = true;
		}
	}

	// Some task may be longer than was expected.
	private synchronized void watch() {
		this.watched = false;
		startIdleSlots();
	}

	// Without a thread, tasks wait until they are stale and given back.
	private boolean startSlot() {
		if (!this.shared.take(this)) {
			this.waitsForSlot = true;
			return false;
		}
		Slot slot = new Slot(this, this.tasks);
		try {
			this.executor.execute(slot);
			this.slots.add(slot);
			this.threadless = false;
			return true;
		}
		catch (RejectedExecutionException | OutOfMemoryError ex) {
			if (!this.threadless) {
				logger.error("There is no thread to run tasks of category '%s'; trying again".formatted(this.category),
						ex);
			}
			this.threadless = true;
			this.shared.putBack(this, false);
			return false;
		}
	}

	synchronized void replace(Slot slot) {
		remove(slot);
		startSlot();
	}

	private void remove(Slot slot) {
		if (this.slots.remove(slot)) {
			boolean needsOne = needsSlot();
			this.waitsForSlot |= needsOne;
			this.shared.putBack(this, needsOne);
		}
	}

	// Returns the next task for a slot, or {@code null} if the slot is no longer needed.
	@Nullable StoredTask next(Slot slot) {
		StoredTask task;
		boolean runningDry;
		synchronized (this) {
			if (!this.slots.contains(slot) || this.slots.size() > this.slots.most()) {
				remove(slot);
				return null;
			}
			long now = System.nanoTime();
			slot.begin(now);
			if (this.shared.isWantedFrom(this, now - slot.takenNanos() > TURN_NANOS)) {
				remove(slot);
				return null;
			}
			task = this.buffer.poll();
			if (task == null) {
				remove(slot);
			}
			runningDry = this.supply.mayHaveTasks() && this.buffer.size() <= this.slots.target() / 2;
		}
		if (runningDry) {
			this.worker.wakeUp();
		}
		return task;
	}

	synchronized void finished(StoredTask task, long startedNanos) {
		this.slots.finished(task, System.nanoTime() - startedNanos);
	}

}

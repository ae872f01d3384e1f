package io.gobstopper.worker.dispatch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.Claimant;
import io.gobstopper.store.LastChances;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.execution.AttemptStop;
import io.gobstopper.worker.execution.LastChanceTurns;
import io.gobstopper.worker.execution.RunningTasks;
import io.gobstopper.worker.execution.Settlements;
import io.gobstopper.worker.execution.TaskRunner;
import io.gobstopper.worker.execution.WorkerIdentity;

/**
 * The queues of all categories this process runs. A queue is made when a category is
 * first seen.
 */
public final class CategoryQueues implements Claimant {

	private static final int IDLE_ROUNDS = 60;

	private final Map<String, CategoryQueue> byCategory = new ConcurrentHashMap<>();

	// Those that hold tasks or may find some. There may be a category for each customer,
	// so nothing that each commit does may look at all of them.
	private final Set<CategoryQueue> active = ConcurrentHashMap.newKeySet();

	private final Set<String> paused = ConcurrentHashMap.newKeySet();

	private final SlotSettings settings;

	private final WorkerIdentity identity;

	private final TaskRunner runner;

	private final RunningTasks running;

	private final Settlements settlements;

	private final LastChanceTurns lastChances;

	private final HeldWork held;

	private final GroupCommit groupCommit;

	private final Executor executor;

	private final Consumer<Runnable> soon;

	private final SharedSlots slots;

	private final ClaimTurns turns;

	private final ClaimedTasks tasks;

	private final AtomicInteger round = new AtomicInteger();

	private int lookedInRound;

	private volatile Set<String> lasting = Set.of();

	private volatile @Nullable Instant lastClaimAt;

	private volatile boolean knowsAll;

	private volatile boolean started;

	private volatile boolean stopped;

	public CategoryQueues(SlotSettings settings, WorkerIdentity identity, TaskRunner runner, RunningTasks running,
			Settlements settlements, LastChanceTurns lastChances, HeldWork held, GroupCommit groupCommit,
			Executor executor, Consumer<Runnable> soon) {
		this.settings = settings;
		this.identity = identity;
		this.runner = runner;
		this.running = running;
		this.settlements = settlements;
		this.lastChances = lastChances;
		this.held = held;
		this.groupCommit = groupCommit;
		this.executor = executor;
		this.soon = soon;
		this.slots = new SharedSlots(settings.maxThreads(), this::wakeUp);
		this.turns = new ClaimTurns(this.slots, this.byCategory::get, this::wakeUp);
		this.tasks = new ClaimedTasks(identity, runner, settlements, held.closedGates(), groupCommit);
	}

	// Takes over what was paused before the start.
	public void pauseAll(Collection<String> categories) {
		for (String category : categories) {
			pauseChanged(category, true);
		}
	}

	// Takes over what is paused now.
	public void pauseOnly(Collection<String> categories) {
		Set<String> resumed = new HashSet<>(this.paused);
		resumed.removeAll(categories);
		resumed.forEach((category) -> pauseChanged(category, false));
		categories.stream()
			.filter((category) -> !this.paused.contains(category))
			.forEach((category) -> pauseChanged(category, true));
	}

	public void start(Collection<String> categories) {
		this.lasting = Set.copyOf(categories);
		categories.forEach(this::queue);
		this.started = true;
		wakeUp();
	}

	/**
	 * Claims and starts no more tasks.
	 */
	public void stop() {
		this.stopped = true;
		this.byCategory.values().forEach(CategoryQueue::stop);
	}

	public void giveBackStale() {
		this.round.incrementAndGet();
		this.byCategory.values().forEach(CategoryQueue::giveBackStale);
	}

	@Override
	public List<StoredTask> claimAtInsert(List<StoredTask> tasks) {
		if (!this.started || this.stopped) {
			return tasks;
		}
		Map<CategoryQueue, List<StoredTask>> due = new LinkedHashMap<>();
		for (StoredTask task : tasks) {
			CategoryQueue queue = queue(task.details().category());
			if (queue != null && !task.state().dueAt().isAfter(this.identity.now())
					&& this.runner.canRun(task.details().name())) {
				due.computeIfAbsent(queue, (key) -> new ArrayList<>()).add(task);
			}
		}
		Set<UUID> claimed = new HashSet<>();
		int free = this.slots.free();
		for (Map.Entry<CategoryQueue, List<StoredTask>> each : due.entrySet()) {
			Set<UUID> taken = each.getKey().claimAtInsert(each.getValue(), free);
			free = Math.max(0, free - taken.size());
			claimed.addAll(taken);
		}
		Lease lease = newLease();
		return tasks.stream().map((task) -> claimed.contains(task.id()) ? task.claimed(lease) : task).toList();
	}

	@Override
	public @Nullable AdmissionRequest admission() {
		return (this.started && !this.stopped) ? this.held.request() : null;
	}

	@Override
	public void gatesChanged(Collection<Gate> changed) {
		this.held.changed(changed);
	}

	@Override
	public void gateClosed(Gate gate, Instant until) {
		this.held.closed(gate, until);
	}

	@Override
	public List<ClaimRequest> claims() {
		// What comes free meanwhile is for the next time, when all can ask for it.
		int free = this.slots.free();
		List<ClaimRequest> requests = new ArrayList<>();
		if (this.started && !this.stopped) {
			letGoOfIdle();
			if (this.lastChances.takeReleased()) {
				this.byCategory.values().forEach(CategoryQueue::workAvailable);
			}
			for (CategoryQueue queue : this.active) {
				ClaimRequest request = queue.claim();
				if (request != null) {
					requests.add(request);
				}
			}
		}
		return this.lastChances.inTurn(this.turns.choose(requests, free));
	}

	// There may be one category for each customer.
	private void letGoOfIdle() {
		int now = this.round.get();
		if (now == this.lookedInRound) {
			return;
		}
		this.lookedInRound = now;
		for (String category : this.byCategory.keySet()) {
			if (!this.lasting.contains(category)) {
				this.byCategory.computeIfPresent(category,
						(key, queue) -> queue.isIdleSince(now - IDLE_ROUNDS, this.settings.concurrencyOf(category))
								? letGo(queue) : queue);
			}
		}
		this.turns.keepOnly(this.byCategory.keySet());
	}

	private @Nullable CategoryQueue letGo(CategoryQueue queue) {
		this.active.remove(queue);
		return null;
	}

	@Override
	public void inserted(List<StoredTask> tasks) {
		Map<String, List<StoredTask>> claimed = new LinkedHashMap<>();
		for (StoredTask task : tasks) {
			if (task.state().lease() != null) {
				claimed.computeIfAbsent(task.details().category(), (category) -> new ArrayList<>()).add(task);
			}
		}
		claimed.values().forEach(this.settlements::hold);
		this.active.forEach((queue) -> queue.inserted(claimed.getOrDefault(queue.category(), List.of())));
	}

	@Override
	public void claimed(ClaimRequest request, List<StoredTask> tasks) {
		this.settlements.hold(tasks);
		CategoryQueue queue = queue(request.category());
		if (queue != null) {
			queue.claimed(request, tasks);
		}
	}

	@Override
	public void claimsCommitted() {
		if (this.started) {
			this.lastClaimAt = this.identity.now();
		}
	}

	@Override
	public void rolledBack() {
		this.byCategory.values().forEach(CategoryQueue::rolledBack);
	}

	// Notes that each category with claimable tasks was told of, after the start.
	public void toldOfAll() {
		this.knowsAll = this.groupCommit.cluster() == null;
	}

	@Override
	public void workAvailable(String category) {
		CategoryQueue queue = queue(category);
		if (queue != null) {
			queue.workAvailable();
			wakeUp();
		}
	}

	@Override
	public void pauseChanged(String category, boolean paused) {
		if (paused) {
			this.paused.add(category);
		}
		else if (this.paused.remove(category)) {
			this.held.changed(List.of());
		}
		CategoryQueue queue = queue(category);
		if (queue != null) {
			queue.setPaused(paused);
			wakeUp();
		}
	}

	@Override
	public void cancelRequested(UUID id) {
		if (this.running.stop(id, AttemptStop.CANCELLED) || cancelUnstarted((task) -> task.id().equals(id))) {
			return;
		}
		// A slot may have taken it and not begun yet.
		this.running.stopWhenAdded(id);
	}

	// The database says so of an attempt that this process has.
	public void cancelRequested(Fence fence) {
		this.running.stop(fence, AttemptStop.CANCELLED);
		cancelUnstarted((task) -> task.fence().equals(fence));
	}

	private boolean cancelUnstarted(Predicate<StoredTask> which) {
		boolean found = false;
		for (CategoryQueue queue : this.byCategory.values()) {
			StoredTask unstarted = queue.takeUnstarted(which);
			if (unstarted != null) {
				this.settlements.settleUnstarted(unstarted, unstarted.givenBack().cancelled(this.identity.now(), null));
				found = true;
			}
		}
		return found;
	}

	// When the database was last asked for work, in a commit that succeeded.
	public @Nullable Instant lastClaimAt() {
		return this.lastClaimAt;
	}

	public List<CategoryActivity> activity() {
		return this.byCategory.values().stream().map(CategoryQueue::activity).toList();
	}

	public void resize(String category, int concurrency) {
		Assert.isTrue(this.settings.runs(category),
				() -> "Category '%s' is not run by this process".formatted(category));
		int most = this.settings.maxThreads();
		Assert.isTrue(concurrency <= most,
				() -> "'concurrency' of category '%s' must be at most 'max-threads', %d, but is %d".formatted(category,
						most, concurrency));
		// An idle one might be let go at this very moment.
		this.byCategory.compute(category, (key, known) -> {
			CategoryQueue queue = (known != null) ? known : create(category);
			queue.use(this.round.get());
			queue.resize(concurrency);
			return queue;
		});
		wakeUp();
	}

	// Does something in a moment, unless nothing is run any more by then.
	void soon(Runnable work) {
		if (!this.stopped) {
			this.soon.accept(work);
		}
	}

	List<String> names() {
		return this.runner.names();
	}

	LastChances lastChances() {
		return this.lastChances.allowed();
	}

	Lease newLease() {
		return this.identity.newLease();
	}

	void activate(CategoryQueue queue) {
		this.active.add(queue);
	}

	void deactivate(CategoryQueue queue) {
		this.active.remove(queue);
	}

	void wakeUp() {
		this.groupCommit.wakeUp();
	}

	private @Nullable CategoryQueue queue(String category) {
		if (!this.settings.runs(category)) {
			return null;
		}
		int now = this.round.get();
		CategoryQueue known = this.byCategory.get(category);
		return (known != null && known.isUsedIn(now)) ? known : this.byCategory.compute(category, (key, there) -> {
			CategoryQueue queue = (there != null) ? there : create(category);
			queue.use(now);
			return queue;
		});
	}

	private CategoryQueue create(String category) {
		int concurrency = this.settings.concurrencyOf(category);
		Slots own = new Slots(concurrency, new PrefetchEstimate(this.settings.prefetchWindowOf(category), concurrency));
		CategoryQueue queue = new CategoryQueue(category, this.settings.isFair(category),
				this.knowsAll ? Supply.empty() : Supply.unknown(), own, this.tasks, this, this.slots, this.executor);
		this.active.add(queue);
		if (this.paused.contains(category)) {
			queue.setPaused(true);
		}
		return queue;
	}

}

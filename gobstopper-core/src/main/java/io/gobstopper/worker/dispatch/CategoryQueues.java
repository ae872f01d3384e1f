package io.gobstopper.worker.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
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
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.execution.LastChanceTurns;
import io.gobstopper.worker.execution.RunningTasks;
import io.gobstopper.worker.execution.Settlements;
import io.gobstopper.worker.execution.StopReason;
import io.gobstopper.worker.execution.TaskRunner;
import io.gobstopper.worker.execution.WorkerIdentity;

/**
 * The queues of all categories this process runs. A queue is made when a category is
 * first seen.
 */
public final class CategoryQueues implements Claimant {

	private static final Duration STALE_AFTER = Duration.ofSeconds(1);

	private static final int MOST_AT_ONCE = 16;

	private static final int IDLE_ROUNDS = 60;

	private final Map<String, CategoryQueue> byCategory = new ConcurrentHashMap<>();

	private final Set<String> paused = ConcurrentHashMap.newKeySet();

	private final SlotSettings settings;

	private final WorkerIdentity identity;

	private final TaskRunner runner;

	private final RunningTasks running;

	private final Settlements settlements;

	private final LastChanceTurns lastChances;

	private final GroupCommit groupCommit;

	private final Executor executor;

	private final Consumer<Runnable> soon;

	private final SharedSlots slots;

	private final AtomicInteger round = new AtomicInteger();

	// For the thread that commits.
	private final Map<String, Long> lastClaims = new HashMap<>();

	private long claims;

	private int lookedInRound;

	private volatile Set<String> lasting = Set.of();

	private volatile @Nullable Instant lastClaimAt;

	private volatile boolean started;

	private volatile boolean stopped;

	public CategoryQueues(SlotSettings settings, WorkerIdentity identity, TaskRunner runner, RunningTasks running,
			Settlements settlements, LastChanceTurns lastChances, GroupCommit groupCommit, Executor executor,
			Consumer<Runnable> soon) {
		this.settings = settings;
		this.identity = identity;
		this.runner = runner;
		this.running = running;
		this.settlements = settlements;
		this.lastChances = lastChances;
		this.groupCommit = groupCommit;
		this.executor = executor;
		this.soon = soon;
		this.slots = new SharedSlots(settings.maxThreads(), this::wakeUp);
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

	// Begins to claim.
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

	// Done at each poll interval.
	public void giveBackStale() {
		this.round.incrementAndGet();
		this.byCategory.values().forEach(CategoryQueue::giveBackStale);
	}

	public void crashed(Collection<StoredTask> reclaimed) {
		for (StoredTask task : reclaimed) {
			CategoryQueue queue = queue(task.details().category());
			if (queue != null) {
				queue.workAvailable();
			}
		}
		wakeUp();
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
	public List<ClaimRequest> claims() {
		// What comes free meanwhile is for the next time, when all can ask for it.
		int free = this.slots.free();
		List<ClaimRequest> requests = new ArrayList<>();
		if (this.started && !this.stopped) {
			letGoOfIdle();
			if (this.lastChances.takeReleased()) {
				this.byCategory.values().forEach(CategoryQueue::workAvailable);
			}
			for (CategoryQueue queue : this.byCategory.values()) {
				ClaimRequest request = queue.claim();
				if (request != null) {
					requests.add(request);
				}
			}
		}
		return this.lastChances.inTurn(withinSlots(atOnce(requests), free));
	}

	// Together they must not take more than there are slots for.
	private List<ClaimRequest> withinSlots(List<ClaimRequest> requests, int slotsFree) {
		int free = slotsFree;
		if (requests.stream().mapToInt(ClaimRequest::slots).sum() <= free) {
			return requests;
		}
		List<ClaimRequest> within = new ArrayList<>();
		List<ClaimRequest> fewestFirst = requests.stream()
			.sorted(Comparator.comparing((request) -> this.slots.takenBy(this.byCategory.get(request.category()))))
			.toList();
		int others = requests.size();
		for (ClaimRequest request : fewestFirst) {
			int share = (free + others - 1) / others;
			others--;
			int slots = Math.min(request.slots(), share);
			if (slots > 0 || request.slots() == 0) {
				within.add(request.withSlots(slots));
				free -= slots;
			}
		}
		return within;
	}

	// There may be one category for each customer.
	private void letGoOfIdle() {
		int now = this.round.get();
		if (now == this.lookedInRound) {
			return;
		}
		this.lookedInRound = now;
		this.byCategory.entrySet()
			.removeIf((each) -> !this.lasting.contains(each.getKey())
					&& each.getValue().isIdleSince(now - IDLE_ROUNDS, this.settings.concurrencyOf(each.getKey())));
		this.lastClaims.keySet().retainAll(this.byCategory.keySet());
	}

	// Callers wait for the commit, so the claims of very many categories are spread over
	// several: those go first that have waited longest.
	private List<ClaimRequest> atOnce(List<ClaimRequest> requests) {
		if (requests.size() <= MOST_AT_ONCE) {
			return requests;
		}
		wakeUp();
		List<ClaimRequest> chosen = requests.stream()
			.sorted(Comparator.comparing((request) -> this.lastClaims.getOrDefault(request.category(), 0L)))
			.limit(MOST_AT_ONCE)
			.toList();
		chosen.forEach((request) -> this.lastClaims.put(request.category(), ++this.claims));
		return chosen;
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
		this.byCategory.forEach((category, queue) -> queue.inserted(claimed.getOrDefault(category, List.of())));
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
		else {
			this.paused.remove(category);
		}
		CategoryQueue queue = queue(category);
		if (queue != null) {
			queue.setPaused(paused);
			wakeUp();
		}
	}

	@Override
	public void cancelRequested(UUID id) {
		if (this.running.stop(id, StopReason.CANCELLED) || cancelUnstarted((task) -> task.id().equals(id))) {
			return;
		}
		// A slot may have taken it and not begun yet.
		this.running.stopWhenAdded(id);
	}

	// The database says so of an attempt that this process has.
	public void cancelRequested(Fence fence) {
		this.running.stop(fence, StopReason.CANCELLED);
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

	// Returns whether the handler was called.
	boolean run(StoredTask task, Runnable onAbandon) throws InterruptedException {
		this.settlements.awaitRoom();
		if (!this.settlements.isHeld(task)) {
			return false;
		}
		Instant now = this.identity.now();
		if (hasExpired(task, now)) {
			giveBack(List.of(task));
			return false;
		}
		TaskRunner.ReadTask read = this.runner.read(task);
		if (read == null) {
			return false;
		}
		StoredTask begun = task.begun(now);
		this.groupCommit.publish((listeners) -> listeners.started(begun));
		this.runner.run(begun, read, onAbandon);
		return true;
	}

	// What could not even be begun must not be held for ever.
	void failedToRun(StoredTask task) {
		if (this.settlements.isHeld(task)) {
			giveBack(List.of(task));
		}
	}

	// This process slept, and another one may run the task by now.
	private static boolean hasExpired(StoredTask claimed, Instant now) {
		Lease lease = claimed.state().lease();
		return lease != null && lease.until().isBefore(now);
	}

	void giveBack(Collection<StoredTask> unstarted) {
		for (StoredTask task : unstarted) {
			this.settlements.settleUnstarted(task, task.givenBack());
		}
	}

	boolean isStale(StoredTask task) {
		Lease lease = task.state().lease();
		return lease != null && lease.heartbeatAt().plus(STALE_AFTER).isBefore(this.identity.now());
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

	void wakeUp() {
		this.groupCommit.wakeUp();
	}

	private @Nullable CategoryQueue queue(String category) {
		if (!this.settings.runs(category)) {
			return null;
		}
		CategoryQueue queue = this.byCategory.get(category);
		if (queue == null) {
			queue = this.byCategory.computeIfAbsent(category, this::create);
		}
		queue.use(this.round.get());
		return queue;
	}

	private CategoryQueue create(String category) {
		int concurrency = this.settings.concurrencyOf(category);
		CategoryQueue queue = new CategoryQueue(category, concurrency,
				new PrefetchEstimate(this.settings.prefetchWindow(), concurrency), this, this.slots, this.executor);
		if (this.paused.contains(category)) {
			queue.setPaused(true);
		}
		return queue;
	}

}

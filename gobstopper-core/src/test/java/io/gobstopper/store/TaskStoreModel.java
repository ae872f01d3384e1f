package io.gobstopper.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskContext;
import io.gobstopper.TaskStatus;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.LimitOverride;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskHeaders;
import io.gobstopper.store.task.TaskOutcome;
import io.gobstopper.store.task.TaskProgress;
import io.gobstopper.store.task.TaskState;
import io.gobstopper.store.task.UniqueKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a {@link TaskStore} must do, in the plainest way: all tasks in a map in their
 * order, and every question answered by looking at each of them.
 */
public final class TaskStoreModel {

	// What is passed last may be full, so that others wait with what they have passed.
	// Before which tasks may wait that have passed others.
	private static final List<Gate> LAST = List.of(new Gate("disk", null), new Gate("mail", ""),
			new Gate("mail", "example.org"), new Gate("mail", null), new Gate("line", null));

	private final TreeMap<Long, StoredTask> tasks = new TreeMap<>();

	private final Map<String, UUID> keys = new HashMap<>();

	private final Map<List<String>, Hold> uniqueKeys = new HashMap<>();

	private final Set<String> paused = new HashSet<>();

	private final Map<String, LimitOverride> overrides = new HashMap<>();

	// As they were when a task was admitted last, and what may have passed a gate before.
	private Map<String, LimitNumbers> numbers = Map.of();

	private final Set<Long> underWay = new HashSet<>();

	private final OrderModel order = new OrderModel();

	private final RateModel rates = new RateModel();

	private FairnessModel fairness = new FairnessModel();

	private long lastSeq;

	TaskStoreModel copy() {
		TaskStoreModel copy = new TaskStoreModel();
		copy.tasks.putAll(this.tasks);
		copy.keys.putAll(this.keys);
		copy.uniqueKeys.putAll(this.uniqueKeys);
		copy.paused.addAll(this.paused);
		copy.overrides.putAll(this.overrides);
		copy.numbers = this.numbers;
		copy.underWay.addAll(this.underWay);
		copy.order.takeOver(this.order);
		copy.rates.takeOver(this.rates);
		copy.fairness = this.fairness.copy();
		copy.lastSeq = this.lastSeq;
		return copy;
	}

	// Numbers that were given in a transaction are not given again if it is rolled back.
	TaskStoreModel withNumbersOf(TaskStoreModel rolledBack) {
		this.lastSeq = rolledBack.lastSeq;
		this.fairness.crash();
		return this;
	}

	public List<InsertedTask> insert(List<StoredTask> added) {
		List<InsertedTask> inserted = new ArrayList<>();
		Map<UUID, Integer> lastChange = new HashMap<>();
		for (StoredTask task : added) {
			if (task.details().uniqueKey() != null) {
				insertUnique(task, inserted, lastChange);
				continue;
			}
			String key = task.details().idempotencyKey();
			UUID holder = (key != null) ? this.keys.putIfAbsent(key, task.id()) : null;
			inserted.add((holder != null) ? new InsertedTask(holder, null) : new InsertedTask(task.id(), append(task)));
		}
		lastChange.forEach((id, index) -> inserted.set(index,
				new InsertedTask(id, find((task) -> task.id().equals(id)).get(0), inserted.get(index).replaced())));
		return inserted;
	}

	// Whatever is stored together keeps the others out.
	private void insertUnique(StoredTask task, List<InsertedTask> inserted, Map<UUID, Integer> lastChange) {
		UniqueKey wanted = task.details().uniqueKey();
		List<String> name = List.of(task.details().name(), wanted.key());
		Hold hold = this.uniqueKeys.get(name);
		boolean isNew = hold != null && lastChange.containsKey(hold.id())
				&& !inserted.get(lastChange.get(hold.id())).replaced();
		if (hold == null || !(isNew || isKeptOut(wanted, hold, task.details().createdAt()))) {
			boolean timed = wanted.kept() == UniqueKey.KeptOut.FOR_A_TIME;
			Instant enqueuedAt = task.details().createdAt();
			this.uniqueKeys.put(name, new Hold(task.id(), enqueuedAt, timed ? enqueuedAt.plus(wanted.time()) : null));
			lastChange.put(task.id(), inserted.size());
			append(task);
			inserted.add(new InsertedTask(task.id(), null));
			return;
		}
		boolean replaces = replaces(task, hold, isNew);
		if (replaces) {
			change(find((found) -> found.id().equals(hold.id())).get(0), (found) -> replaced(found, task));
			if (!isNew) {
				lastChange.put(hold.id(), inserted.size());
			}
		}
		inserted.add(new InsertedTask(hold.id(), null, replaces));
	}

	private boolean isKeptOut(UniqueKey wanted, Hold hold, Instant now) {
		return switch (wanted.kept()) {
			case FOR_A_TIME -> hold.enqueuedAt().plus(wanted.time()).isAfter(now);
			case UNTIL_IT_IS_FINISHED -> find(hold).map((task) -> !task.status().isTerminal()).orElse(false);
			case WHILE_IT_WAITS, NEVER -> waits(hold);
		};
	}

	private boolean waits(Hold hold) {
		return find(hold).map((task) -> task.status() == TaskStatus.PENDING && task.state().counts().attempt() == 0)
			.orElse(false);
	}

	private Optional<StoredTask> find(Hold hold) {
		return find((task) -> task.id().equals(hold.id())).stream().findFirst();
	}

	private boolean replaces(StoredTask task, Hold hold, boolean isNew) {
		return task.details().uniqueKey().kept() == UniqueKey.KeptOut.NEVER && (isNew || waits(hold));
	}

	private static StoredTask replaced(StoredTask task, StoredTask later) {
		TaskState state = task.state();
		TaskDetails old = task.details();
		Instant dueAt = Collections
			.min(List.of(later.state().dueAt(), old.createdAt().plus(later.details().uniqueKey().time())));
		boolean snoozed = task.snoozes().count() > 0;
		Map<String, String> headers = new LinkedHashMap<>(TaskHeaders.read(later.details().headers()));
		if (old.fairnessKey() != null) {
			headers.putIfAbsent(TaskContext.FAIRNESS_KEY_HEADER, old.fairnessKey());
		}
		if (snoozed) {
			headers.put("gobstopper-snoozes", task.snoozes().toString());
		}
		return new StoredTask(task.seq(),
				new TaskDetails(old.id(), old.name(), old.category(), old.priority(), later.details().args(),
						later.details().kwargs(), old.createdAt(), old.maxRetries(), null, TaskHeaders.write(headers)),
				new TaskState(state.status(), snoozed ? Collections.max(List.of(dueAt, task.dueAt())) : dueAt,
						state.startedAt(), state.counts(), state.progress(), state.lease(),
						new TaskOutcome(null, state.outcome().elapsedSeconds(), null, null, state.outcome().node()),
						false));
	}

	void override(String limit, @Nullable LimitOverride override) {
		if (override != null) {
			this.overrides.put(limit, override);
		}
		else {
			this.overrides.remove(limit);
		}
	}

	Map<String, LimitOverride> overrides(Instant now) {
		Map<String, LimitOverride> overrides = new HashMap<>(this.overrides);
		overrides.values().removeIf((override) -> !override.until().isAfter(now));
		return overrides;
	}

	boolean isClosed(Gate gate, Instant now) {
		return this.rates.isClosed(gate, now);
	}

	int forgetExpired(Instant now) {
		this.overrides.values().removeIf((override) -> !override.until().isAfter(now));
		this.rates.forgetBefore(now);
		int before = this.uniqueKeys.size();
		this.uniqueKeys.values().removeIf((hold) -> hold.until() != null && !hold.until().isAfter(now));
		return before - this.uniqueKeys.size();
	}

	private void forget(UUID id) {
		this.keys.values().remove(id);
		this.uniqueKeys.values().removeIf((hold) -> hold.until() == null && hold.id().equals(id));
	}

	private StoredTask append(StoredTask task) {
		StoredTask stored = task.stored(++this.lastSeq);
		this.tasks.put(stored.seq(), stored);
		return stored;
	}

	List<StoredTask> claim(ClaimRequest request) {
		if (this.paused.contains(request.category())) {
			return List.of();
		}
		List<StoredTask> due = due(request).stream().sorted(StoredTask.RUN_ORDER).toList();
		int untilCrashed = (int) due.stream().takeWhile((task) -> task.state().counts().crashes() == 0).count();
		int most = Math.min(request.limit(), Math.max(request.slots(), untilCrashed));
		return withoutOtherLastChances(due.stream().limit(most).toList(), request.lastChances()).stream()
			.map((task) -> change(task, (pending) -> pending.claimed(request.lease())))
			.toList();
	}

	private List<StoredTask> due(ClaimRequest request) {
		return find((task) -> task.status() == TaskStatus.PENDING
				&& task.details().category().equals(request.category())
				&& request.names().contains(task.details().name()) && !task.state().dueAt().isAfter(request.now())
				&& task.details().priority().level() > request.abovePriority()
				&& (request.lastChances().most() > 0 || !request.lastChances().include(task)));
	}

	// Returns what was claimed as it should be, once it is among what could be.
	List<StoredTask> claimInTurns(ClaimRequest request, List<StoredTask> claimed) {
		List<StoredTask> due = this.paused.contains(request.category()) ? List.of() : due(request);
		List<StoredTask> taken = claimed.stream().map((task) -> this.tasks.get(task.seq())).toList();
		List<StoredTask> unfinished = find(
				(task) -> !task.status().isTerminal() && task.details().category().equals(request.category()));
		this.fairness.claimed(request.now(), unfinished, due, taken, request.limit());
		return taken.stream().map((task) -> change(task, (pending) -> pending.claimed(request.lease()))).toList();
	}

	public static List<StoredTask> withoutOtherLastChances(List<StoredTask> tasks, LastChances lastChances) {
		Set<StoredTask> others = tasks.stream()
			.filter(lastChances::include)
			.skip(lastChances.most())
			.collect(Collectors.toSet());
		return tasks.stream().filter((task) -> !others.contains(task)).toList();
	}

	Map<Fence, Boolean> heartbeat(Collection<Fence> fences, Instant now, Instant leaseUntil) {
		Map<Fence, Boolean> renewed = new HashMap<>();
		for (Fence fence : fences) {
			findCurrent(fence).ifPresent((task) -> {
				change(task, (running) -> withLease(running, new Lease(fence.owner(), leaseUntil, now)));
				renewed.put(fence, task.state().cancelRequested());
			});
		}
		return renewed;
	}

	Set<Fence> progress(Collection<ProgressReport> reports) {
		Set<Fence> current = new HashSet<>();
		for (ProgressReport report : reports) {
			findCurrent(report.fence()).ifPresent((task) -> {
				change(task, (running) -> running.running(report.progress(), running.state().cancelRequested()));
				current.add(report.fence());
			});
		}
		return current;
	}

	Set<Fence> settle(Collection<Settlement> settlements) {
		Set<Fence> current = new HashSet<>();
		for (Settlement settlement : settlements) {
			findCurrent(settlement.fence()).ifPresent((task) -> {
				change(task, (running) -> heldIfPaused(settlement.task()));
				current.add(settlement.fence());
			});
		}
		return current;
	}

	private StoredTask heldIfPaused(StoredTask task) {
		return (task.status() == TaskStatus.PENDING && this.paused.contains(task.details().category())) ? task.held()
				: task;
	}

	int promoteDue(Instant now) {
		List<StoredTask> due = find((task) -> task.status() == TaskStatus.RETRY && !task.state().dueAt().isAfter(now));
		due.forEach((task) -> change(task, (retry) -> with(retry, TaskStatus.PENDING, TaskProgress.NONE, null)));
		return due.size();
	}

	List<StoredTask> reclaimExpired(Instant now, int maxCrashes) {
		return find((task) -> task.status() == TaskStatus.STARTED && !leaseOf(task).until().isAfter(now)).stream()
			.map((task) -> {
				StoredTask crashed = task.crashed(now, maxCrashes);
				change(task, (running) -> heldIfPaused(crashed));
				return crashed;
			})
			.toList();
	}

	public List<StoredTask> cancel(Collection<UUID> ids, Instant now) {
		List<StoredTask> waiting = find((task) -> ids.contains(task.id())
				&& (task.status() == TaskStatus.PENDING || task.status() == TaskStatus.RETRY));
		List<StoredTask> running = find((task) -> ids.contains(task.id()) && task.status() == TaskStatus.STARTED);
		return Stream.concat(
				waiting.stream()
					.map((task) -> change(task, (found) -> found.cancelled(now, found.state().outcome().error()))),
				running.stream().map((task) -> change(task, (found) -> found.running(found.state().progress(), true))))
			.toList();
	}

	List<StoredTask> requeue(Collection<UUID> ids, Instant now) {
		List<StoredTask> finished = find((task) -> ids.contains(task.id())
				&& (task.status() == TaskStatus.FAILED || task.status() == TaskStatus.CANCELLED));
		finished.forEach((task) -> this.tasks.remove(task.seq()));
		return finished.stream().map((task) -> append(task.requeued(now))).toList();
	}

	List<StoredTask> restore(Collection<UUID> ids) {
		List<StoredTask> cancelled = find((task) -> ids.contains(task.id()) && task.status() == TaskStatus.CANCELLED
				&& !task.state().cancelRequested());
		cancelled.forEach((task) -> this.tasks.remove(task.seq()));
		return cancelled.stream().map((task) -> append(task.restored())).toList();
	}

	List<UUID> discard(Collection<UUID> ids) {
		List<UUID> discarded = find((task) -> ids.contains(task.id())
				&& (task.status() == TaskStatus.FAILED || task.status() == TaskStatus.CANCELLED))
			.stream()
			.map(StoredTask::id)
			.toList();
		discarded.forEach((id) -> {
			this.tasks.values().removeIf((task) -> task.id().equals(id));
			forget(id);
		});
		return discarded;
	}

	int purge(Instant completedBefore) {
		List<StoredTask> old = find(
				(task) -> task.status().isTerminal() && completedAt(task).isBefore(completedBefore));
		for (StoredTask task : old) {
			this.tasks.remove(task.seq());
			forget(task.id());
		}
		return old.size();
	}

	void close(Gate gate, Instant until) {
		this.rates.close(gate, until);
		unstarted().stream()
			.filter((task) -> Gate.of(task).contains(gate))
			.forEach((task) -> change(task, (pending) -> withDueAt(pending, DueTimes.held(pending.dueAt()))));
	}

	void open(Gate gate) {
		this.rates.open(gate);
	}

	// Tells that tasks are about to be claimed.
	void look(AdmissionRequest request) {
		this.rates.look(unstarted(), request);
	}

	// Lets held tasks run, and checks that they may, and that no other may.
	void admit(Collection<StoredTask> admitted, AdmissionRequest request) {
		this.order.look(request.now());
		admitted
			.forEach((task) -> this.order.check(this.tasks.get(task.seq()), find(StoredTask::isHeld), request.now()));
		if (!request.limits().equals(this.numbers)) {
			this.numbers = request.limits();
			find(StoredTask::isHeld).forEach((held) -> this.underWay.add(held.seq()));
		}
		List<StoredTask> rest = new ArrayList<>(admitted);
		rest.sort(Comparator.comparing(StoredTask::dueAt));
		while (!rest.isEmpty()) {
			StoredTask next = rest.stream()
				.filter((stored) -> this.rates.fits(this.tasks.get(stored.seq()), stored.dueAt(), unstarted(), request))
				.findFirst()
				.orElse(rest.get(0));
			rest.remove(next);
			admit(next, request);
		}
		this.rates.look(unstarted(), request);
		Map<Gate, Long> passed = find((task) -> task.isLimited() && !task.isHeld() && !task.status().isTerminal())
			.stream()
			.flatMap((task) -> Gate.of(task).stream())
			.collect(Collectors.groupingBy((gate) -> gate, Collectors.counting()));
		assertThat(admitted.stream().flatMap((task) -> checkedGates(task).stream()))
			.allSatisfy((gate) -> assertThat(passed.get(gate).intValue()).isLessThanOrEqualTo(request.capacity(gate)));
		assertThat(find((task) -> task.isLimited() && task.status() == TaskStatus.RETRY)).allMatch(StoredTask::isHeld);
		List<StoredTask> held = find(StoredTask::isHeld);
		this.order.looked(held, request.now());
		List<StoredTask> waiting = find(
				(task) -> task.isHeld() && !task.dueAt().isAfter(request.now()) && mayRun(task, request));
		Predicate<Gate> full = (gate) -> passed.getOrDefault(gate, 0L) >= request.capacity(gate)
				|| this.rates.isUsedUp(gate, unstarted(), held, request);
		assertThat(waiting.stream().filter((task) -> !this.order.mayWait(task, held, passed.keySet())))
			.allSatisfy((task) -> assertThat(Gate.of(task)).satisfiesAnyOf((gates) -> assertThat(gates).anyMatch(full),
					(gates) -> assertThat(LAST).anyMatch(full)));
	}

	// Where numbers are lower than they were, what has its place keeps it.
	private List<Gate> checkedGates(StoredTask task) {
		List<Gate> gates = Gate.of(task);
		return this.underWay.contains(task.seq()) ? gates.subList(gates.size() - 1, gates.size()) : gates;
	}

	private void admit(StoredTask stored, AdmissionRequest request) {
		StoredTask task = this.tasks.get(stored.seq());
		assertThat(task.isHeld()).isTrue();
		assertThat(mayRun(task, request)).isTrue();
		this.rates.start(task, stored.dueAt(), unstarted(), request);
		change(task, (held) -> with(withDueAt(held, stored.dueAt()), TaskStatus.PENDING, TaskProgress.NONE, null));
	}

	private List<StoredTask> unstarted() {
		return find((task) -> task.isLimited() && task.status() == TaskStatus.PENDING && !task.isHeld());
	}

	private boolean mayRun(StoredTask task, AdmissionRequest request) {
		return request.names().contains(task.details().name()) && !this.paused.contains(task.details().category());
	}

	void setPaused(String category, boolean pause) {
		if (pause) {
			this.paused.add(category);
			find((task) -> task.isLimited() && task.status() == TaskStatus.PENDING
					&& task.details().category().equals(category))
				.forEach((task) -> change(task, (pending) -> withDueAt(pending, DueTimes.held(pending.dueAt()))));
		}
		else {
			this.paused.remove(category);
		}
	}

	// The process dies and another one opens the store: nobody renews the leases.
	public void crashOfTheOnlyProcess() {
		this.fairness.crash();
		find((task) -> task.status() == TaskStatus.STARTED)
			.forEach((task) -> change(task, (running) -> withLease(running,
					new Lease(leaseOf(running).owner(), Instant.EPOCH, leaseOf(running).heartbeatAt()))));
		// The numbers of deleted tasks may be given again.
		this.lastSeq = this.tasks.isEmpty() ? 0 : this.tasks.lastKey();
	}

	List<StoredTask> all() {
		return List.copyOf(this.tasks.descendingMap().values());
	}

	Map<String, UUID> keys() {
		return this.keys;
	}

	Optional<UUID> findByUniqueKey(String name, String key) {
		return Optional.ofNullable(this.uniqueKeys.get(List.of(name, key))).map(Hold::id);
	}

	public Set<String> paused() {
		return this.paused;
	}

	public List<StoredTask> find(Predicate<StoredTask> predicate) {
		return this.tasks.values().stream().filter(predicate).toList();
	}

	private Optional<StoredTask> findCurrent(Fence fence) {
		StoredTask task = this.tasks.get(fence.seq());
		return Optional.ofNullable(task)
			.filter((found) -> found.status() == TaskStatus.STARTED && found.fence().equals(fence));
	}

	private StoredTask change(StoredTask task, UnaryOperator<StoredTask> change) {
		StoredTask changed = change.apply(task);
		boolean waited = task.status() == TaskStatus.PENDING && !task.isHeld();
		if (waited && changed.status() != TaskStatus.STARTED) {
			this.fairness.removed(task);
		}
		this.tasks.put(task.seq(), changed);
		if (changed.status() == TaskStatus.STARTED || changed.status().isTerminal()) {
			this.underWay.remove(task.seq());
		}
		return changed;
	}

	private static StoredTask withDueAt(StoredTask task, Instant dueAt) {
		TaskState state = task.state();
		return new StoredTask(task.seq(), task.details(), new TaskState(state.status(), dueAt, state.startedAt(),
				state.counts(), state.progress(), state.lease(), state.outcome(), state.cancelRequested()));
	}

	private static StoredTask withLease(StoredTask running, Lease lease) {
		return with(running, running.status(), running.state().progress(), lease);
	}

	private static StoredTask with(StoredTask task, TaskStatus status, TaskProgress progress, Lease lease) {
		TaskState state = task.state();
		return new StoredTask(task.seq(), task.details(), new TaskState(status, state.dueAt(), state.startedAt(),
				state.counts(), progress, lease, state.outcome(), state.cancelRequested()));
	}

	private static Lease leaseOf(StoredTask running) {
		return running.state().lease();
	}

	private static Instant completedAt(StoredTask finished) {
		return finished.state().outcome().completedAt();
	}

	private record Hold(UUID id, Instant enqueuedAt, Instant until) {

	}

}

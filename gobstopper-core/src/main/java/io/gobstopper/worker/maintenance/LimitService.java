package io.gobstopper.worker.maintenance;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.gobstopper.error.TaskQueueClosedException;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.store.Cluster;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Admissions;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.limit.GateAgenda;
import io.gobstopper.store.limit.Superseded;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.Change;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.store.writer.TaskStoreListener;
import io.gobstopper.worker.dispatch.CategoryQueues;
import io.gobstopper.worker.dispatch.HeldWork;
import io.gobstopper.worker.execution.WorkerIdentity;

/**
 * Has held tasks admitted where other processes use the database, too: at once when this
 * process knows that one may be, and at each poll otherwise.
 */
public final class LimitService implements TaskStoreListener {

	private static final int MOST_LATER = 10_000;

	private static final Log logger = LogFactory.getLog(LimitService.class);

	private final GroupCommit groupCommit;

	private final Cluster cluster;

	private final HeldWork held;

	private final CategoryQueues queues;

	private final WorkerIdentity identity;

	private final long pollNanos;

	private final Set<Gate> changed = ConcurrentHashMap.newKeySet();

	// Where tasks can be claimed that may not start yet.
	private final NavigableMap<Instant, Set<String>> claimable = new TreeMap<>();

	// What lets tasks pass again when a rate allows it, or it is not closed any more.
	private final GateAgenda openings = new GateAgenda();

	// What may let a task pass that is not due yet.
	private final NavigableMap<Instant, Set<Gate>> later = new TreeMap<>();

	private volatile @Nullable WakeUpTimer timer;

	private volatile boolean knowsAll;

	// As they were told when tasks were admitted last.
	private volatile Map<String, LimitNumbers> limits = Map.of();

	private volatile Instant limitsUntil = Instant.MAX;

	private final AtomicBoolean givingWay = new AtomicBoolean();

	private long lookedEverywhere;

	private boolean atBeginning = true;

	public LimitService(GroupCommit groupCommit, Cluster cluster, HeldWork held, CategoryQueues queues,
			WorkerIdentity identity, Duration pollInterval) {
		this.groupCommit = groupCommit;
		this.cluster = cluster;
		this.held = held;
		this.queues = queues;
		this.identity = identity;
		this.pollNanos = pollInterval.toNanos();
	}

	/**
	 * Begins to admit tasks in between, too.
	 * @param timer calls {@link #admit()}
	 */
	public void use(WakeUpTimer timer) {
		this.timer = timer;
		this.held.listen(this::changed);
		timer.wakeAt(this.identity.now());
	}

	/**
	 * Admits what may be. Called by one thread.
	 */
	public void admit() {
		AdmissionRequest request = this.queues.admission();
		if (request == null) {
			return;
		}
		takeDue(request.now());
		Set<Gate> gates = new LinkedHashSet<>(this.changed);
		this.changed.removeAll(gates);
		if (!this.limitsUntil.isAfter(request.now())) {
			this.knowsAll = false;
			this.limitsUntil = Instant.MAX;
		}
		try {
			if (!gates.isEmpty()) {
				admitted(this.cluster.admit(request, gates));
			}
			if (!this.knowsAll || System.nanoTime() - this.lookedEverywhere >= this.pollNanos) {
				lookEverywhere(request);
			}
		}
		catch (RuntimeException ex) {
			this.changed.addAll(gates);
			this.knowsAll = false;
			throw ex;
		}
	}

	// Of very many gates a part is looked at in each poll, unless there may be news of
	// any, or the numbers are others.
	private void lookEverywhere(AdmissionRequest request) {
		boolean all = !this.knowsAll;
		this.knowsAll = true;
		this.lookedEverywhere = System.nanoTime();
		Admissions admissions;
		int ends = this.atBeginning ? 0 : -1;
		do {
			admissions = this.cluster.admit(request, null);
			admitted(admissions);
			this.atBeginning = admissions.everywhere();
			ends += this.atBeginning ? 1 : 0;
		}
		while (all && ends < 1);
	}

	private synchronized void admitted(Admissions admissions) {
		WakeUpTimer timer = this.timer;
		if (timer != null && !admissions.equals(Admissions.NONE) && !this.limits.equals(admissions.limits())) {
			this.limits = admissions.limits();
			this.knowsAll = false;
			timer.wakeAt(this.identity.now());
		}
		this.limitsUntil = (admissions.limitsUntil() != null) ? admissions.limitsUntil() : Instant.MAX;
		admissions.categories().forEach(this.queues::workAvailable);
		admissions.later()
			.forEach((time, categories) -> this.claimable.computeIfAbsent(time, (key) -> new HashSet<>())
				.addAll(categories));
		admissions.openings().forEach((time, gates) -> gates.forEach((gate) -> this.openings.add(gate, time)));
		wakeAtNext();
		giveWay(admissions.superseded());
	}

	// What is missed is found the next time.
	private void giveWay(Superseded superseded) {
		if (superseded.isEmpty() || !this.givingWay.compareAndSet(false, true)) {
			return;
		}
		Instant now = this.identity.now();
		var unused = this.groupCommit.change((store) -> Change.cancelled(this.cluster.giveWay(superseded, now)))
			.whenComplete((cancelled, failure) -> {
				this.givingWay.set(false);
				if (failure != null && !(failure instanceof TaskQueueClosedException)) {
					logger.warn("Tasks that give way to others of their key are not cancelled yet", failure);
				}
			});
	}

	private synchronized void takeDue(Instant now) {
		while (!this.claimable.isEmpty() && !this.claimable.firstKey().isAfter(now)) {
			this.claimable.pollFirstEntry().getValue().forEach(this.queues::workAvailable);
		}
		this.changed.addAll(this.openings.take(now));
		while (!this.later.isEmpty() && !this.later.firstKey().isAfter(now)) {
			this.changed.addAll(this.later.pollFirstEntry().getValue());
		}
		wakeAtNext();
	}

	// Of very many, the others are found at the next poll.
	private synchronized void addLater(Instant time, Collection<Gate> gates) {
		this.later.computeIfAbsent(time, (key) -> new HashSet<>()).addAll(gates);
		if (this.later.size() > MOST_LATER) {
			this.later.pollLastEntry();
		}
		wakeAtNext();
	}

	private void wakeAtNext() {
		WakeUpTimer timer = this.timer;
		if (timer != null) {
			this.openings.next().ifPresent(timer::wakeAt);
			if (this.limitsUntil.isBefore(Instant.MAX)) {
				timer.wakeAt(this.limitsUntil);
			}
			Stream.of(this.later, this.claimable)
				.filter((times) -> !times.isEmpty())
				.map(NavigableMap::firstKey)
				.forEach(timer::wakeAt);
		}
	}

	private void changed(Collection<Gate> gates) {
		this.changed.addAll(gates);
		if (gates.isEmpty()) {
			this.knowsAll = false;
		}
		WakeUpTimer timer = Objects.requireNonNull(this.timer);
		timer.wakeAt(this.identity.now());
	}

	// A task waits, or has left a place.
	private void changed(StoredTask task) {
		if (this.timer == null || !task.isLimited()) {
			return;
		}
		Set<Gate> gates = new LinkedHashSet<>(Gate.next(List.of(task)));
		if (!gates.isEmpty() && task.dueAt().isAfter(this.identity.now())) {
			addLater(task.dueAt(), gates);
		}
		AdmissionRequest request = this.queues.admission();
		Map<String, LimitNumbers> numbers = this.limits;
		Gate.of(task)
			.stream()
			.filter((gate) -> request == null || numbers.isEmpty() || request.with(numbers).hasPlaces(gate))
			.forEach(gates::add);
		if (!gates.isEmpty()) {
			changed(gates);
		}
	}

	@Override
	public void inserted(List<StoredTask> tasks) {
		Set<Gate> gates = Gate.next(tasks);
		if (this.timer != null && !gates.isEmpty()) {
			Instant now = this.identity.now();
			tasks.stream()
				.filter((task) -> task.isHeld() && task.dueAt().isAfter(now))
				.forEach((task) -> addLater(task.dueAt(), Gate.next(List.of(task))));
			changed(gates);
		}
	}

	@Override
	public void replaced(StoredTask task) {
		changed(task);
	}

	@Override
	public void recovered(StoredTask task) {
		changed(task);
	}

	@Override
	public void settled(StoredTask task, @Nullable StoredAttempt attempt) {
		changed(task);
	}

}

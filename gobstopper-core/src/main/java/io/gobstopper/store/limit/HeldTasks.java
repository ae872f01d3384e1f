package io.gobstopper.store.limit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.limit.GateLine.Kind;
import io.gobstopper.store.task.StoredTask;

/**
 * The tasks with limits of a store that only one process writes to: those that are held,
 * in the lines before their gates, and those that were admitted and are not finished. It
 * is made anew of what is stored, so that nothing is counted that is not there. Safe for
 * use by several threads.
 */
public final class HeldTasks {

	private static final int MOST_AT_ONCE = 2000;

	private final Map<Gate, GateLine> lines = new HashMap<>();

	private final TreeSet<Delayed> delayed = new TreeSet<>(
			Comparator.comparing(Delayed::dueAt).thenComparingLong((each) -> each.task().seq()));

	private final Set<Gate> changed = new LinkedHashSet<>();

	// The gates of tasks with several limits; those of all others follow from the first.
	private final Map<Long, List<Gate>> gatesOfSeveral = new HashMap<>();

	private final Map<String, String> texts = new HashMap<>();

	private AdmissionRequest request = new AdmissionRequest(Instant.MIN, Instant.MIN, Duration.ZERO, Set.of(), Set.of(),
			Map.of());

	private Set<String> paused = Set.of();

	/**
	 * Forgets all tasks.
	 * @param numbers what is limited from now on
	 */
	public synchronized void begin(AdmissionRequest numbers) {
		clear();
		this.request = numbers;
	}

	/**
	 * Forgets all tasks.
	 */
	public synchronized void clear() {
		this.lines.clear();
		this.delayed.clear();
		this.changed.clear();
		this.gatesOfSeveral.clear();
		this.texts.clear();
	}

	/**
	 * Returns whether there are none.
	 * @return whether no task has limits
	 */
	public synchronized boolean isEmpty() {
		return this.lines.isEmpty() && this.delayed.isEmpty();
	}

	/**
	 * Tells of a task with limits that was stored and is not finished.
	 * @param task the task, held or admitted
	 */
	public synchronized void stored(StoredTask task) {
		List<Gate> gates = gates(task);
		remove(task, gates);
		if (!task.isHeld()) {
			gates.forEach((gate) -> line(gate).pass(task.seq()));
			return;
		}
		if (gates.stream().map(Gate::limit).distinct().count() > 1) {
			this.gatesOfSeveral.put(task.seq(), gates);
		}
		if (task.dueAt().isAfter(task.details().createdAt())) {
			this.delayed.add(new Delayed(task.dueAt(), waiting(task, gates)));
		}
		else {
			queue(waiting(task, gates));
		}
	}

	/**
	 * Tells of a task with limits that is finished, or is about to be stored anew.
	 * @param task the task as it was
	 */
	public synchronized void removed(StoredTask task) {
		remove(task, gates(task));
	}

	// What limits nothing is not waited for. One is left, so that the task is known.
	private List<Gate> gates(StoredTask task) {
		List<Gate> all = Gate.of(task);
		List<Gate> limiting = all.stream().filter(this.request::isLimiting).toList();
		return limiting.isEmpty() ? all.subList(all.size() - 1, all.size()) : limiting;
	}

	private void remove(StoredTask task, List<Gate> gates) {
		Kind kind = kind(task);
		for (Gate gate : gates) {
			GateLine line = this.lines.get(gate);
			if (line != null && line.remove(kind, task.seq())) {
				this.changed.add(gate);
			}
		}
		this.delayed.remove(new Delayed(task.dueAt(), waiting(task, gates)));
		this.gatesOfSeveral.remove(task.seq());
	}

	private Waiting waiting(StoredTask task, List<Gate> gates) {
		return new Waiting(task.seq(), kind(task), gates.get(0));
	}

	private void queue(Waiting task) {
		line(task.gate()).add(task.kind(), task.seq());
		this.changed.add(task.gate());
	}

	private GateLine line(Gate gate) {
		return this.lines.computeIfAbsent(gate, (key) -> new GateLine());
	}

	// There may be a million tasks of a few names.
	private Kind kind(StoredTask task) {
		return new Kind(shared(task.details().name()), shared(task.details().category()),
				task.details().priority().level());
	}

	private String shared(String text) {
		return this.texts.computeIfAbsent(text, (key) -> key);
	}

	/**
	 * Lets tasks pass as long as there is room for them.
	 * @param next which may
	 * @param paused the categories that are paused
	 * @return the sequence numbers of those that have passed their last gate
	 */
	public synchronized List<Long> admit(AdmissionRequest next, Set<String> paused) {
		if (!this.request.names().equals(next.names()) || !this.paused.equals(paused)) {
			this.changed.addAll(this.lines.keySet());
		}
		this.request = next;
		this.paused = paused;
		queueDue(next.now());
		List<Long> admitted = new ArrayList<>();
		while (!this.changed.isEmpty() && admitted.size() < MOST_AT_ONCE) {
			Gate gate = this.changed.iterator().next();
			this.changed.remove(gate);
			pass(gate, admitted);
		}
		return admitted;
	}

	/**
	 * Returns when the next task is due that waits for that before it waits for a limit.
	 * @return the time, or empty if there is none
	 */
	public synchronized Optional<Instant> nextDueAt() {
		return this.delayed.isEmpty() ? Optional.empty() : Optional.of(this.delayed.first().dueAt());
	}

	private void queueDue(Instant now) {
		while (!this.delayed.isEmpty() && !this.delayed.first().dueAt().isAfter(now)) {
			queue(this.delayed.pollFirst().task());
		}
	}

	private void pass(Gate gate, List<Long> admitted) {
		GateLine line = this.lines.get(gate);
		if (line == null) {
			return;
		}
		int capacity = this.request.capacity(gate);
		while (line.passed() < capacity) {
			Kind kind = line.next(this::mayRun);
			if (kind == null) {
				break;
			}
			if (admitted.size() == MOST_AT_ONCE) {
				this.changed.add(gate);
				break;
			}
			long seq = line.pass(kind);
			Gate further = further(gate, seq);
			if (further != null) {
				queue(new Waiting(seq, kind, further));
			}
			else {
				admitted.add(seq);
			}
		}
		if (line.isEmpty()) {
			this.lines.remove(gate);
		}
	}

	private boolean mayRun(Kind kind) {
		return this.request.names().contains(kind.name()) && this.request.runs(kind.category())
				&& !this.paused.contains(kind.category());
	}

	private @Nullable Gate further(Gate gate, long seq) {
		List<Gate> gates = this.gatesOfSeveral.get(seq);
		if (gates != null) {
			int next = gates.indexOf(gate) + 1;
			return (next < gates.size()) ? gates.get(next) : null;
		}
		Gate all = new Gate(gate.limit(), null);
		return (gate.key() != null && this.request.isLimiting(all)) ? all : null;
	}

	/**
	 * Returns where a held task waits.
	 * @param task the task
	 * @return the place, or empty if it is not due yet
	 */
	public synchronized Optional<HeldPlace> find(StoredTask task) {
		Kind kind = kind(task);
		for (Gate gate : gates(task)) {
			GateLine line = this.lines.get(gate);
			if (line != null && line.isWaiting(kind, task.seq())) {
				return Optional.of(new HeldPlace(gate, line.before(kind, task.seq()) + 1L, line.waiting()));
			}
		}
		return Optional.empty();
	}

	/**
	 * Returns how much of each limit is used.
	 * @return the use of those that tasks have, by name
	 */
	public synchronized List<LimitUse> use() {
		Map<String, LimitUse> uses = new TreeMap<>();
		this.lines.forEach((gate, line) -> uses.merge(gate.limit(),
				new LimitUse(gate.limit(), isCounted(gate) ? line.passed() : 0, line.waiting()), LimitUse::plus));
		return List.copyOf(uses.values());
	}

	// Where all of the limit is not limited, its tasks are known by their keys alone.
	private boolean isCounted(Gate gate) {
		return gate.key() == null || !this.request.isLimiting(new Gate(gate.limit(), null));
	}

	/**
	 * A task that waits, and before which gate.
	 */
	private record Waiting(long seq, Kind kind, Gate gate) {

	}

	/**
	 * A task that waits until it is due.
	 */
	private record Delayed(Instant dueAt, Waiting task) {

	}

}

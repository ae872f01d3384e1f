package io.gobstopper.store.limit;

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
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.limit.GateLine.Route;
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

	private final Map<String, String> texts = new HashMap<>();

	private @Nullable AdmissionRequest lastRequest;

	private Set<String> lastPaused = Set.of();

	/**
	 * Forgets all tasks.
	 */
	public synchronized void clear() {
		this.lines.clear();
		this.delayed.clear();
		this.changed.clear();
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
		List<Gate> gates = Gate.of(task);
		remove(task, gates);
		if (!task.isHeld()) {
			gates.forEach((gate) -> line(gate).pass(task.seq()));
		}
		else if (task.dueAt().isAfter(task.details().createdAt())) {
			this.delayed.add(new Delayed(task.dueAt(), Waiting.of(task, gates, this::shared)));
		}
		else {
			queue(Waiting.of(task, gates, this::shared));
		}
	}

	/**
	 * Tells of a task with limits that is finished, or is about to be stored anew.
	 * @param task the task as it was
	 */
	public synchronized void removed(StoredTask task) {
		remove(task, Gate.of(task));
	}

	private void remove(StoredTask task, List<Gate> gates) {
		long order = GateLine.order(task.details().priority().level(), task.seq());
		for (Gate gate : gates) {
			GateLine line = this.lines.get(gate);
			if (line != null && line.remove(order)) {
				this.changed.add(gate);
			}
		}
		this.delayed.remove(new Delayed(task.dueAt(), Waiting.of(task, gates, this::shared)));
	}

	private void queue(Waiting task) {
		Gate gate = task.gates().get(0);
		line(gate).add(new Route(task.name(), task.category(), task.gates().subList(1, task.gates().size())),
				task.order());
		this.changed.add(gate);
	}

	private GateLine line(Gate gate) {
		return this.lines.computeIfAbsent(gate, (key) -> new GateLine());
	}

	// There may be a million tasks of a few names.
	private String shared(String text) {
		return this.texts.computeIfAbsent(text, (key) -> key);
	}

	/**
	 * Lets tasks pass as long as there is room for them.
	 * @param request which may
	 * @param paused the categories that are paused
	 * @return the sequence numbers of those that have passed their last gate
	 */
	public synchronized List<Long> admit(AdmissionRequest request, Set<String> paused) {
		if (isOtherThanLast(request, paused)) {
			this.changed.addAll(this.lines.keySet());
		}
		this.lastRequest = request;
		this.lastPaused = paused;
		queueDue(request.now());
		List<Long> admitted = new ArrayList<>();
		while (!this.changed.isEmpty() && admitted.size() < MOST_AT_ONCE) {
			Gate gate = this.changed.iterator().next();
			this.changed.remove(gate);
			pass(gate, request, paused, admitted);
		}
		return admitted;
	}

	private boolean isOtherThanLast(AdmissionRequest request, Set<String> paused) {
		AdmissionRequest last = this.lastRequest;
		return last == null || !last.limits().equals(request.limits()) || !last.names().equals(request.names())
				|| !this.lastPaused.equals(paused);
	}

	private void queueDue(Instant now) {
		while (!this.delayed.isEmpty() && !this.delayed.first().dueAt().isAfter(now)) {
			queue(this.delayed.pollFirst().task());
		}
	}

	private void pass(Gate gate, AdmissionRequest request, Set<String> paused, List<Long> admitted) {
		GateLine line = this.lines.get(gate);
		if (line == null) {
			return;
		}
		int capacity = request.capacity(gate);
		while (line.passed() < capacity) {
			Route route = line.next((each) -> request.names().contains(each.name()) && request.runs(each.category())
					&& !paused.contains(each.category()));
			if (route == null) {
				break;
			}
			if (admitted.size() == MOST_AT_ONCE) {
				this.changed.add(gate);
				break;
			}
			long order = line.pass(route);
			if (route.further().isEmpty()) {
				admitted.add(GateLine.seq(order));
			}
			else {
				Gate next = route.further().get(0);
				line(next).add(route.beyondNext(), order);
				this.changed.add(next);
			}
		}
		if (line.isEmpty()) {
			this.lines.remove(gate);
		}
	}

	/**
	 * Returns where a held task waits.
	 * @param task the task
	 * @return the place, or empty if it is not due yet
	 */
	public synchronized Optional<HeldPlace> find(StoredTask task) {
		long order = GateLine.order(task.details().priority().level(), task.seq());
		for (Gate gate : Gate.of(task)) {
			GateLine line = this.lines.get(gate);
			if (line != null && line.isWaiting(order)) {
				return Optional.of(new HeldPlace(gate, line.before(order) + 1L, line.waiting()));
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
				new LimitUse(gate.limit(), (gate.key() != null) ? 0 : line.passed(), line.waiting()), LimitUse::plus));
		return List.copyOf(uses.values());
	}

	/**
	 * A task that waits, and the gates it has to pass.
	 */
	private record Waiting(long order, String name, String category, List<Gate> gates) {

		static Waiting of(StoredTask task, List<Gate> gates, UnaryOperator<String> shared) {
			return new Waiting(GateLine.order(task.details().priority().level(), task.seq()),
					shared.apply(task.details().name()), shared.apply(task.details().category()), gates);
		}

		long seq() {
			return GateLine.seq(this.order);
		}

	}

	/**
	 * A task that waits until it is due.
	 */
	private record Delayed(Instant dueAt, Waiting task) {

	}

}

package io.gobstopper.store.limit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskStatus;
import io.gobstopper.limit.LimitKeyInfo;
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

	private final TreeSet<Delayed> delayed = new TreeSet<>();

	private final Set<Gate> changed = new LinkedHashSet<>();

	// Of tasks with several limits, or a rate and several gates; else the first says all.
	private final Map<Long, List<Gate>> gatesOfSeveral = new HashMap<>();

	private final Map<String, String> texts = new HashMap<>();

	private AdmissionRequest request = AdmissionRequest.NONE;

	private final GateTimes times = new GateTimes();

	private Conflicts conflicts = new Conflicts();

	private boolean paced;

	private Set<String> paused = Set.of();

	/**
	 * Forgets all tasks.
	 * @param numbers what is limited from now on
	 */
	public synchronized void begin(AdmissionRequest numbers) {
		clear();
		use(numbers);
		this.paced = numbers.limits().values().stream().anyMatch((limit) -> limit.rate() != null);
	}

	private void use(AdmissionRequest next) {
		this.request = next;
		this.times.use(next);
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
		this.conflicts = new Conflicts();
		this.times.clear();
	}

	/**
	 * Tells until when what a rate allows is used up.
	 * @param gate the gate
	 * @param until the time
	 */
	public synchronized void spent(Gate gate, Instant until) {
		this.times.stored(gate, until);
	}

	/**
	 * Tells until when nothing may pass a gate.
	 * @param gate the gate
	 * @param until the time, which may be over
	 * @return the tasks that have passed it, by their numbers: they wait for another
	 * gate, were admitted, or run
	 */
	public synchronized Set<Long> close(Gate gate, Instant until) {
		this.times.close(gate, until);
		this.changed.add(gate);
		return this.lines.containsKey(gate) ? Set.copyOf(line(gate).passedSeqs()) : Set.of();
	}

	/**
	 * Tells that tasks pass a gate again.
	 * @param gate the gate
	 */
	public synchronized void open(Gate gate) {
		this.times.open(gate);
		this.changed.add(gate);
	}

	/**
	 * Returns whether tasks wait before a gate, so that all was told of those that do.
	 * @param gate the gate
	 * @return whether not any number may pass, or it was closed
	 */
	public synchronized boolean isLimiting(Gate gate) {
		return this.request.isLimiting(gate) || this.times.wasClosed(gate);
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
			gates.forEach((gate) -> passed(task, gate));
			return;
		}
		if (gates.size() > 1 && (gates.stream().anyMatch((gate) -> this.request.pace(gate) != null)
				|| gates.stream().map(Gate::limit).distinct().count() > 1)) {
			this.gatesOfSeveral.put(task.seq(), gates);
		}
		Waiting waiting = waiting(task, gates);
		if (!task.dueAt().isAfter(task.details().createdAt())) {
			queue(waiting);
			return;
		}
		this.delayed.add(new Delayed(task.dueAt(), waiting));
		if (waiting.inOrder() && Gate.isKeptInOrder(task)) {
			line(waiting.gate()).keep(task.seq());
		}
	}

	private void passed(StoredTask task, Gate gate) {
		GateLine line = line(gate);
		line.pass(task.seq());
		if (task.status() == TaskStatus.PENDING && this.request.pace(gate) != null) {
			line.setUnstarted(task.seq());
		}
	}

	/**
	 * Tells of tasks that were claimed.
	 * @param tasks the tasks, of which some may have limits
	 */
	public synchronized void started(Collection<StoredTask> tasks) {
		if (!this.paced) {
			return;
		}
		for (StoredTask task : tasks) {
			for (Gate gate : task.isLimited() ? gates(task) : List.<Gate>of()) {
				GateLine line = this.lines.get(gate);
				if (line != null && line.isUnstarted(task.seq())) {
					this.times.started(gate, line);
					line.removeUnstarted(task.seq());
					this.changed.add(gate);
				}
			}
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
		List<Gate> limiting = all.stream().filter(this::isLimiting).toList();
		return limiting.isEmpty() ? all.subList(all.size() - 1, all.size()) : limiting;
	}

	private void remove(StoredTask task, List<Gate> gates) {
		Kind kind = Kind.of(task, this.texts);
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
		return new Waiting(task.seq(), Kind.of(task, this.texts), gates.get(0),
				gates.get(0).equals(Gate.inOrder(task)));
	}

	private void queue(Waiting task) {
		line(task.gate()).add(task.kind(), task.seq(), task.inOrder());
		this.changed.add(task.gate());
	}

	private GateLine line(Gate gate) {
		return this.lines.computeIfAbsent(gate, (key) -> new GateLine());
	}

	/**
	 * Lets tasks pass as long as there is room for them.
	 * @param next which may
	 * @param paused the categories that are paused
	 * @return those that have passed their last gate
	 */
	public synchronized List<Admitted> admit(AdmissionRequest next, Set<String> paused) {
		if (!this.request.names().equals(next.names()) || !this.paused.equals(paused)) {
			this.changed.addAll(this.lines.keySet());
		}
		use(next);
		this.paused = paused;
		queueDue(next.now());
		this.changed.addAll(this.times.takeOpenings(next.now()));
		List<Admitted> admitted = new ArrayList<>();
		while (!this.changed.isEmpty() && admitted.size() < MOST_AT_ONCE) {
			Gate gate = this.changed.iterator().next();
			this.changed.remove(gate);
			pass(gate, admitted);
		}
		return admitted;
	}

	/**
	 * Returns what was found since the last time that may have to give way.
	 * @return the tasks
	 */
	public synchronized Conflicts takeConflicts() {
		Conflicts found = this.conflicts;
		this.conflicts = new Conflicts();
		return found;
	}

	/**
	 * Returns when a task may pass that cannot yet: when the next one is due, or a rate
	 * allows another one.
	 * @return the time, or empty if there is none
	 */
	public synchronized Optional<Instant> nextDueAt() {
		Stream<Instant> due = this.delayed.stream().limit(1).map(Delayed::dueAt);
		return Stream.concat(due, this.times.nextOpening().stream()).min(Comparator.naturalOrder());
	}

	/**
	 * Returns until when what rates allow is used up, where that has changed since the
	 * last time.
	 * @return the times
	 */
	public synchronized Map<Gate, Instant> takeSpent() {
		return this.times.takeSpent();
	}

	/**
	 * Forgets what was used up and is allowed again.
	 * @param now the time
	 */
	public synchronized void forgetBefore(Instant now) {
		this.times.forgetBefore(now);
	}

	private void queueDue(Instant now) {
		while (!this.delayed.isEmpty() && !this.delayed.first().dueAt().isAfter(now)) {
			queue(this.delayed.pollFirst().task());
		}
	}

	private void pass(Gate gate, List<Admitted> admitted) {
		GateLine line = this.lines.get(gate);
		if (line == null) {
			return;
		}
		int room = this.times.room(gate, line);
		for (; room > 0; room--) {
			Kind kind = line.next(this::mayRun);
			if (kind == null) {
				break;
			}
			if (admitted.size() == MOST_AT_ONCE) {
				this.changed.add(gate);
				break;
			}
			pass(gate, line, kind, admitted);
		}
		if (room <= 0 && line.next(this::mayRun) != null) {
			this.times.lookAgain(gate, line);
		}
		if (!this.changed.contains(gate) && !this.times.isClosed(gate)
				&& !this.times.isClosed(new Gate(gate.limit(), null))) {
			this.conflicts.find(this.request.onConflict(gate), line, this.request.capacity(gate));
		}
		if (line.isEmpty()) {
			this.lines.remove(gate);
		}
	}

	private void pass(Gate gate, GateLine line, Kind kind, List<Admitted> admitted) {
		long seq = line.pass(kind);
		if (this.request.pace(gate) != null) {
			line.setUnderWay(seq);
		}
		Gate further = further(gate, seq);
		if (further != null) {
			queue(new Waiting(seq, kind, further, false));
		}
		else {
			admitted.add(new Admitted(seq, this.paced ? start(seq, gate) : null));
		}
	}

	private @Nullable Instant start(long seq, Gate last) {
		Map<Gate, GateLine> paced = new LinkedHashMap<>();
		this.gatesOfSeveral.getOrDefault(seq, List.of(last))
			.stream()
			.filter((gate) -> this.request.pace(gate) != null)
			.forEach((gate) -> paced.put(gate, line(gate)));
		return this.times.start(seq, paced);
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
		return (gate.key() != null && isLimiting(all)) ? all : null;
	}

	/**
	 * Returns where a held task waits.
	 * @param task the task
	 * @return the place, or empty if it is not due yet
	 */
	public synchronized Optional<HeldPlace> find(StoredTask task) {
		Kind kind = Kind.of(task, this.texts);
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
		return LimitUses.of(this.lines, this::isCounted);
	}

	/**
	 * Returns the keys of a limit for which most tasks wait.
	 * @param limit the name of the limit
	 * @param most how many keys at most
	 * @return the keys, the one with most waiting tasks first
	 */
	public synchronized List<LimitKeyInfo> longestKeys(String limit, int most) {
		return LimitUses.longestKeys(this.lines, limit, most);
	}

	// Where all of the limit is not limited, its tasks are known by their keys alone.
	private boolean isCounted(Gate gate) {
		return gate.key() == null || !isLimiting(new Gate(gate.limit(), null));
	}

}

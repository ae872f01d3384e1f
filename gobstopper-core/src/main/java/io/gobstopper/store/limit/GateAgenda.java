package io.gobstopper.store.limit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * When to look at gates again, at the first time that was said of each. Not safe for use
 * by several threads.
 */
public final class GateAgenda {

	private final Map<Gate, Instant> times = new HashMap<>();

	private final NavigableMap<Instant, Set<Gate>> gates = new TreeMap<>();

	/**
	 * Says when to look at a gate.
	 * @param gate the gate
	 * @param time when
	 */
	public void add(Gate gate, Instant time) {
		Instant known = this.times.get(gate);
		if (known != null && !time.isBefore(known)) {
			return;
		}
		if (known != null) {
			remove(gate, known);
		}
		this.times.put(gate, time);
		this.gates.computeIfAbsent(time, (key) -> new HashSet<>()).add(gate);
	}

	private void remove(Gate gate, Instant time) {
		Set<Gate> others = Objects.requireNonNull(this.gates.get(time));
		others.remove(gate);
		if (others.isEmpty()) {
			this.gates.remove(time);
		}
	}

	/**
	 * Takes the gates whose time has come.
	 * @param now the time
	 * @return the gates
	 */
	public List<Gate> take(Instant now) {
		List<Gate> due = new ArrayList<>();
		while (!this.gates.isEmpty() && !this.gates.firstKey().isAfter(now)) {
			due.addAll(this.gates.pollFirstEntry().getValue());
		}
		due.forEach(this.times::remove);
		return due;
	}

	/**
	 * Returns the first time.
	 * @return when to look at a gate next, or empty if there is none
	 */
	public Optional<Instant> next() {
		return this.gates.isEmpty() ? Optional.empty() : Optional.of(this.gates.firstKey());
	}

	/**
	 * Forgets all times.
	 */
	public void clear() {
		this.times.clear();
		this.gates.clear();
	}

}

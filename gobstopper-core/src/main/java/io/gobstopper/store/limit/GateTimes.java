package io.gobstopper.store.limit;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * When gates let tasks pass: until when what a rate allows is used up, until when some
 * are closed, and when to look at one again.
 */
final class GateTimes {

	private AdmissionRequest request = AdmissionRequest.NONE;

	private final Map<Gate, Instant> spentUntil = new HashMap<>();

	private final Set<Gate> spent = new HashSet<>();

	private final Map<Gate, Instant> closedUntil = new HashMap<>();

	private final GateAgenda openings = new GateAgenda();

	void use(AdmissionRequest request) {
		this.request = request;
	}

	void clear() {
		this.spentUntil.clear();
		this.spent.clear();
		this.closedUntil.clear();
		this.openings.clear();
	}

	// Says what is stored.
	void stored(Gate gate, Instant until) {
		this.spentUntil.put(gate, until);
	}

	// Returns how many more may pass now.
	int room(Gate gate, GateLine line) {
		if (isClosed(gate)) {
			return 0;
		}
		int room = this.request.capacity(gate) - line.passed();
		Pace pace = this.request.pace(gate);
		return (pace != null)
				? Math.min(room, pace.room(this.request.now(), this.request.ahead(), use(gate, line, line.underWay())))
				: room;
	}

	// What ends will be told of, but nobody tells that time goes by.
	void lookAgain(Gate gate, GateLine line) {
		Pace pace = this.request.pace(gate);
		if (isClosed(gate)) {
			this.openings.add(gate, Objects.requireNonNull(this.closedUntil.get(gate)));
		}
		else if (pace != null) {
			Instant now = this.request.now();
			Instant opensAt = pace.opensAt(now, this.request.ahead(), use(gate, line, line.underWay()));
			if (opensAt.isAfter(now)) {
				this.openings.add(gate, opensAt);
			}
		}
	}

	// Admits a task, and returns when all the rates allow it to start, if not now.
	@Nullable Instant start(long seq, Map<Gate, GateLine> paced) {
		Instant now = this.request.now();
		Instant start = paced.entrySet()
			.stream()
			.map((each) -> pace(each.getKey()).next(now, use(each.getKey(), each.getValue(), 0)))
			.max(Comparator.naturalOrder())
			.orElse(now);
		paced.forEach((gate, line) -> {
			spend(gate, pace(gate).spent(start, now, use(gate, line, 0)));
			line.setUnstarted(seq);
		});
		return start.isAfter(now) ? start : null;
	}

	private Pace pace(Gate gate) {
		return Objects.requireNonNull(this.request.pace(gate));
	}

	// What was admitted starts now, at the latest: it must not have gathered.
	void started(Gate gate, GateLine line) {
		Instant now = this.request.now();
		Instant spentUntil = pace(gate).whenStarted(now, use(gate, line, 0));
		if (spentUntil.isAfter(spentUntil(gate))) {
			spend(gate, spentUntil);
		}
	}

	private Pace.Use use(Gate gate, GateLine line, int underWay) {
		Instant known = spentUntil(gate);
		Instant spentUntil = pace(gate).atMost(known, this.request.now(), this.request.ahead());
		if (spentUntil.isBefore(known)) {
			spend(gate, spentUntil);
		}
		return new Pace.Use(spentUntil, line.unstarted(), underWay);
	}

	private Instant spentUntil(Gate gate) {
		return this.spentUntil.getOrDefault(gate, Instant.EPOCH);
	}

	private void spend(Gate gate, Instant until) {
		this.spentUntil.put(gate, until);
		this.spent.add(gate);
	}

	// Returns what has changed since the last time.
	Map<Gate, Instant> takeSpent() {
		Map<Gate, Instant> changed = new LinkedHashMap<>();
		this.spent.forEach((gate) -> changed.put(gate, spentUntil(gate)));
		this.spent.clear();
		return changed;
	}

	// What is over is as if it had never been.
	void forgetBefore(Instant now) {
		this.spentUntil.values().removeIf((until) -> until.isBefore(now));
		this.spent.retainAll(this.spentUntil.keySet());
		this.closedUntil.entrySet()
			.removeIf((each) -> each.getValue().isBefore(now) && this.request.isLimiting(each.getKey()));
		this.closedUntil.replaceAll((gate, until) -> until.isBefore(now) ? Instant.EPOCH : until);
	}

	void close(Gate gate, Instant until) {
		this.closedUntil.merge(gate, until, (one, other) -> one.isAfter(other) ? one : other);
	}

	void open(Gate gate) {
		this.closedUntil.replace(gate, Instant.EPOCH);
	}

	// What waits before it is known, though it may limit nothing.
	boolean wasClosed(Gate gate) {
		return this.closedUntil.containsKey(gate);
	}

	boolean isClosed(Gate gate) {
		Instant until = this.closedUntil.get(gate);
		return until != null && until.isAfter(this.request.now());
	}

	List<Gate> takeOpenings(Instant now) {
		return this.openings.take(now);
	}

	Optional<Instant> nextOpening() {
		return this.openings.next();
	}

}

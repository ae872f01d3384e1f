package io.gobstopper.worker.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.OnConflict;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.worker.execution.ClosedGates;
import io.gobstopper.worker.execution.WorkerIdentity;

/**
 * Which held tasks this process could run.
 */
public final class HeldWork {

	private static final Duration SHORTEST = Duration.ofMinutes(1);

	private static final Duration FARTHEST_AHEAD = Duration.ofSeconds(1);

	private static final int POLLS = 3;

	private final Supplier<List<String>> allNames;

	private final Supplier<Map<String, LimitNumbers>> limits;

	private final Supplier<Map<String, OnConflict>> conflicts;

	private final SlotSettings slots;

	private final WorkerIdentity identity;

	private final ClosedGates closedGates;

	private final Instant startedAt;

	private final Duration knownFor;

	private final Duration ahead;

	private volatile Consumer<Collection<Gate>> listener = (gates) -> {
	};

	private volatile Names names = new Names(List.of(), Set.of());

	public HeldWork(Supplier<List<String>> names, Supplier<Map<String, LimitNumbers>> limits,
			Supplier<Map<String, OnConflict>> conflicts, SlotSettings slots, WorkerIdentity identity,
			ClosedGates closedGates, Duration pollInterval) {
		Duration polls = pollInterval.multipliedBy(POLLS);
		this.knownFor = (polls.compareTo(SHORTEST) > 0) ? polls : SHORTEST;
		this.ahead = (pollInterval.compareTo(FARTHEST_AHEAD) < 0) ? pollInterval : FARTHEST_AHEAD;
		this.allNames = names;
		this.limits = limits;
		this.conflicts = conflicts;
		this.slots = slots;
		this.identity = identity;
		this.closedGates = closedGates;
		this.startedAt = identity.now();
	}

	ClosedGates closedGates() {
		return this.closedGates;
	}

	void closed(Gate gate, Instant until) {
		this.closedGates.close(List.of(gate), until);
		if (!until.isAfter(this.identity.now())) {
			changed(List.of());
		}
	}

	// Asked in each commit.
	AdmissionRequest request() {
		List<String> all = this.allNames.get();
		Names known = this.names;
		if (!known.all().equals(all)) {
			known = new Names(all, Set.copyOf(all));
			this.names = known;
		}
		return new AdmissionRequest(this.identity.now(), this.startedAt, this.knownFor, this.ahead, known.asSet(),
				this.slots.categories(), this.limits.get(), this.conflicts.get());
	}

	// Has someone told of gates that may let tasks pass; none means that any may.
	public void listen(Consumer<Collection<Gate>> listener) {
		this.listener = listener;
	}

	void changed(Collection<Gate> gates) {
		this.listener.accept(gates);
	}

	/**
	 * The names of tasks, which seldom change.
	 */
	private record Names(List<String> all, Set<String> asSet) {

	}

}

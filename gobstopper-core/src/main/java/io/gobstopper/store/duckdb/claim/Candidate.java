package io.gobstopper.store.duckdb.claim;

import java.time.Instant;
import java.util.Comparator;

import io.gobstopper.store.task.StoredTask;

/**
 * A pending task that may be claimed.
 *
 * @param seq its number
 * @param priority its priority
 * @param crashes how often it crashed
 * @param dueAt when it is due
 */
public record Candidate(long seq, int priority, int crashes, Instant dueAt) {

	// Written out, as chained comparators are several times slower.
	static final Comparator<Candidate> RUN_ORDER = (one, other) -> {
		int byPriority = Integer.compare(other.priority(), one.priority());
		return (byPriority != 0) ? byPriority : Long.compare(one.seq(), other.seq());
	};

	static final Comparator<Candidate> DUE_ORDER = Comparator.comparing(Candidate::dueAt)
		.thenComparingLong(Candidate::seq);

	static Candidate of(StoredTask task) {
		return new Candidate(task.seq(), task.details().priority().level(), task.state().counts().crashes(),
				task.state().dueAt());
	}

}

package io.gobstopper.store.limit;

import java.time.Instant;
import java.util.Comparator;

/**
 * A task that waits until it is due.
 *
 * @param dueAt when it is due
 * @param task the task, and before which gate it waits then
 */
record Delayed(Instant dueAt, Waiting task) implements Comparable<Delayed> {

	private static final Comparator<Delayed> ORDER = Comparator.comparing(Delayed::dueAt)
		.thenComparingLong((each) -> each.task().seq());

	@Override
	public int compareTo(Delayed other) {
		return ORDER.compare(this, other);
	}

}

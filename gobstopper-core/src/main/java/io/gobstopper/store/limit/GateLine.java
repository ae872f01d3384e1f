package io.gobstopper.store.limit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The tasks that have passed a gate and are not finished, and those that wait before it.
 */
final class GateLine {

	// The sequence numbers of a database do not get so large.
	private static final int PRIORITY_BITS = 56;

	private static final int MOST_URGENT = 127;

	private final Set<Long> passed = new HashSet<>(2);

	private final Map<Route, SeqQueue> waiting = new HashMap<>(2);

	// Returns a number that is smaller for what runs earlier.
	static long order(int priority, long seq) {
		return ((long) (MOST_URGENT - priority) << PRIORITY_BITS) | seq;
	}

	static long seq(long order) {
		return order & ((1L << PRIORITY_BITS) - 1);
	}

	int passed() {
		return this.passed.size();
	}

	void pass(long seq) {
		this.passed.add(seq);
	}

	void add(Route route, long order) {
		this.waiting.computeIfAbsent(route, (key) -> new SeqQueue()).add(order);
	}

	// Returns whether the task had passed or waited.
	boolean remove(long order) {
		boolean found = this.passed.remove(seq(order));
		for (SeqQueue queue : this.waiting.values()) {
			found |= queue.remove(order);
		}
		this.waiting.values().removeIf(SeqQueue::isEmpty);
		return found;
	}

	boolean isEmpty() {
		return this.passed.isEmpty() && this.waiting.isEmpty();
	}

	// Returns on which way the next task goes that may pass.
	@Nullable Route next(Predicate<Route> allowed) {
		Route next = null;
		long first = Long.MAX_VALUE;
		for (Map.Entry<Route, SeqQueue> each : this.waiting.entrySet()) {
			if (each.getValue().first() < first && allowed.test(each.getKey())) {
				next = each.getKey();
				first = each.getValue().first();
			}
		}
		return next;
	}

	// Lets the first task pass that goes this way, and returns its order.
	long pass(Route route) {
		SeqQueue queue = Objects.requireNonNull(this.waiting.get(route));
		long order = queue.first();
		queue.removeFirst();
		if (queue.isEmpty()) {
			this.waiting.remove(route);
		}
		this.passed.add(seq(order));
		return order;
	}

	boolean isWaiting(long order) {
		return this.waiting.values().stream().anyMatch((queue) -> queue.contains(order));
	}

	int before(long order) {
		return this.waiting.values().stream().mapToInt((queue) -> queue.before(order)).sum();
	}

	int waiting() {
		return this.waiting.values().stream().mapToInt(SeqQueue::size).sum();
	}

	/**
	 * What kind of task waits, and what it has to pass afterwards.
	 */
	record Route(String name, String category, List<Gate> further) {

		Route beyondNext() {
			return new Route(this.name, this.category, this.further.subList(1, this.further.size()));
		}

	}

}

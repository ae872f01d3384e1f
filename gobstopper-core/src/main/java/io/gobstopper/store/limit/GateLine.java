package io.gobstopper.store.limit;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.task.StoredTask;

/**
 * The tasks that have passed a gate and are not finished, and those that wait before it.
 */
final class GateLine {

	private final Set<Long> passed = new HashSet<>(2);

	// Of those, if it has a rate: what is not admitted yet, and what is and has not
	// started.
	private Set<Long> underWay = Set.of();

	private Set<Long> unstarted = Set.of();

	// If tasks pass in the order of their numbers: those that are not due and keep others
	// waiting.
	private @Nullable SortedSet<Long> kept;

	// Of one kind the later ones have the higher numbers, mostly.
	private final Map<Kind, SeqQueue> waiting = new HashMap<>(2);

	Set<Long> passedSeqs() {
		return this.passed;
	}

	LongStream waitingSeqs() {
		return this.waiting.values().stream().flatMapToLong(SeqQueue::stream);
	}

	int passed() {
		return this.passed.size();
	}

	void pass(long seq) {
		this.passed.add(seq);
	}

	int underWay() {
		return this.underWay.size();
	}

	int unstarted() {
		return this.unstarted.size();
	}

	void setUnderWay(long seq) {
		this.underWay = this.underWay.isEmpty() ? new HashSet<>() : this.underWay;
		this.underWay.add(seq);
	}

	void setUnstarted(long seq) {
		if (!this.underWay.isEmpty()) {
			this.underWay.remove(seq);
		}
		this.unstarted = this.unstarted.isEmpty() ? new HashSet<>() : this.unstarted;
		this.unstarted.add(seq);
	}

	boolean isUnstarted(long seq) {
		return this.unstarted.contains(seq);
	}

	void removeUnstarted(long seq) {
		if (!this.unstarted.isEmpty()) {
			this.unstarted.remove(seq);
		}
	}

	// Keeps those with higher numbers waiting. From now on, tasks pass in their order.
	void keep(long seq) {
		if (this.kept == null) {
			this.kept = new TreeSet<>();
		}
		this.kept.add(seq);
	}

	void add(Kind kind, long seq, boolean inOrder) {
		if (inOrder) {
			keep(seq);
		}
		if (this.kept != null) {
			this.kept.remove(seq);
		}
		this.waiting.computeIfAbsent(kind, (key) -> new SeqQueue()).add(seq);
	}

	// Returns whether the task had passed or waited.
	boolean remove(Kind kind, long seq) {
		if (this.passed.remove(seq)) {
			if (!this.underWay.isEmpty()) {
				this.underWay.remove(seq);
			}
			removeUnstarted(seq);
			return true;
		}
		boolean wasKept = this.kept != null && this.kept.remove(seq);
		SeqQueue queue = this.waiting.get(kind);
		boolean found = (queue != null && queue.remove(seq)) || wasKept;
		if (queue != null && queue.isEmpty()) {
			this.waiting.remove(kind);
		}
		return found;
	}

	boolean isEmpty() {
		return this.passed.isEmpty() && this.waiting.isEmpty() && (this.kept == null || this.kept.isEmpty());
	}

	// Returns of which kind the next task is that may pass.
	@Nullable Kind next(Predicate<Kind> allowed) {
		return (this.kept != null) ? nextInOrder(this.kept, allowed) : mostUrgent(allowed);
	}

	// Also one that may not run keeps the others waiting.
	private @Nullable Kind nextInOrder(SortedSet<Long> kept, Predicate<Kind> allowed) {
		return this.waiting.entrySet()
			.stream()
			.min(Comparator.comparingLong((each) -> each.getValue().first()))
			.filter((each) -> this.passed.isEmpty())
			.filter((each) -> kept.isEmpty() || each.getValue().first() < kept.first())
			.map(Map.Entry::getKey)
			.filter(allowed)
			.orElse(null);
	}

	private @Nullable Kind mostUrgent(Predicate<Kind> allowed) {
		Kind next = null;
		long first = 0;
		for (Map.Entry<Kind, SeqQueue> each : this.waiting.entrySet()) {
			if (allowed.test(each.getKey())
					&& (next == null || each.getKey().isBefore(each.getValue().first(), next, first))) {
				next = each.getKey();
				first = each.getValue().first();
			}
		}
		return next;
	}

	// Lets the first task of a kind pass, and returns its number.
	long pass(Kind kind) {
		SeqQueue queue = Objects.requireNonNull(this.waiting.get(kind));
		long seq = queue.first();
		queue.removeFirst();
		if (queue.isEmpty()) {
			this.waiting.remove(kind);
		}
		this.passed.add(seq);
		return seq;
	}

	boolean isWaiting(Kind kind, long seq) {
		SeqQueue queue = this.waiting.get(kind);
		return queue != null && queue.contains(seq);
	}

	int before(Kind kind, long seq) {
		if (this.kept != null) {
			return this.kept.headSet(seq).size()
					+ this.waiting.values().stream().mapToInt((queue) -> queue.before(seq)).sum();
		}
		return this.waiting.entrySet()
			.stream()
			.filter((each) -> each.getKey().priority() >= kind.priority())
			.mapToInt((each) -> (each.getKey().priority() > kind.priority()) ? each.getValue().size()
					: each.getValue().before(seq))
			.sum();
	}

	int waiting() {
		int due = this.waiting.values().stream().mapToInt(SeqQueue::size).sum();
		return (this.kept != null) ? due + this.kept.size() : due;
	}

	/**
	 * What tasks have in common that pass in the order of their numbers.
	 */
	record Kind(String name, String category, int priority) {

		// There may be a million tasks of a few names.
		static Kind of(StoredTask task, Map<String, String> texts) {
			String name = task.details().name();
			String category = task.details().category();
			return new Kind(texts.computeIfAbsent(name, (key) -> key), texts.computeIfAbsent(category, (key) -> key),
					task.details().priority().level());
		}

		boolean isBefore(long seq, Kind other, long otherSeq) {
			return (this.priority != other.priority) ? this.priority > other.priority : seq < otherSeq;
		}

	}

}

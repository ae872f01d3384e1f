package io.gobstopper.store.limit;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Waiting tasks of one category and priority, by their fairness keys, which take turns:
 * nobody starts twice while another key waits that has not started since. Not safe for
 * use by several threads.
 */
public final class Turns {

	private static final Comparator<Line> ORDER = Comparator.comparingLong((Line line) -> line.turn)
		.thenComparing((line) -> line.key);

	private final Map<String, Line> lines = new HashMap<>();

	private final TreeSet<Line> next = new TreeSet<>(ORDER);

	private long reached;

	/**
	 * Adds a task, if it is not there.
	 * @param key the fairness key
	 * @param seq its number
	 */
	public void add(String key, long seq) {
		Line line = this.lines.computeIfAbsent(key, (name) -> new Line(name, this.reached + 1));
		line.seqs.add(seq);
		this.next.add(line);
	}

	/**
	 * Removes a task, if it is there.
	 * @param key the fairness key
	 * @param seq its number
	 */
	public void remove(String key, long seq) {
		Line line = this.lines.get(key);
		if (line != null && line.seqs.remove(seq) && line.seqs.isEmpty()) {
			this.next.remove(line);
			this.lines.remove(key);
		}
	}

	/**
	 * Returns whether no task waits.
	 * @return whether none does
	 */
	public boolean isEmpty() {
		return this.next.isEmpty();
	}

	/**
	 * Takes out the task whose turn it is.
	 * @return its number
	 * @throws NullPointerException if no task waits
	 */
	public long take() {
		Line line = Objects.requireNonNull(this.next.pollFirst());
		this.reached = line.turn;
		long seq = line.seqs.first();
		line.seqs.removeFirst();
		if (line.seqs.isEmpty()) {
			this.lines.remove(line.key);
		}
		else {
			line.turn++;
			this.next.add(line);
		}
		return seq;
	}

	/**
	 * Forgets the tasks, but not whose turn it is.
	 */
	public void forgetTasks() {
		this.lines.values().forEach((line) -> line.seqs = new SeqQueue());
		this.next.clear();
	}

	/**
	 * Forgets keys that have no task.
	 */
	public void forgetIdle() {
		this.lines.values().removeIf((line) -> line.seqs.isEmpty());
	}

	/**
	 * The tasks of one key, and the turn in which the first of them starts.
	 */
	private static final class Line {

		private final String key;

		private SeqQueue seqs = new SeqQueue();

		private long turn;

		Line(String key, long turn) {
			this.key = key;
			this.turn = turn;
		}

	}

}

package io.gobstopper.store.duckdb.claim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskStatus;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.LastChances;
import io.gobstopper.store.task.StoredTask;

/**
 * The next tasks to claim from each category, read ahead so that not every claim searches
 * the table. They are exact because DuckDB has one writer, which tells of each change.
 */
public final class ClaimCandidates {

	private static final Duration EMPTY_FOR = Duration.ofSeconds(1);

	private final Map<String, Waiting> byCategory = new HashMap<>();

	private final int readAhead;

	/**
	 * Creates candidates.
	 * @param readAhead how many of a category are read at once
	 */
	public ClaimCandidates(int readAhead) {
		this.readAhead = readAhead;
	}

	/**
	 * Returns how many candidates of a category are read at once.
	 * @return the number
	 */
	public int readAhead() {
		return this.readAhead;
	}

	/**
	 * Takes what a request is for.
	 * @param request the request
	 * @param reader looks into the table
	 * @return the most urgent candidates
	 */
	public List<Candidate> take(ClaimRequest request, Function<ClaimRequest, Waiting> reader) {
		Waiting waiting = this.byCategory.get(request.category());
		if (waiting == null || !waiting.serves(request)) {
			waiting = reader.apply(request);
			this.byCategory.put(request.category(), waiting);
		}
		return waiting.take(request);
	}

	/**
	 * Returns the first of those that are left, as far as they are known.
	 * @param category the category
	 * @param most how many at most
	 * @return the candidates
	 */
	public List<Candidate> next(String category, int most) {
		Waiting waiting = this.byCategory.get(category);
		return (waiting != null) ? waiting.due.stream().limit(most).toList() : List.of();
	}

	/**
	 * Tells of tasks that were written, of which some may be pending.
	 * @param tasks the tasks
	 */
	public void added(Collection<StoredTask> tasks) {
		for (StoredTask task : tasks) {
			Waiting waiting = this.byCategory.get(task.details().category());
			if (waiting != null && task.status() == TaskStatus.PENDING) {
				waiting.add(task);
			}
		}
	}

	/**
	 * Tells of tasks that are not pending any more.
	 * @param tasks the tasks as they were
	 */
	public void removed(Collection<StoredTask> tasks) {
		for (StoredTask task : tasks) {
			Waiting waiting = this.byCategory.get(task.details().category());
			if (waiting != null) {
				waiting.remove(task);
			}
		}
	}

	/**
	 * Forgets what was read of a category.
	 * @param category the category
	 */
	public void forget(String category) {
		this.byCategory.remove(category);
	}

	/**
	 * Forgets all that was read.
	 */
	public void forgetAll() {
		this.byCategory.clear();
	}

	/**
	 * The candidates of one category: all of them, or those before the last one.
	 */
	public static final class Waiting {

		private final TreeSet<Candidate> due = new TreeSet<>(Candidate.RUN_ORDER);

		private final TreeSet<Candidate> upcoming = new TreeSet<>(Candidate.DUE_ORDER);

		private final Set<String> names;

		private final Instant readAt;

		private final int readAhead;

		private Instant latest;

		private @Nullable Instant othersDueAt;

		private boolean complete;

		/**
		 * Creates candidates from what is in the table.
		 * @param request for what it was read
		 * @param readAhead how many were asked for
		 * @param candidates the first ones that are due
		 * @param othersDueAt when the first of those is due that are not
		 */
		public Waiting(ClaimRequest request, int readAhead, List<Candidate> candidates, @Nullable Instant othersDueAt) {
			this.readAhead = readAhead;
			this.names = Set.copyOf(request.names());
			this.readAt = request.now();
			this.latest = this.readAt;
			this.due.addAll(candidates);
			this.complete = candidates.size() < readAhead;
			this.othersDueAt = othersDueAt;
		}

		private boolean serves(ClaimRequest request) {
			Instant now = request.now();
			if (now.isBefore(this.latest) || (this.othersDueAt != null && !this.othersDueAt.isAfter(now))
					|| !this.names.equals(Set.copyOf(request.names()))) {
				return false;
			}
			moveDue(now);
			return this.due.isEmpty() ? this.complete && now.isBefore(this.readAt.plus(EMPTY_FOR))
					: this.complete || hasEnough(request);
		}

		private boolean hasEnough(ClaimRequest request) {
			return this.due.size() >= request.limit()
					&& (request.lastChances().most() > 0 || ordinary(this.due, request) == request.limit());
		}

		/**
		 * Counts those that are not at their last chance, up to the limit of a request.
		 * @param candidates the candidates
		 * @param request the request
		 * @return the number
		 */
		public static long ordinary(Collection<Candidate> candidates, ClaimRequest request) {
			return candidates.stream()
				.filter((candidate) -> candidate.crashes() < request.lastChances().crashes())
				.limit(request.limit())
				.count();
		}

		private void moveDue(Instant now) {
			this.latest = now;
			while (!this.upcoming.isEmpty() && !this.upcoming.first().dueAt().isAfter(now)) {
				Candidate candidate = this.upcoming.pollFirst();
				if (this.complete
						|| (!this.due.isEmpty() && Candidate.RUN_ORDER.compare(candidate, this.due.last()) < 0)) {
					this.due.add(candidate);
				}
			}
			while (this.due.size() > 2 * this.readAhead) {
				this.due.pollLast();
				this.complete = false;
			}
		}

		// What crashed before and what is behind it is taken only to start at once.
		private List<Candidate> take(ClaimRequest request) {
			List<Candidate> taken = new ArrayList<>();
			Iterator<Candidate> candidates = this.due.iterator();
			LastChances last = request.lastChances();
			int considered = 0;
			int lastTaken = 0;
			boolean crashed = false;
			while (candidates.hasNext() && considered < request.limit()) {
				Candidate candidate = candidates.next();
				boolean isLast = candidate.crashes() >= last.crashes();
				if (isLast && last.most() == 0) {
					continue;
				}
				crashed |= candidate.crashes() > 0;
				if (candidate.priority() <= request.abovePriority() || (crashed && considered >= request.slots())) {
					break;
				}
				considered++;
				if (!isLast || lastTaken++ < last.most()) {
					taken.add(candidate);
					candidates.remove();
				}
			}
			return taken;
		}

		private void add(StoredTask task) {
			if (!this.names.contains(task.details().name())) {
				return;
			}
			this.upcoming.add(Candidate.of(task));
			if (this.upcoming.size() > this.readAhead) {
				Instant dropped = this.upcoming.pollLast().dueAt();
				this.othersDueAt = (this.othersDueAt == null || dropped.isBefore(this.othersDueAt)) ? dropped
						: this.othersDueAt;
			}
		}

		private void remove(StoredTask task) {
			Candidate candidate = Candidate.of(task);
			this.due.remove(candidate);
			this.upcoming.remove(candidate);
		}

	}

}

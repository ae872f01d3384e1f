package io.gobstopper.store.duckdb.claim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskStatus;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.limit.Turns;
import io.gobstopper.store.task.StoredTask;

/**
 * The pending tasks of categories in which tasks of different fairness keys take turns.
 * All that are due are kept in memory, by their numbers. They are exact because DuckDB
 * has one writer, which tells of each change.
 */
public final class FairCandidates {

	private static final int MOST_UPCOMING = 10_000;

	// Before the earliest time at which a task can be due.
	private static final Instant NEVER = Instant.EPOCH.minusSeconds(1);

	private final Map<String, Waiting> byCategory = new HashMap<>();

	/**
	 * Takes what a request is for.
	 * @param request the request
	 * @param reader looks into the table
	 * @return the candidates in the order in which they start
	 */
	public List<Candidate> take(ClaimRequest request, Reader reader) {
		Waiting waiting = this.byCategory.computeIfAbsent(request.category(), (category) -> new Waiting());
		waiting.look(request, reader);
		return waiting.take(request);
	}

	/**
	 * Returns whether there are no such categories.
	 * @return whether nothing was taken of one so far
	 */
	public boolean isEmpty() {
		return this.byCategory.isEmpty();
	}

	/**
	 * Tells of tasks that were written, of which some may be pending.
	 * @param tasks the tasks
	 */
	public void added(Collection<StoredTask> tasks) {
		if (!isEmpty()) {
			for (StoredTask task : tasks) {
				Waiting waiting = this.byCategory.get(task.details().category());
				if (waiting != null && task.status() == TaskStatus.PENDING) {
					waiting.add(task.details().name(), Keyed.of(task));
				}
			}
		}
	}

	/**
	 * Tells of a task that waited for its next attempt and is pending now.
	 * @param category its category
	 * @param name its name
	 * @param task the task
	 */
	public void promoted(String category, String name, Keyed task) {
		Waiting waiting = this.byCategory.get(category);
		if (waiting != null) {
			waiting.add(name, task);
		}
	}

	/**
	 * Tells of tasks that are not pending any more.
	 * @param tasks the tasks as they were
	 */
	public void removed(Collection<StoredTask> tasks) {
		if (!isEmpty()) {
			for (StoredTask task : tasks) {
				Waiting waiting = this.byCategory.get(task.details().category());
				if (waiting != null) {
					waiting.remove(Keyed.of(task));
				}
			}
		}
	}

	/**
	 * Forgets what was read of a category, but not whose turn it is.
	 * @param category the category
	 */
	public void forget(String category) {
		Waiting waiting = this.byCategory.get(category);
		if (waiting != null) {
			waiting.forgetTasks();
		}
	}

	/**
	 * Forgets all that was read, but not whose turn it is.
	 */
	public void forgetAll() {
		this.byCategory.values().forEach(Waiting::forgetTasks);
	}

	/**
	 * Looks into the table.
	 */
	public interface Reader {

		/**
		 * Reads pending tasks of the category and the names of a request that are due.
		 * @param request the request
		 * @param after those that were due until then are left out
		 * @param found is told of each
		 */
		void readDue(ClaimRequest request, Instant after, Consumer<Keyed> found);

		/**
		 * Returns when the next one is due that is not.
		 * @param request the request
		 * @return the time, or {@code null} if there is none
		 */
		@Nullable Instant nextDueAt(ClaimRequest request);

	}

	/**
	 * A pending task with its key.
	 *
	 * @param candidate the task
	 * @param key its fairness key, empty for none
	 */
	public record Keyed(Candidate candidate, String key) {

		private static final Comparator<Keyed> ORDER = Comparator.comparing(Keyed::candidate, Candidate.DUE_ORDER);

		static Keyed of(StoredTask task) {
			return new Keyed(Candidate.of(task), Objects.requireNonNullElse(task.details().fairnessKey(), ""));
		}

	}

	/**
	 * The tasks of one category.
	 */
	private static final class Waiting {

		private final Map<Integer, Turns> byPriority = new TreeMap<>(Comparator.reverseOrder());

		private final Map<Long, Keyed> crashed = new HashMap<>();

		private final TreeSet<Keyed> upcoming = new TreeSet<>(Keyed.ORDER);

		private Set<String> names = Set.of();

		private Instant readUntil = NEVER;

		private @Nullable Instant othersDueAt;

		void look(ClaimRequest request, Reader reader) {
			Instant now = request.now();
			if (!this.names.equals(Set.copyOf(request.names())) || now.isBefore(this.readUntil)) {
				forgetTasks();
				this.names = Set.copyOf(request.names());
			}
			if (this.readUntil.equals(NEVER) || isDue(this.othersDueAt, now)) {
				reader.readDue(request, this.readUntil, this::queue);
				this.upcoming.clear();
				this.othersDueAt = reader.nextDueAt(request);
				this.byPriority.values().forEach(Turns::forgetIdle);
			}
			while (!this.upcoming.isEmpty() && isDue(this.upcoming.first().candidate().dueAt(), now)) {
				queue(this.upcoming.pollFirst());
			}
			this.readUntil = now;
		}

		private static boolean isDue(@Nullable Instant dueAt, Instant now) {
			return dueAt != null && !dueAt.isAfter(now);
		}

		private void queue(Keyed task) {
			Candidate candidate = task.candidate();
			if (candidate.crashes() > 0) {
				this.crashed.put(candidate.seq(), task);
			}
			this.byPriority.computeIfAbsent(candidate.priority(), (priority) -> new Turns())
				.add(task.key(), candidate.seq());
		}

		void add(String name, Keyed added) {
			if (this.readUntil.equals(NEVER) || !this.names.contains(name)) {
				return;
			}
			if (!added.candidate().dueAt().isAfter(this.readUntil)) {
				queue(added);
				return;
			}
			this.upcoming.add(added);
			if (this.upcoming.size() > MOST_UPCOMING) {
				Instant dropped = this.upcoming.pollLast().candidate().dueAt();
				this.othersDueAt = (this.othersDueAt == null || dropped.isBefore(this.othersDueAt)) ? dropped
						: this.othersDueAt;
			}
		}

		void remove(Keyed task) {
			this.upcoming.remove(task);
			this.crashed.remove(task.candidate().seq());
			Turns turns = this.byPriority.get(task.candidate().priority());
			if (turns != null) {
				turns.remove(task.key(), task.candidate().seq());
			}
		}

		void forgetTasks() {
			this.readUntil = NEVER;
			this.othersDueAt = null;
			this.upcoming.clear();
			this.crashed.clear();
			this.byPriority.values().forEach(Turns::forgetTasks);
		}

		// What crashed before and what is behind it is taken only to start at once.
		List<Candidate> take(ClaimRequest request) {
			List<Candidate> taken = new ArrayList<>();
			List<Keyed> passedOver = new ArrayList<>();
			int most = request.limit();
			int lastChances = request.lastChances().most();
			for (Map.Entry<Integer, Turns> priority : this.byPriority.entrySet()) {
				Turns turns = priority.getValue();
				while (priority.getKey() > request.abovePriority() && !turns.isEmpty() && taken.size() < most) {
					long seq = turns.take();
					Keyed crashed = this.crashed.get(seq);
					boolean isLast = crashed != null
							&& crashed.candidate().crashes() >= request.lastChances().crashes();
					if (isLast && lastChances == 0) {
						passedOver.add(crashed);
						continue;
					}
					most = (crashed != null) ? request.slots() : most;
					if (taken.size() >= most) {
						passedOver.add(Objects.requireNonNull(crashed));
						break;
					}
					lastChances -= isLast ? 1 : 0;
					taken.add(new Candidate(seq, priority.getKey(),
							(crashed != null) ? crashed.candidate().crashes() : 0, request.now()));
					this.crashed.remove(seq);
				}
			}
			passedOver.forEach(this::queue);
			return taken;
		}

	}

}

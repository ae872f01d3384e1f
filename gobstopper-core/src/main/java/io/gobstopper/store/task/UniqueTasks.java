package io.gobstopper.store.task;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * The tasks of one insert that have unique keys, and what becomes of them: the first that
 * nothing keeps out is stored, with the arguments of the last one after it that is
 * debounced. For one thread, and one try to insert.
 */
public final class UniqueTasks {

	private final Map<Name, Group> groups = new TreeMap<>();

	private UniqueTasks() {
	}

	/**
	 * Returns those of an insert.
	 * @param tasks all tasks of the insert
	 * @return those with unique keys, or {@code null} if none has one
	 */
	public static @Nullable UniqueTasks of(List<StoredTask> tasks) {
		if (tasks.stream().allMatch((task) -> task.details().uniqueKey() == null)) {
			return null;
		}
		UniqueTasks unique = new UniqueTasks();
		for (StoredTask task : tasks) {
			Name name = Name.of(task);
			if (name != null) {
				unique.groups.computeIfAbsent(name, (key) -> new Group()).tasks.add(task);
			}
		}
		return unique;
	}

	/**
	 * Returns the keys, in one order everywhere, so that two that take many cannot wait
	 * for each other.
	 * @return the keys
	 */
	public List<Name> names() {
		return List.copyOf(this.groups.keySet());
	}

	/**
	 * Notes who had a key last.
	 * @param holder the key and the task
	 * @param task that task as it is stored, or {@code null} if it is finished
	 * @return that task as it is to be changed, or {@code null} if it is not
	 */
	public @Nullable StoredTask meet(Holder holder, @Nullable StoredTask task) {
		return group(holder.name()).meet(holder, task);
	}

	/**
	 * Returns the tasks that take their keys from those who had them, or from nobody.
	 * @param names which keys
	 * @return the tasks
	 */
	public List<StoredTask> takers(List<Name> names) {
		return names.stream().map(this::group).map(Group::taker).filter(Objects::nonNull).toList();
	}

	private Group group(Name name) {
		return Objects.requireNonNull(this.groups.get(name));
	}

	/**
	 * Inserts those that take their keys, and all others of the insert.
	 * @param tasks all tasks of the insert
	 * @param insert inserts tasks, and returns what became of each
	 * @return what became of all tasks of the insert, in their order
	 */
	public List<InsertedTask> insert(List<StoredTask> tasks, Function<List<StoredTask>, List<InsertedTask>> insert) {
		List<StoredTask> rows = tasks.stream().map(this::row).filter(Objects::nonNull).toList();
		List<InsertedTask> inserted = insert.apply(rows);
		Map<UUID, InsertedTask> byRow = new HashMap<>();
		for (int i = 0; i < rows.size(); i++) {
			byRow.put(rows.get(i).id(), inserted.get(i));
		}
		return tasks.stream().map((task) -> result(task, byRow)).toList();
	}

	private @Nullable StoredTask row(StoredTask task) {
		Name name = Name.of(task);
		if (name == null) {
			return task;
		}
		StoredTask taker = group(name).taker();
		return (taker != null && taker.id().equals(task.id())) ? taker : null;
	}

	private InsertedTask result(StoredTask task, Map<UUID, InsertedTask> byRow) {
		InsertedTask row = byRow.get(task.id());
		return (row != null) ? row : group(Objects.requireNonNull(Name.of(task))).result(task);
	}

	private static UniqueKey key(StoredTask task) {
		return Objects.requireNonNull(task.details().uniqueKey());
	}

	private static List<StoredTask> debounced(List<StoredTask> tasks) {
		return tasks.stream().filter((task) -> key(task).isDebounced()).toList();
	}

	// One after the other, as if each were inserted alone.
	private static StoredTask debounce(StoredTask task, List<StoredTask> later) {
		StoredTask debounced = task;
		for (StoredTask next : later) {
			debounced = debounced.debounced(next);
		}
		return debounced;
	}

	/**
	 * The tasks with one key.
	 */
	private static final class Group {

		private final List<StoredTask> tasks = new ArrayList<>();

		private int keptOut;

		private @Nullable Holder holder;

		private @Nullable StoredTask replacement;

		@Nullable StoredTask meet(Holder holder, @Nullable StoredTask task) {
			this.holder = holder;
			this.keptOut = 0;
			while (this.keptOut < this.tasks.size() && isKeptOut(this.tasks.get(this.keptOut), holder, task)) {
				this.keptOut++;
			}
			List<StoredTask> debounced = debounced(this.tasks.subList(0, this.keptOut));
			this.replacement = (task != null && !debounced.isEmpty()) ? debounce(task, debounced) : null;
			return this.replacement;
		}

		private static boolean isKeptOut(StoredTask wanted, Holder holder, @Nullable StoredTask task) {
			return key(wanted).meets(holder.enqueuedAt(), wanted.details().createdAt(), task);
		}

		@Nullable StoredTask taker() {
			if (this.keptOut == this.tasks.size()) {
				return null;
			}
			StoredTask first = this.tasks.get(this.keptOut);
			return debounce(first, debounced(this.tasks.subList(this.keptOut + 1, this.tasks.size())));
		}

		InsertedTask result(StoredTask task) {
			boolean replaced = key(task).isDebounced();
			StoredTask changed = this.replacement;
			if (this.holder == null || this.tasks.indexOf(task) >= this.keptOut) {
				return new InsertedTask(this.tasks.get(this.keptOut).id(), null, replaced);
			}
			List<StoredTask> debounced = debounced(this.tasks.subList(0, this.keptOut));
			boolean isLast = replaced && debounced.get(debounced.size() - 1).id().equals(task.id());
			return new InsertedTask(this.holder.id(), isLast ? changed : null, replaced);
		}

	}

	/**
	 * A key among those of tasks with one name.
	 *
	 * @param task the name of the task
	 * @param key the key
	 */
	public record Name(String task, String key) implements Comparable<Name> {

		private static final Comparator<Name> ORDER = Comparator.comparing(Name::task).thenComparing(Name::key);

		/**
		 * Returns the key of a task.
		 * @param task the task
		 * @return its key, or {@code null} if it has none
		 */
		public static @Nullable Name of(StoredTask task) {
			UniqueKey key = task.details().uniqueKey();
			return (key != null) ? new Name(task.details().name(), key.key()) : null;
		}

		@Override
		public int compareTo(Name other) {
			return ORDER.compare(this, other);
		}

	}

	/**
	 * Who had a key last.
	 *
	 * @param name the key
	 * @param id the id of the task
	 * @param enqueuedAt when it was enqueued
	 */
	public record Holder(Name name, UUID id, Instant enqueuedAt) {

	}

}

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
 * The tasks of one insert that are to hold unique keys. Of those with one key the first
 * is stored if the key is free, with the arguments of the last if they are debounced.
 */
public final class UniqueTasks {

	private final Map<Name, List<StoredTask>> byName;

	private UniqueTasks(Map<Name, List<StoredTask>> byName) {
		this.byName = byName;
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
		Map<Name, List<StoredTask>> byName = new TreeMap<>();
		for (StoredTask task : tasks) {
			UniqueKey key = task.details().uniqueKey();
			if (key != null) {
				byName.computeIfAbsent(new Name(task.details().name(), key.key()), (name) -> new ArrayList<>())
					.add(task);
			}
		}
		return new UniqueTasks(byName);
	}

	/**
	 * Returns the keys, in one order everywhere, so that two that take many cannot wait
	 * for each other.
	 * @return the keys
	 */
	public List<Name> names() {
		return List.copyOf(this.byName.keySet());
	}

	/**
	 * Returns what is stored if a key is free.
	 * @param name the key
	 * @return the task
	 */
	public StoredTask candidate(Name name) {
		StoredTask first = tasks(name).get(0);
		UniqueKey key = Objects.requireNonNull(first.details().uniqueKey());
		StoredTask last = lastDebounced(name);
		return (key.isDebounced() && last != null && !last.id().equals(first.id()))
				? first.debounced(last, Objects.requireNonNull(key.until())) : first;
	}

	/**
	 * Returns what a debounced task becomes that holds a key and waits.
	 * @param holder the key and who holds it
	 * @param waiting the task
	 * @return the changed task, or {@code null} if no task of this insert is debounced
	 */
	public @Nullable StoredTask replacement(Holder holder, StoredTask waiting) {
		StoredTask last = lastDebounced(holder.name());
		Instant latest = holder.key().until();
		return (last != null && latest != null) ? waiting.debounced(last, latest) : null;
	}

	private @Nullable StoredTask lastDebounced(Name name) {
		StoredTask last = null;
		for (StoredTask task : tasks(name)) {
			last = isDebounced(task) ? task : last;
		}
		return last;
	}

	private List<StoredTask> tasks(Name name) {
		return Objects.requireNonNull(this.byName.get(name));
	}

	private boolean isFirst(Name name, StoredTask task) {
		return tasks(name).get(0).id().equals(task.id());
	}

	private static boolean isDebounced(StoredTask task) {
		UniqueKey key = task.details().uniqueKey();
		return key != null && key.isDebounced();
	}

	/**
	 * Inserts those whose keys are free, and all others of the insert.
	 * @param tasks all tasks of the insert
	 * @param taken the keys that others hold
	 * @param insert inserts tasks, and returns what became of each
	 * @return what became of all tasks of the insert, in their order
	 */
	public List<InsertedTask> insert(List<StoredTask> tasks, Map<Name, Taken> taken,
			Function<List<StoredTask>, List<InsertedTask>> insert) {
		List<StoredTask> rows = rows(tasks, taken);
		List<InsertedTask> inserted = insert.apply(rows);
		Map<UUID, InsertedTask> byRow = new HashMap<>();
		for (int i = 0; i < rows.size(); i++) {
			byRow.put(rows.get(i).id(), inserted.get(i));
		}
		return tasks.stream().map((task) -> result(task, taken, byRow)).toList();
	}

	private List<StoredTask> rows(List<StoredTask> tasks, Map<Name, Taken> taken) {
		List<StoredTask> rows = new ArrayList<>();
		for (StoredTask task : tasks) {
			Name name = Name.of(task);
			if (name == null) {
				rows.add(task);
			}
			else if (!taken.containsKey(name) && isFirst(name, task)) {
				rows.add(candidate(name));
			}
		}
		return rows;
	}

	private InsertedTask result(StoredTask task, Map<Name, Taken> taken, Map<UUID, InsertedTask> byRow) {
		Name name = Name.of(task);
		if (name == null || (!taken.containsKey(name) && isFirst(name, task))) {
			return Objects.requireNonNull(byRow.get(task.id()));
		}
		Taken other = taken.get(name);
		if (other != null) {
			StoredTask last = lastDebounced(name);
			StoredTask replacement = (last != null && last.id().equals(task.id())) ? other.replacement() : null;
			return new InsertedTask(other.id(), replacement, other.replacement() != null && isDebounced(task));
		}
		StoredTask first = tasks(name).get(0);
		return new InsertedTask(first.id(), null, isDebounced(first) && isDebounced(task));
	}

	/**
	 * A key among those of tasks with one name.
	 *
	 * @param task the name of the task
	 * @param key the key
	 */
	public record Name(String task, String key) implements Comparable<Name> {

		private static final Comparator<Name> ORDER = Comparator.comparing(Name::task).thenComparing(Name::key);

		static @Nullable Name of(StoredTask task) {
			UniqueKey key = task.details().uniqueKey();
			return (key != null) ? new Name(task.details().name(), key.key()) : null;
		}

		@Override
		public int compareTo(Name other) {
			return ORDER.compare(this, other);
		}

	}

	/**
	 * Who holds a key, or did.
	 *
	 * @param name the key
	 * @param id the id of the task
	 * @param key how long it is held
	 */
	public record Holder(Name name, UUID id, UniqueKey key) {

	}

	/**
	 * That another task holds a key.
	 *
	 * @param id the id of that task
	 * @param replacement that task as it was changed, or {@code null} if it was not
	 */
	public record Taken(UUID id, @Nullable StoredTask replacement) {

	}

}

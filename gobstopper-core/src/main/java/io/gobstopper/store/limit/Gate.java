package io.gobstopper.store.limit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskStatus;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskHeaders;

/**
 * What a held task has to pass: the part of a limit that is for one key, or the part that
 * is for all. Tasks pass their gates one after the other, all in the same order, so that
 * no two can wait for each other: the one that is passed in order, then those of other
 * keys, so that no task keeps others of other keys waiting while it waits for those of
 * its own.
 *
 * @param limit the name of the limit
 * @param key the key, empty for tasks without one, {@code null} for all of the limit
 */
public record Gate(String limit, @Nullable String key) {

	private static final char SEPARATOR = '/';

	/**
	 * Returns the gates that a task has to pass.
	 * @param task the task
	 * @return the gates in their order, none if the task has no limits
	 */
	public static List<Gate> of(StoredTask task) {
		Map<String, String> limits = new TreeMap<>(TaskHeaders.limits(task.details().headers()));
		String ordered = TaskHeaders.orderedLimit(task.details().headers());
		List<Gate> gates = new ArrayList<>(2 * limits.size());
		limits.forEach((limit, key) -> gates.add(limit.equals(ordered) ? 0 : gates.size(), new Gate(limit, key)));
		limits.keySet().forEach((limit) -> gates.add(new Gate(limit, null)));
		return gates;
	}

	/**
	 * Returns what tasks that are held wait for first.
	 * @param tasks the tasks, of which some may be held
	 * @return the gates
	 */
	public static Set<Gate> next(Collection<StoredTask> tasks) {
		Set<Gate> gates = new LinkedHashSet<>();
		for (StoredTask task : tasks) {
			if (task.isHeld()) {
				gates.add(of(task).get(0));
			}
		}
		return gates;
	}

	/**
	 * Returns the gate that a task passes in order: those that were enqueued before come
	 * first, whatever their priorities.
	 * @param task the task
	 * @return its first gate, or {@code null} if it passes none in order
	 */
	public static @Nullable Gate inOrder(StoredTask task) {
		return (TaskHeaders.orderedLimit(task.details().headers()) != null) ? of(task).get(0) : null;
	}

	/**
	 * Returns whether a task keeps those behind it waiting before a gate that is passed
	 * in order, though it is not due: it is to be tried again, or was put off. Others are
	 * for later, unless a clock was ahead of another.
	 * @param task the task, which is held
	 * @return whether it does
	 */
	public static boolean isKeptInOrder(StoredTask task) {
		return !task.dueAt().isAfter(task.details().createdAt()) || wasStarted(task);
	}

	/**
	 * Returns whether a task that waits was started before, by itself.
	 * @param task the task
	 * @return whether it is to be tried again, or was put off
	 */
	public static boolean wasStarted(StoredTask task) {
		return task.status() == TaskStatus.RETRY || task.state().outcome().node() != null || task.isUnreadable()
				|| task.state().counts().crashes() > 0;
	}

	/**
	 * Reads a gate from how it is written.
	 * @param text what {@link #toString()} returned
	 * @return the gate
	 */
	public static Gate parse(String text) {
		int separator = text.indexOf(SEPARATOR);
		return (separator < 0) ? new Gate(text, null)
				: new Gate(text.substring(0, separator), text.substring(separator + 1));
	}

	/**
	 * Returns the name of the limit, and the key if there is one: {@code crm/tenant-7}.
	 */
	@Override
	public String toString() {
		return (this.key != null) ? this.limit + SEPARATOR + this.key : this.limit;
	}

}

package io.gobstopper.worker.dispatch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.task.StoredTask;

/**
 * Tasks in the order in which they run. As they are claimed in that order, and mostly
 * behind those that are here, it is cheaper to append them than to keep a heap.
 */
final class TasksInRunOrder {

	private final Comparator<StoredTask> order;

	private Deque<StoredTask> tasks = new ArrayDeque<>();

	TasksInRunOrder(Comparator<StoredTask> order) {
		this.order = order;
	}

	void addAll(Collection<StoredTask> added) {
		boolean inOrder = true;
		for (StoredTask task : added) {
			StoredTask last = this.tasks.peekLast();
			inOrder &= last == null || this.order.compare(last, task) <= 0;
			this.tasks.addLast(task);
		}
		if (!inOrder) {
			List<StoredTask> sorted = new ArrayList<>(this.tasks);
			sorted.sort(this.order);
			this.tasks = new ArrayDeque<>(sorted);
		}
	}

	// Takes out the first one.
	@Nullable StoredTask poll() {
		return this.tasks.poll();
	}

	// Takes out the first of those that are meant.
	@Nullable StoredTask take(Predicate<StoredTask> which) {
		Iterator<StoredTask> all = this.tasks.iterator();
		while (all.hasNext()) {
			StoredTask task = all.next();
			if (which.test(task)) {
				all.remove();
				return task;
			}
		}
		return null;
	}

	// Takes out all that are meant.
	List<StoredTask> takeAll(Predicate<StoredTask> which) {
		List<StoredTask> taken = new ArrayList<>();
		this.tasks.removeIf((task) -> which.test(task) && taken.add(task));
		return taken;
	}

	@Nullable StoredTask last() {
		return this.tasks.peekLast();
	}

	// Counts those that are more urgent than a level.
	long countAbove(int level) {
		return this.tasks.stream().takeWhile((task) -> task.details().priority().level() > level).count();
	}

	int size() {
		return this.tasks.size();
	}

	boolean isEmpty() {
		return this.tasks.isEmpty();
	}

}

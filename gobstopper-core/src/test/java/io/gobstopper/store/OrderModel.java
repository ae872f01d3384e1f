package io.gobstopper.store;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

import io.gobstopper.TaskStatus;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * In which order tasks pass a gate that is passed in order.
 */
final class OrderModel {

	private static final String LINE = "line";

	private Instant latest = Instant.MIN;

	private final Set<Long> mayHavePassed = new HashSet<>();

	void takeOver(OrderModel other) {
		this.latest = other.latest;
		this.mayHavePassed.addAll(other.mayHavePassed);
	}

	void look(Instant now) {
		this.latest = now.isAfter(this.latest) ? now : this.latest;
	}

	// Checks that nothing is before a task that is admitted.
	void check(StoredTask task, Collection<StoredTask> held, Instant now) {
		if (!this.mayHavePassed.contains(task.seq())) {
			assertThat(held).noneMatch((other) -> isBefore(other, task, now));
		}
	}

	// What has passed and waits for another limit keeps its place.
	void looked(Collection<StoredTask> held, Instant now) {
		this.mayHavePassed.retainAll(held.stream().map(StoredTask::seq).toList());
		held.stream()
			.filter((task) -> isOrdered(task) && Gate.of(task).size() > 2 && !task.dueAt().isAfter(now)
					&& held.stream().noneMatch((other) -> isBefore(other, task, now)))
			.forEach((task) -> this.mayHavePassed.add(task.seq()));
	}

	// One at once, whatever the numbers, also of those that are not marked beside others.
	// What was due before the clock moved back may be
	// taken for due.
	boolean mayWait(StoredTask task, Collection<StoredTask> held, Set<Gate> passed) {
		return (Gate.of(task).get(0).limit().equals(LINE) && passed.contains(Gate.of(task).get(0))) || held.stream()
			.anyMatch((other) -> isBefore(other, task, this.latest) || isMixed(other, task)
					|| (isSameLine(other, task) && this.mayHavePassed.contains(other.seq())));
	}

	// Some may have been enqueued before the limit was one in order.
	private static boolean isMixed(StoredTask one, StoredTask other) {
		return isOrdered(one) != isOrdered(other) && Gate.of(one).contains(Gate.of(other).get(0))
				&& one.seq() < other.seq();
	}

	private static boolean isSameLine(StoredTask one, StoredTask other) {
		return isOrdered(one) && isOrdered(other) && Gate.of(one).get(0).equals(Gate.of(other).get(0));
	}

	private static boolean isBefore(StoredTask one, StoredTask other, Instant now) {
		return isSameLine(one, other) && one.seq() < other.seq() && (!one.dueAt().isAfter(now) || wasStarted(one));
	}

	private static boolean isOrdered(StoredTask task) {
		return TaskHeaders.orderedLimit(task.details().headers()) != null;
	}

	private static boolean wasStarted(StoredTask task) {
		return task.status() == TaskStatus.RETRY || !task.dueAt().isAfter(task.details().createdAt())
				|| task.node() != null || task.isUnreadable() || task.state().counts().crashes() > 0;
	}

}

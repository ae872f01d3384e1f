package io.gobstopper.store.writer;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskStatus;
import io.gobstopper.store.Claimant;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.task.StoredTask;

/**
 * What a write did, of which the claimant and the listeners are told once it is
 * committed.
 *
 * @param <T> the type of the result
 * @param result what the caller gets
 * @param inserted new tasks
 * @param replaced tasks that wait and will run with other arguments or at another time
 * @param available tasks that were finished or waited, and can be claimed now
 * @param cancelled tasks that were cancelled or asked to stop
 * @param recovered tasks whose worker had died
 */
public record Change<T extends @Nullable Object>(T result, List<StoredTask> inserted, List<StoredTask> replaced,
		List<StoredTask> available, List<StoredTask> cancelled, List<StoredTask> recovered) {

	public static Change<List<StoredTask>> inserted(List<StoredTask> tasks) {
		return inserted(tasks, List.of());
	}

	public static Change<List<StoredTask>> inserted(List<StoredTask> tasks, List<StoredTask> replaced) {
		return new Change<>(tasks, tasks, replaced, List.of(), List.of(), List.of());
	}

	public static Change<List<StoredTask>> available(List<StoredTask> tasks) {
		return new Change<>(tasks, List.of(), List.of(), tasks, List.of(), List.of());
	}

	public static Change<List<StoredTask>> cancelled(List<StoredTask> tasks) {
		return new Change<>(tasks, List.of(), List.of(), List.of(), tasks, List.of());
	}

	public static Change<List<StoredTask>> recovered(List<StoredTask> tasks) {
		return new Change<>(tasks, List.of(), List.of(), List.of(), List.of(), tasks);
	}

	void tell(Claimant claimant) {
		this.cancelled.stream()
			.filter((task) -> task.status() == TaskStatus.STARTED)
			.forEach((task) -> claimant.cancelRequested(task.id()));
		categories(this.inserted).forEach(claimant::workAvailable);
		categories(this.replaced).forEach(claimant::workAvailable);
		categories(this.available).forEach(claimant::workAvailable);
		categories(this.recovered).forEach(claimant::workAvailable);
		Set<Gate> gates = Gate.next(this.available);
		if (!gates.isEmpty()) {
			claimant.gatesChanged(gates);
		}
	}

	void tell(TaskStoreListener listeners) {
		if (!this.inserted.isEmpty()) {
			listeners.inserted(this.inserted);
		}
		this.replaced.forEach(listeners::replaced);
		this.recovered.forEach(listeners::recovered);
		Stream.of(this.cancelled, this.recovered)
			.flatMap(List::stream)
			.filter((task) -> task.status().isTerminal())
			.forEach((task) -> listeners.settled(task, null));
	}

	private static List<String> categories(List<StoredTask> tasks) {
		return tasks.stream().map((task) -> task.details().category()).distinct().toList();
	}

}

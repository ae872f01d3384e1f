package io.gobstopper.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

import io.gobstopper.TaskStatus;
import io.gobstopper.limit.OnConflict;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.limit.Superseded;
import io.gobstopper.store.task.StoredTask;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which tasks with one key give way to others.
 */
final class ConflictModel {

	private final AdmissionRequest request;

	private final List<UUID> waiting = new ArrayList<>();

	private final List<UUID> all = new ArrayList<>();

	private final BiPredicate<Gate, Instant> isClosed;

	ConflictModel(AdmissionRequest request, BiPredicate<Gate, Instant> isClosed) {
		this.request = request;
		this.isClosed = isClosed;
	}

	/**
	 * Checks which give way.
	 * @param found those that the store has found
	 * @param unfinished all tasks that are not finished, as they were admitted
	 */
	void check(Superseded found, Collection<StoredTask> unfinished) {
		Map<Gate, List<StoredTask>> lines = unfinished.stream()
			.filter((task) -> task.isLimited() && this.request.onConflict(Gate.of(task).get(0)) != OnConflict.WAIT
					&& !(task.isHeld() && task.dueAt().isAfter(this.request.now())))
			.collect(Collectors.groupingBy((task) -> Gate.of(task).get(0)));
		lines.keySet().removeIf((gate) -> isClosed(gate) || isClosed(new Gate(gate.limit(), null)));
		lines.forEach((gate, line) -> find(this.request.onConflict(gate), line, this.request.capacity(gate)));
		assertThat(found.waiting()).containsExactlyInAnyOrderElementsOf(this.waiting);
		assertThat(found.all()).containsExactlyInAnyOrderElementsOf(this.all);
	}

	private boolean isClosed(Gate gate) {
		return this.isClosed.test(gate, this.request.now());
	}

	private void find(OnConflict conflict, List<StoredTask> line, int most) {
		List<StoredTask> newestFirst = line.stream()
			.sorted(Comparator.comparingLong(StoredTask::seq).reversed())
			.toList();
		List<StoredTask> held = newestFirst.stream().filter(StoredTask::isHeld).toList();
		if (line.size() - held.size() < most) {
			return;
		}
		if (conflict == OnConflict.SKIP) {
			held.stream()
				.filter((task) -> task.status() == TaskStatus.PENDING && task.node() == null && !task.isUnreadable()
						&& task.state().counts().crashes() == 0)
				.forEach((task) -> this.waiting.add(task.id()));
		}
		if (conflict == OnConflict.REPLACE_WAITING) {
			held.stream().skip(1).forEach((task) -> this.waiting.add(task.id()));
		}
		if (conflict == OnConflict.CANCEL_RUNNING && !held.isEmpty()) {
			newestFirst.stream()
				.skip(most)
				.filter((task) -> !task.state().cancelRequested())
				.forEach((task) -> this.all.add(task.id()));
		}
	}

}

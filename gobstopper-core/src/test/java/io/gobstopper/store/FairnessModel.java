package io.gobstopper.store;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import io.gobstopper.TaskStatus;
import io.gobstopper.store.task.StoredTask;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What must hold of starts in a category in which tasks of different fairness keys take
 * turns, whatever the order in which keys begin: while a key waits, no other one starts
 * two new tasks before it starts one.
 */
final class FairnessModel {

	// How often others started since a key that waits did, by priority, key and other
	// key.
	private final Map<Integer, Map<String, Map<String, Integer>>> since = new HashMap<>();

	private final Set<UUID> started = new HashSet<>();

	// Of keys of which tasks were taken out of the line, the others may wait longer.
	private final Set<List<Object>> disturbed = new HashSet<>();

	private Instant latest = Instant.MIN;

	FairnessModel copy() {
		FairnessModel copy = new FairnessModel();
		copy.started.addAll(this.started);
		copy.disturbed.addAll(this.disturbed);
		copy.latest = this.latest;
		this.since.forEach((priority, keys) -> {
			Map<String, Map<String, Integer>> copied = new HashMap<>();
			keys.forEach((key, others) -> copied.put(key, new HashMap<>(others)));
			copy.since.put(priority, copied);
		});
		return copy;
	}

	// Forgets what was counted: whose turn it is may have been lost.
	void crash() {
		this.since.clear();
	}

	// Tells of a task that waited and does not any more, other than by a claim.
	void removed(StoredTask task) {
		this.disturbed.add(List.of(priority(task), key(task)));
	}

	/**
	 * Checks what was claimed.
	 * @param now when
	 * @param unfinished all tasks of the category that are not finished
	 * @param waiting those that could be claimed
	 * @param claimed what was, in its order
	 * @param limit how many were wanted
	 */
	void claimed(Instant now, List<StoredTask> unfinished, List<StoredTask> waiting, List<StoredTask> claimed,
			int limit) {
		assertThat(claimed).doesNotHaveDuplicates().hasSize(Math.min(limit, waiting.size()));
		assertThat(waiting).containsAll(claimed);
		assertThat(claimed.stream().map(FairnessModel::priority).toList()).isEqualTo(waiting.stream()
			.map(FairnessModel::priority)
			.sorted((one, other) -> other - one)
			.limit(limit)
			.toList());
		waiting.stream()
			.collect(Collectors.groupingBy(FairnessModel::priority))
			.forEach((priority, tasks) -> this.since.computeIfAbsent(priority, (any) -> new HashMap<>())
				.keySet()
				.retainAll(keys(tasks)));
		this.disturbed.retainAll(unfinished.stream()
			.map((task) -> List.<Object>of(priority(task), key(task)))
			.collect(Collectors.toSet()));
		// What has no handler, or was due before the clock moved back, may have turns.
		this.latest = now.isAfter(this.latest) ? now : this.latest;
		unfinished.stream()
			.filter((task) -> task.status() == TaskStatus.PENDING && !task.dueAt().isAfter(this.latest)
					&& !waiting.contains(task))
			.forEach(this::removed);
		Set<StoredTask> left = new HashSet<>(waiting);
		for (StoredTask task : claimed) {
			left.remove(task);
			start(task, left);
		}
	}

	private void start(StoredTask task, Set<StoredTask> left) {
		Map<String, Map<String, Integer>> counts = this.since.computeIfAbsent(priority(task), (any) -> new HashMap<>());
		boolean isNew = this.started.add(task.id());
		counts.remove(key(task));
		if (isNew) {
			counts.keySet().removeIf((key) -> this.disturbed.contains(List.of(priority(task), key)));
			counts.forEach((key, others) -> assertThat(others.merge(key(task), 1, Integer::sum))
				.as("starts of '%s' while '%s' waits", key(task), key)
				.isLessThanOrEqualTo(1));
		}
		Set<String> waiting = keys(left.stream().filter((other) -> priority(other) == priority(task)).toList());
		counts.keySet().retainAll(waiting);
		if (waiting.contains(key(task))) {
			counts.put(key(task), new HashMap<>());
		}
	}

	private static Set<String> keys(List<StoredTask> tasks) {
		return tasks.stream().map(FairnessModel::key).collect(Collectors.toSet());
	}

	private static int priority(StoredTask task) {
		return task.details().priority().level();
	}

	private static String key(StoredTask task) {
		return Objects.requireNonNullElse(task.details().fairnessKey(), "");
	}

}

package io.gobstopper.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

import io.gobstopper.TaskContext;
import io.gobstopper.TaskPriority;
import io.gobstopper.schedule.MissedTimes;
import io.gobstopper.schedule.Overlap;
import io.gobstopper.scheduling.ScheduleFiring.Fired;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.TaskStoreModel;
import io.gobstopper.store.schedule.ScheduleRun;
import io.gobstopper.store.schedule.ScheduleWrites;
import io.gobstopper.store.schedule.ScheduleWrites.Due;
import io.gobstopper.store.schedule.StoredSchedule;
import io.gobstopper.store.schedule.StoredSchedule.Counts;
import io.gobstopper.store.schedule.StoredSchedule.Pause;
import io.gobstopper.store.schedule.UnfinishedRun;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskHeaders;
import io.gobstopper.store.writer.Change;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random actions with the schedules of a store, and what must hold after each: no time
 * has two tasks, none is uncounted, and none has a task that its overlap forbids.
 */
public final class ScheduleActions {

	private static final List<String> NAMES = List.of("a", "\"b\" ü", "\"b\" ö", "c", "d");

	private static final int ALL = 10_000;

	private final Random random;

	private final TreeMap<String, StoredSchedule> schedules = new TreeMap<>();

	private final List<ScheduleRun> runs = new ArrayList<>();

	/**
	 * Creates the actions.
	 * @param random decides
	 */
	public ScheduleActions(Random random) {
		this.random = random;
	}

	public ScheduleActions copy() {
		ScheduleActions copy = new ScheduleActions(this.random);
		copy.schedules.putAll(this.schedules);
		copy.runs.addAll(this.runs);
		return copy;
	}

	/**
	 * Does something.
	 * @param store the store
	 * @param model its tasks
	 * @param now the time
	 * @param tasks which can be run
	 * @param categories which there are
	 */
	public void act(TaskStore store, TaskStoreModel model, Instant now, List<String> tasks, List<String> categories) {
		switch (this.random.nextInt(8)) {
			case 0, 1 -> store.writes()
				.inTransaction(() -> create(store.writes().schedules(), now, any(tasks), any(categories)));
			case 2 -> store.writes().inTransaction(() -> pauseOrResume(store.writes().schedules()));
			case 3 -> store.writes().inTransaction(() -> deleteOrForget(store.writes().schedules(), model, now));
			default -> fire(store, model, new Due(now, Instant.EPOCH, tasks, null, 1 + this.random.nextInt(6)));
		}
	}

	private boolean create(ScheduleWrites writes, Instant now, String task, String category) {
		String name = any(NAMES);
		Timing timing = new Timing(null, Duration.ofMillis(700 + this.random.nextInt(2000)), "UTC");
		ScheduleDefinition definition = new ScheduleDefinition(timing, any(List.of(MissedTimes.values())),
				Duration.ofSeconds(1 + this.random.nextInt(8)), any(List.of(Overlap.values())), Duration.ZERO,
				TaskPriority.NORMAL, 0, "[]", "{}", Map.of());
		StoredSchedule schedule = new StoredSchedule(name, task, category, definition.json(), null, null, null, now,
				timing.times(now).next(now), null, Counts.NONE);
		boolean created = writes.insert(schedule);
		assertThat(created).isEqualTo(this.schedules.putIfAbsent(name, schedule) == null);
		return created;
	}

	private boolean pauseOrResume(ScheduleWrites writes) {
		List<StoredSchedule> locked = writes.lock(List.of(any(NAMES)));
		locked.forEach((schedule) -> assertThat(schedule).isEqualTo(this.schedules.get(schedule.name())));
		List<StoredSchedule> changed = locked.stream()
			.map((schedule) -> schedule.withPause((schedule.pause() == null) ? new Pause("it's me") : null))
			.toList();
		writes.save(changed);
		changed.forEach((schedule) -> this.schedules.put(schedule.name(), schedule));
		return true;
	}

	// What was of a deleted schedule would count for the next one of its name.
	private boolean deleteOrForget(ScheduleWrites writes, TaskStoreModel model, Instant now) {
		String name = any(NAMES);
		if (this.random.nextInt(3) == 0 && this.runs.stream().noneMatch((run) -> run.schedule().equals(name))) {
			writes.delete(List.of(name));
			this.schedules.remove(name);
		}
		Set<UUID> kept = model.find((task) -> true).stream().map(StoredTask::id).collect(Collectors.toSet());
		Instant before = now.minusMillis(this.random.nextInt(4000));
		int runsBefore = this.runs.size();
		this.runs.removeIf((run) -> run.scheduledAt().isBefore(before) && !kept.contains(run.taskId()));
		assertThat(writes.forgetRuns(before, ALL)).isEqualTo(runsBefore - this.runs.size());
		return true;
	}

	private void fire(TaskStore store, TaskStoreModel model, Due due) {
		List<StoredSchedule> expected = due(model, due);
		Map<String, List<UUID>> unfinished = unfinished(model);
		Change<Fired> change = store.writes()
			.inTransaction(() -> ScheduleFiring.fire(store.writes(), due, Duration.ofSeconds(1)));
		if (!change.cancelled().isEmpty()) {
			assertThat(change.cancelled())
				.isEqualTo(model.cancel(change.cancelled().stream().map(StoredTask::id).toList(), due.now()));
		}
		List<StoredTask> inserted = change.inserted();
		model.insert(inserted.stream().map((task) -> task.withSeq(0)).toList())
			.forEach((task) -> assertThat(inserted).contains(task.task()));
		assertThat(change.result().steps()).extracting((step) -> step.schedule())
			.isSubsetOf(expected.stream().map(StoredSchedule::name).toList());
		for (StoredTask task : inserted) {
			Map<String, String> headers = TaskHeaders.read(task.details().headers());
			this.runs.add(new ScheduleRun(headers.get(TaskContext.SCHEDULE_HEADER),
					Instant.parse(headers.get(TaskContext.SCHEDULED_AT_HEADER)), task.id()));
		}
		expected.forEach((before) -> {
			StoredSchedule after = store.writes()
				.inTransaction(() -> store.writes().schedules().lock(List.of(before.name())).get(0));
			check(before, after, unfinished.getOrDefault(before.name(), List.of()), inserted, due.now());
			this.schedules.put(after.name(), after);
		});
	}

	private void check(StoredSchedule before, StoredSchedule after, List<UUID> unfinished, List<StoredTask> inserted,
			Instant now) {
		ScheduleDefinition definition = ScheduleDefinition.of(before);
		long fired = after.counts().fired() - before.counts().fired();
		assertThat(inserted.stream().filter((task) -> schedule(task).equals(before.name()))).hasSize((int) fired);
		assertThat(after.counts().fired() + after.counts().missed() + after.counts().skipped())
			.as("times of %s that are accounted for", after)
			.isEqualTo(timesBefore(after));
		if (definition.overlap() == Overlap.SKIP && !unfinished.isEmpty()) {
			assertThat(fired).as("beside a task that is not finished").isZero();
		}
		if (definition.overlap() != Overlap.ALLOW) {
			assertThat(fired).isLessThanOrEqualTo(1);
		}
		if (definition.missed() != MissedTimes.RUN_ALL) {
			assertThat(after.nextAt()).isAfter(now);
		}
	}

	private static long timesBefore(StoredSchedule schedule) {
		ScheduleTimes times = ScheduleDefinition.times(schedule);
		long count = 0;
		for (Instant time = times.next(schedule.anchor()); time.isBefore(schedule.nextAt()); time = times.next(time)) {
			count++;
		}
		return count;
	}

	private List<StoredSchedule> due(TaskStoreModel model, Due due) {
		return this.schedules.values()
			.stream()
			.filter((schedule) -> !schedule.nextAt().isAfter(due.now()) && schedule.pause() == null
					&& due.tasks().contains(schedule.task()) && !model.paused().contains(schedule.category()))
			.sorted((one, other) -> one.nextAt().equals(other.nextAt()) ? one.name().compareTo(other.name())
					: one.nextAt().compareTo(other.nextAt()))
			.limit(due.limit())
			.toList();
	}

	private static Map<String, List<UUID>> unfinished(TaskStoreModel model) {
		return model.find((task) -> !task.status().isTerminal() && task.details().headers() != null)
			.stream()
			.filter((task) -> !schedule(task).isEmpty())
			.collect(Collectors.groupingBy(ScheduleActions::schedule,
					Collectors.mapping(StoredTask::id, Collectors.toList())));
	}

	private static String schedule(StoredTask task) {
		return TaskHeaders.read(task.details().headers()).getOrDefault(TaskContext.SCHEDULE_HEADER, "");
	}

	/**
	 * Compares all schedules.
	 * @param store the store
	 * @param model its tasks
	 */
	public void compare(TaskStore store, TaskStoreModel model) {
		assertThat(store.reads().schedules().findAll()).containsExactlyInAnyOrderElementsOf(this.schedules.values());
		List<ScheduleRun> stored = store.writes()
			.inTransaction(() -> store.writes().schedules().runs(NAMES, Instant.EPOCH));
		assertThat(stored).containsExactlyInAnyOrderElementsOf(this.runs);
		assertThat(new HashSet<>(this.runs.stream().map((run) -> run.schedule() + run.scheduledAt()).toList()))
			.hasSameSizeAs(this.runs);
		List<UnfinishedRun> unfinished = store.writes()
			.inTransaction(() -> store.writes().schedules().unfinished(NAMES));
		assertThat(unfinished.stream()
			.collect(Collectors.groupingBy(UnfinishedRun::schedule,
					Collectors.mapping(UnfinishedRun::taskId, Collectors.toSet()))))
			.isEqualTo(unfinished(model).entrySet()
				.stream()
				.collect(Collectors.toMap(Map.Entry::getKey, (each) -> Set.copyOf(each.getValue()))));
		Optional<StoredSchedule> next = due(model, new Due(Instant.MAX, Instant.EPOCH, List.of("email"), null, 1))
			.stream()
			.findFirst();
		assertThat(store.reads().schedules().nextAfter(Instant.EPOCH, Instant.EPOCH, List.of("email")))
			.isEqualTo(next.map(StoredSchedule::nextAt));
	}

	private <T> T any(List<T> values) {
		return values.get(this.random.nextInt(values.size()));
	}

}

package io.gobstopper.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

import io.gobstopper.schedule.Overlap;
import io.gobstopper.store.TaskWrites;
import io.gobstopper.store.schedule.ScheduleRun;
import io.gobstopper.store.schedule.ScheduleStep;
import io.gobstopper.store.schedule.ScheduleWrites.Due;
import io.gobstopper.store.schedule.StoredSchedule;
import io.gobstopper.store.schedule.StoredSchedule.Counts;
import io.gobstopper.store.schedule.StoredSchedule.Last;
import io.gobstopper.store.schedule.UnfinishedRun;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.Change;

/**
 * Enqueues the tasks of schedules that are due, within one transaction.
 */
public final class ScheduleFiring {

	private static final Log logger = LogFactory.getLog(ScheduleFiring.class);

	private static final Set<String> UNREADABLE = ConcurrentHashMap.newKeySet();

	private final TaskWrites writes;

	private final Duration tolerance;

	private final List<StoredTask> tasks = new ArrayList<>();

	private final List<ScheduleRun> runs = new ArrayList<>();

	private final List<StoredSchedule> changed = new ArrayList<>();

	private final List<UUID> cancelled = new ArrayList<>();

	private final List<ScheduleStep> steps = new ArrayList<>();

	private ScheduleFiring(TaskWrites writes, Duration tolerance) {
		this.writes = writes;
		this.tolerance = tolerance;
	}

	/**
	 * Enqueues.
	 * @param writes the writes of the transaction
	 * @param due which schedules
	 * @param tolerance how late is not late
	 * @return what was done
	 */
	public static Change<Fired> fire(TaskWrites writes, Due due, Duration tolerance) {
		return writes.inTransaction(() -> new ScheduleFiring(writes, tolerance).fire(due));
	}

	private Change<Fired> fire(Due due) {
		List<StoredSchedule> schedules = this.writes.schedules().lockDue(due);
		Map<StoredSchedule, ScheduleDefinition> readable = readable(schedules);
		Map<String, List<UnfinishedRun>> unfinished = unfinished(readable);
		Set<ScheduleTime> done = done(schedules);
		readable.forEach((schedule, definition) -> tryToPlan(schedule, definition,
				unfinished.getOrDefault(schedule.name(), List.of()), done, due.now()));
		List<StoredTask> stopped = this.cancelled.isEmpty() ? List.of() : this.writes.cancel(this.cancelled, due.now());
		List<StoredTask> inserted = this.tasks.isEmpty() ? List.of()
				: this.writes.insert(this.tasks).stream().map(InsertedTask::task).filter(Objects::nonNull).toList();
		this.writes.schedules().save(this.changed);
		this.writes.schedules().add(this.runs);
		StoredSchedule last = (schedules.size() < due.limit()) ? null : schedules.get(schedules.size() - 1);
		return new Change<>(new Fired(List.copyOf(this.steps), last), inserted, List.of(), List.of(), stopped,
				List.of());
	}

	private static Map<StoredSchedule, ScheduleDefinition> readable(Collection<StoredSchedule> schedules) {
		Map<StoredSchedule, ScheduleDefinition> readable = new HashMap<>();
		for (StoredSchedule schedule : schedules) {
			try {
				readable.put(schedule, ScheduleDefinition.of(schedule));
			}
			catch (JacksonException ex) {
				complain(schedule, ex);
			}
		}
		return readable;
	}

	private Map<String, List<UnfinishedRun>> unfinished(Map<StoredSchedule, ScheduleDefinition> schedules) {
		List<String> names = schedules.entrySet()
			.stream()
			.filter((each) -> each.getValue().overlap() != Overlap.ALLOW)
			.map((each) -> each.getKey().name())
			.toList();
		return this.writes.schedules()
			.unfinished(names)
			.stream()
			.collect(Collectors.groupingBy(UnfinishedRun::schedule));
	}

	// An operator may have enqueued a task for a time before it was due.
	private Set<ScheduleTime> done(List<StoredSchedule> schedules) {
		return schedules.stream()
			.map(StoredSchedule::nextAt)
			.filter(Objects::nonNull)
			.min(Comparator.naturalOrder())
			.map((first) -> this.writes.schedules().runs(schedules.stream().map(StoredSchedule::name).toList(), first))
			.orElse(List.of())
			.stream()
			.map((run) -> new ScheduleTime(run.schedule(), run.scheduledAt()))
			.collect(Collectors.toSet());
	}

	// One that cannot be planned must not stop the others.
	private void tryToPlan(StoredSchedule schedule, ScheduleDefinition definition, List<UnfinishedRun> unfinished,
			Set<ScheduleTime> done, Instant now) {
		try {
			plan(schedule, definition, unfinished, done, now);
		}
		catch (RuntimeException ex) {
			complain(schedule, ex);
		}
	}

	// Once, as it is met again at each look.
	private static void complain(StoredSchedule schedule, RuntimeException failure) {
		if (UNREADABLE.add(schedule.name())) {
			logger.error("Schedule '%s' cannot be read and enqueues nothing".formatted(schedule.name()), failure);
		}
	}

	private void plan(StoredSchedule schedule, ScheduleDefinition definition, List<UnfinishedRun> unfinished,
			Set<ScheduleTime> done, Instant now) {
		Instant from = Objects.requireNonNull(schedule.nextAt());
		FiringPlan plan = FiringPlan.of(definition, ScheduleDefinition.times(schedule), from, now, this.tolerance,
				unfinished);
		List<Instant> fire = plan.fire()
			.stream()
			.filter((time) -> !done.contains(new ScheduleTime(schedule.name(), time)))
			.toList();
		List<StoredTask> made = new ArrayList<>();
		Last last = schedule.last();
		for (Instant time : fire) {
			StoredTask task = ScheduledTasks.create(schedule, definition, time,
					(last != null) ? last.scheduledAt() : null,
					time.plus(ScheduledTasks.delay(schedule.name(), time, definition.jitter())), now);
			made.add(task);
			last = new Last(time, task.id());
		}
		if (plan.cancel()) {
			unfinished.forEach((run) -> this.cancelled.add(run.taskId()));
		}
		for (int i = 0; i < fire.size(); i++) {
			this.runs.add(new ScheduleRun(schedule.name(), fire.get(i), made.get(i).id()));
		}
		this.tasks.addAll(made);
		Counts counts = schedule.counts();
		List<Instant> skipped = plan.skipped();
		StoredSchedule stepped = schedule.stepped(plan.nextAt(), last,
				new Counts(counts.fired() + fire.size(), counts.missed() + plan.missed(),
						counts.skipped() + skipped.size(), skipped.isEmpty() ? counts.skipReason() : plan.skipReason(),
						skipped.isEmpty() ? counts.skippedAt() : skipped.get(skipped.size() - 1)));
		if (!stepped.equals(schedule)) {
			this.changed.add(stepped);
			this.steps.add(new ScheduleStep(schedule.name(), fire.size(), plan.missed(), skipped.size(),
					fire.isEmpty() ? null : Duration.between(fire.get(fire.size() - 1), now)));
		}
	}

	/**
	 * A time of a schedule.
	 */
	private record ScheduleTime(String schedule, Instant time) {

	}

	/**
	 * What was done.
	 *
	 * @param steps for each schedule
	 * @param last behind which more schedules may be due, {@code null} if none is
	 */
	public record Fired(List<ScheduleStep> steps, @Nullable StoredSchedule last) {

	}

}

package io.gobstopper.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
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
		readable.forEach((schedule, definition) -> plan(schedule, definition,
				unfinished.getOrDefault(schedule.name(), List.of()), due.now()));
		List<StoredTask> stopped = this.cancelled.isEmpty() ? List.of() : this.writes.cancel(this.cancelled, due.now());
		List<StoredTask> inserted = this.tasks.isEmpty() ? List.of()
				: this.writes.insert(this.tasks).stream().map(InsertedTask::task).filter(Objects::nonNull).toList();
		this.writes.schedules().save(this.changed);
		this.writes.schedules().add(this.runs);
		StoredSchedule last = (schedules.size() < due.limit()) ? null : schedules.get(schedules.size() - 1);
		return new Change<>(new Fired(List.copyOf(this.steps), last), inserted, List.of(), stopped, List.of());
	}

	private static Map<StoredSchedule, ScheduleDefinition> readable(Collection<StoredSchedule> schedules) {
		Map<StoredSchedule, ScheduleDefinition> readable = new HashMap<>();
		for (StoredSchedule schedule : schedules) {
			try {
				readable.put(schedule, ScheduleDefinition.of(schedule));
			}
			catch (JacksonException ex) {
				logger.error("Schedule '%s' cannot be read and enqueues nothing".formatted(schedule.name()), ex);
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

	private void plan(StoredSchedule schedule, ScheduleDefinition definition, List<UnfinishedRun> unfinished,
			Instant now) {
		Instant from = Objects.requireNonNull(schedule.nextAt());
		FiringPlan plan = FiringPlan.of(definition, ScheduleDefinition.times(schedule), from, now, this.tolerance,
				unfinished);
		if (plan.cancel()) {
			unfinished.forEach((run) -> this.cancelled.add(run.taskId()));
		}
		StoredSchedule stepped = schedule;
		for (Instant time : plan.fire()) {
			StoredTask task = ScheduledTasks.create(stepped, definition, time, now);
			this.tasks.add(task);
			this.runs.add(new ScheduleRun(schedule.name(), time, task.id()));
			stepped = stepped.stepped(plan.nextAt(), new Last(time, task.id()), stepped.counts());
		}
		Counts counts = schedule.counts();
		List<Instant> skipped = plan.skipped();
		stepped = stepped.stepped(plan.nextAt(), stepped.last(),
				new Counts(counts.fired() + plan.fire().size(), counts.missed() + plan.missed(),
						counts.skipped() + skipped.size(), skipped.isEmpty() ? counts.skipReason() : plan.skipReason(),
						skipped.isEmpty() ? counts.skippedAt() : skipped.get(skipped.size() - 1)));
		if (!stepped.equals(schedule)) {
			this.changed.add(stepped);
			this.steps.add(new ScheduleStep(schedule.name(), plan.fire().size(), plan.missed(), skipped.size(),
					plan.fire().isEmpty() ? null : Duration.between(plan.fire().get(plan.fire().size() - 1), now)));
		}
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

package io.gobstopper.scheduling;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;

import io.gobstopper.error.TaskStoreException;
import io.gobstopper.queue.NewTasks;
import io.gobstopper.queue.StorableText;
import io.gobstopper.schedule.ScheduleInfo;
import io.gobstopper.schedule.ScheduleInfo.Origin;
import io.gobstopper.schedule.TaskSchedule;
import io.gobstopper.schedule.TaskSchedules;
import io.gobstopper.store.TaskWrites;
import io.gobstopper.store.schedule.ScheduleReads;
import io.gobstopper.store.schedule.ScheduleRun;
import io.gobstopper.store.schedule.ScheduleStep;
import io.gobstopper.store.schedule.StoredSchedule;
import io.gobstopper.store.schedule.StoredSchedule.Counts;
import io.gobstopper.store.schedule.StoredSchedule.Declaration;
import io.gobstopper.store.schedule.StoredSchedule.Last;
import io.gobstopper.store.schedule.StoredSchedule.Pause;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.writer.Change;
import io.gobstopper.store.writer.GroupCommit;

/**
 * The schedules before a {@link GroupCommit}. Safe for use by several threads.
 */
public final class DefaultTaskSchedules implements TaskSchedules {

	private static final Log logger = LogFactory.getLog(DefaultTaskSchedules.class);

	private static final int MOST = 1000;

	private static final int LONGEST_NOTE = 500;

	private final GroupCommit groupCommit;

	private final NewTasks newTasks;

	private final Clock clock;

	private final Duration lease;

	/**
	 * Creates the schedules.
	 * @param groupCommit where they are kept
	 * @param newTasks checks what they enqueue
	 * @param clock the clock
	 * @param lease how long a process that is not heard of is taken to be alive
	 */
	public DefaultTaskSchedules(GroupCommit groupCommit, NewTasks newTasks, Clock clock, Duration lease) {
		this.groupCommit = groupCommit;
		this.newTasks = newTasks;
		this.clock = Clock.tick(clock, Duration.of(1, ChronoUnit.MICROS));
		this.lease = lease;
	}

	@Override
	public void create(TaskSchedule schedule) {
		TaskDetails task = task(schedule);
		ScheduleDefinition definition = definition(schedule, task);
		boolean created = write((writes) -> {
			Instant now = this.clock.instant();
			return writes.schedules()
				.insert(new StoredSchedule(schedule.name(), task.name(), task.category(), definition.json(), null, null,
						null, now, definition.timing().times(now).next(now), null, Counts.NONE));
		});
		Assert.state(created,
				() -> "There is a schedule '%s' already; change it with update()".formatted(schedule.name()));
		this.groupCommit.publish((listeners) -> listeners.scheduled(ScheduleStep.none(schedule.name())));
	}

	@Override
	public void update(TaskSchedule schedule) {
		TaskDetails task = task(schedule);
		ScheduleDefinition definition = definition(schedule, task);
		required(schedule.name());
		change(schedule.name(), (stored) -> {
			StoredSchedule changed = (stored.declaration() != null)
					? stored.withTimes(ScheduleDefinition.json(definition.timing()), stored.anchor(), stored.nextAt())
					: stored.withDefinition(task.name(), task.category(), definition.json());
			return Rescheduling.from(stored, changed, this.clock.instant());
		});
	}

	@Override
	public boolean reset(String name) {
		return change(name, (stored) -> Rescheduling.from(stored,
				stored.withTimes(null, stored.anchor(), stored.nextAt()), this.clock.instant()));
	}

	@Override
	public boolean delete(String name) {
		Optional<StoredSchedule> found = read((schedules) -> schedules.find(name));
		Assert.state(found.isEmpty() || origin(found.get()) != Origin.CODE,
				() -> "Schedule '%s' is declared in code; remove its @GobstopperSchedule, or pause it".formatted(name));
		return write((writes) -> {
			boolean there = !writes.schedules().lock(List.of(name)).isEmpty();
			writes.schedules().delete(List.of(name));
			return there;
		});
	}

	@Override
	public Optional<ScheduleInfo> find(String name) {
		return read((schedules) -> schedules.find(name)).map(this::info);
	}

	@Override
	public List<ScheduleInfo> findAll() {
		List<ScheduleInfo> all = new ArrayList<>();
		for (StoredSchedule stored : read(ScheduleReads::findAll)) {
			try {
				all.add(info(stored));
			}
			catch (RuntimeException ex) {
				logger.error("Schedule '%s' cannot be read and enqueues nothing".formatted(stored.name()), ex);
			}
		}
		return all;
	}

	@Override
	public boolean pause(String name, @Nullable String note) {
		Assert.isTrue(note == null || note.length() <= LONGEST_NOTE,
				() -> "'note' must not be longer than %d characters".formatted(LONGEST_NOTE));
		StorableText.check("note", note);
		return write((writes) -> {
			List<StoredSchedule> stored = writes.schedules().lock(List.of(name));
			writes.schedules().save(stored.stream().map((each) -> each.withPause(new Pause(note))).toList());
			return !stored.isEmpty();
		});
	}

	@Override
	public boolean resume(String name) {
		return change(name, (stored) -> stored.withPause(null));
	}

	@Override
	public String trigger(String name) {
		Optional<String> id = insert(name, (writes, stored) -> List.of(freeMoment(writes, stored)), false).stream()
			.findFirst()
			.map((task) -> task.id().toString());
		return id.orElseThrow(() -> new IllegalStateException(unknown(name)));
	}

	@Override
	public List<Instant> next(String name, int count) {
		Assert.isTrue(count >= 1 && count <= MOST,
				() -> "'count' must be from 1 to %d, but is %d".formatted(MOST, count));
		StoredSchedule stored = required(name);
		ScheduleTimes times = ScheduleDefinition.times(stored);
		List<Instant> next = new ArrayList<>();
		Instant time = times.next(this.clock.instant());
		while (time != null && next.size() < count) {
			next.add(time);
			time = times.next(time);
		}
		return next;
	}

	@Override
	public List<Instant> missing(String name, Instant from, Instant to) {
		Instant earliest = checkRange(name, from, to);
		return GroupCommit.await(this.groupCommit.write((writes) -> writes.inTransaction(() -> writes.schedules()
			.lock(List.of(name))
			.stream()
			.flatMap((stored) -> missing(writes, stored, earliest, to).stream())
			.toList())));
	}

	@Override
	public int backfill(String name, Instant from, Instant to) {
		Instant earliest = checkRange(name, from, to);
		return insert(name, (writes, stored) -> missing(writes, stored, earliest, to), true).size();
	}

	// Returns its beginning as it is stored.
	private Instant checkRange(String name, Instant from, Instant to) {
		Assert.isTrue(!to.isAfter(this.clock.instant()), () -> "'to' must not be in the future, but is " + to);
		Assert.isTrue(from.isBefore(to), () -> "'from' must be before 'to', %s, but is %s".formatted(to, from));
		Instant earliest = DueTimes.nearest(from);
		Assert.isTrue(times(required(name), earliest, to).size() <= MOST,
				() -> "Schedule '%s' has more than %d times from %s to %s".formatted(name, MOST, from, to));
		return earliest;
	}

	private static List<Instant> missing(TaskWrites writes, StoredSchedule schedule, Instant from, Instant to) {
		Set<Instant> done = done(writes, schedule, from);
		return times(schedule, from, to).stream().filter((time) -> !done.contains(time)).toList();
	}

	// One more than may be enqueued at once, at most. What is still to come comes by
	// itself.
	private static List<Instant> times(StoredSchedule schedule, Instant from, Instant to) {
		ScheduleTimes times = ScheduleDefinition.times(schedule);
		Instant end = (schedule.nextAt() != null && schedule.nextAt().isBefore(to)) ? schedule.nextAt() : to;
		List<Instant> wanted = new ArrayList<>();
		Instant time = times.next(from.minusNanos(1));
		while (time != null && time.isBefore(end) && wanted.size() <= MOST) {
			wanted.add(time);
			time = times.next(time);
		}
		return wanted;
	}

	private static Set<Instant> done(TaskWrites writes, StoredSchedule schedule, Instant since) {
		return writes.schedules()
			.runs(List.of(schedule.name()), since)
			.stream()
			.map(ScheduleRun::scheduledAt)
			.collect(Collectors.toSet());
	}

	// For each time of a schedule there is one task at most.
	private Instant freeMoment(TaskWrites writes, StoredSchedule schedule) {
		Instant moment = this.clock.instant();
		Set<Instant> done = done(writes, schedule, moment);
		while (done.contains(moment) || moment.equals(schedule.nextAt())) {
			moment = moment.plus(1, ChronoUnit.MICROS);
		}
		return moment;
	}

	private List<StoredTask> insert(String name, BiFunction<TaskWrites, StoredSchedule, List<Instant>> scheduledAt,
			boolean counted) {
		List<StoredTask> made = new ArrayList<>();
		return GroupCommit.await(this.groupCommit.change((writes) -> writes.inTransaction(() -> {
			List<StoredSchedule> locked = writes.schedules().lock(List.of(name));
			if (made.isEmpty() || !areStored(writes, name, made)) {
				made.clear();
				locked.forEach(
						(stored) -> made.addAll(insert(writes, stored, scheduledAt.apply(writes, stored), counted)));
			}
			return Change.inserted(List.copyOf(made));
		})));
	}

	// A commit of which nobody knew whether it was made is made again.
	private static boolean areStored(TaskWrites writes, String schedule, List<StoredTask> tasks) {
		Map<UUID, Instant> times = tasks.stream()
			.collect(Collectors.toMap(StoredTask::id, ScheduledTasks::scheduledAt));
		Set<UUID> stored = writes.schedules()
			.runs(List.of(schedule), Collections.min(times.values()))
			.stream()
			.map(ScheduleRun::taskId)
			.collect(Collectors.toSet());
		return stored.containsAll(times.keySet());
	}

	private List<StoredTask> insert(TaskWrites writes, StoredSchedule schedule, List<Instant> scheduledAt,
			boolean counted) {
		ScheduleDefinition definition = ScheduleDefinition.of(schedule);
		Instant now = this.clock.instant();
		List<StoredTask> tasks = new ArrayList<>();
		List<ScheduleRun> runs = new ArrayList<>();
		Last last = schedule.last();
		Instant previous = (last != null) ? last.scheduledAt() : null;
		for (Instant time : scheduledAt) {
			Instant before = (previous != null && previous.isBefore(time)) ? previous : null;
			StoredTask task = ScheduledTasks.create(schedule, definition, time, before, now, now);
			tasks.add(task);
			runs.add(new ScheduleRun(schedule.name(), time, task.id()));
			previous = time;
		}
		writes.schedules().add(runs);
		if (counted && !tasks.isEmpty()) {
			Counts counts = schedule.counts();
			writes.schedules()
				.save(List
					.of(schedule.stepped(schedule.nextAt(), schedule.last(), new Counts(counts.fired() + tasks.size(),
							counts.missed(), counts.skipped(), counts.skipReason(), counts.skippedAt()))));
		}
		return writes.insert(tasks).stream().map((inserted) -> Objects.requireNonNull(inserted.task())).toList();
	}

	private TaskDetails task(TaskSchedule schedule) {
		return this.newTasks.create(List.of(schedule.request()), Map.of()).get(0).details();
	}

	private static ScheduleDefinition definition(TaskSchedule schedule, TaskDetails task) {
		return new ScheduleDefinition(new Timing(schedule.cron(), schedule.every(), schedule.zone().getId()),
				schedule.missed(), schedule.missedWithin(), schedule.overlap(), schedule.jitter(), task.priority(),
				task.maxRetries(), task.args(), task.kwargs(), schedule.request().headers());
	}

	private ScheduleInfo info(StoredSchedule stored) {
		ScheduleDefinition definition = ScheduleDefinition.of(stored);
		Timing timing = ScheduleDefinition.timing(stored);
		Pause pause = stored.pause();
		Last last = stored.last();
		Counts counts = stored.counts();
		return new ScheduleInfo(stored.name(), stored.task(), stored.category(), origin(stored), timing.cron(),
				timing.every(), timing.zone(), stored.override() != null, definition.missed(),
				definition.missedWithin(), definition.overlap(), definition.jitter(), pause != null,
				(pause != null) ? pause.note() : null, stored.nextAt(), (last != null) ? last.scheduledAt() : null,
				(last != null) ? last.taskId().toString() : null, counts.fired(), counts.missed(), counts.skipped(),
				counts.skipReason(), counts.skippedAt());
	}

	private Origin origin(StoredSchedule stored) {
		Declaration declaration = stored.declaration();
		if (declaration == null) {
			return Origin.DATA;
		}
		return declaration.seenAt().isBefore(this.clock.instant().minus(this.lease)) ? Origin.UNDECLARED : Origin.CODE;
	}

	// Returns whether something was changed.
	private boolean change(String name, UnaryOperator<StoredSchedule> change) {
		return write((writes) -> {
			List<StoredSchedule> stored = writes.schedules().lock(List.of(name));
			List<StoredSchedule> changed = stored.stream().map(change).toList();
			writes.schedules().save(changed);
			return !changed.equals(stored);
		});
	}

	private StoredSchedule required(String name) {
		return read((schedules) -> schedules.find(name)).orElseThrow(() -> new IllegalStateException(unknown(name)));
	}

	private static String unknown(String name) {
		return "There is no schedule '%s'".formatted(name);
	}

	private boolean write(Function<TaskWrites, Boolean> write) {
		return GroupCommit.await(this.groupCommit.write((writes) -> writes.inTransaction(() -> write.apply(writes))));
	}

	private <T> T read(Function<ScheduleReads, T> read) {
		try {
			return read.apply(this.groupCommit.reads().schedules());
		}
		catch (DataAccessException ex) {
			throw new TaskStoreException(
					"The schedules cannot be read: " + NestedExceptionUtils.getMostSpecificCause(ex).getMessage(), ex);
		}
	}

}

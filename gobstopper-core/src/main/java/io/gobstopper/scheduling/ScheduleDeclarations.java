package io.gobstopper.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.gobstopper.handler.EncodedArguments;
import io.gobstopper.handler.ScheduleDeclaration;
import io.gobstopper.handler.TaskDefinition;
import io.gobstopper.handler.TaskHandler;
import io.gobstopper.store.schedule.ScheduleWrites;
import io.gobstopper.store.schedule.StoredSchedule;
import io.gobstopper.store.schedule.StoredSchedule.Counts;
import io.gobstopper.store.schedule.StoredSchedule.Declaration;

/**
 * The schedules that the code of this process declares, with what the configuration says
 * of them.
 */
public final class ScheduleDeclarations {

	private static final Log logger = LogFactory.getLog(ScheduleDeclarations.class);

	private final List<Declared> declared;

	private final Set<String> notHeeded = ConcurrentHashMap.newKeySet();

	private ScheduleDeclarations(List<Declared> declared) {
		this.declared = declared;
	}

	/**
	 * Returns what handlers declare.
	 * @param handlers the handlers
	 * @param settings what the configuration says
	 * @return the declarations
	 */
	public static ScheduleDeclarations of(Collection<TaskHandler> handlers, ScheduleSettings settings) {
		List<Declared> declared = new ArrayList<>();
		for (TaskHandler handler : handlers) {
			handler.schedules().forEach((schedule) -> declared.add(declared(handler, schedule, settings)));
		}
		// In one order everywhere, so that processes that start at once wait for each
		// other.
		declared.sort(Comparator.comparing(Declared::name));
		ScheduleDeclarations declarations = new ScheduleDeclarations(declared);
		settings.unknown(declarations.names())
			.forEach((name) -> logger.warn("'gobstopper.schedules.%s' is of no @GobstopperSchedule here; known: %s"
				.formatted(name, new TreeSet<>(declarations.names()))));
		return declarations;
	}

	private static Declared declared(TaskHandler handler, ScheduleDeclaration schedule, ScheduleSettings settings) {
		TaskDefinition task = handler.definition();
		EncodedArguments arguments = handler.signature().encode(List.of(), Map.of());
		ScheduleDefinition definition = new ScheduleDefinition(timing(schedule, settings), schedule.missed(),
				schedule.missedWithin(), schedule.overlap(), schedule.jitter(), task.priority(), task.maxRetries(),
				arguments.args(), arguments.kwargs(), Map.of());
		return new Declared(schedule.name(), task.name(), task.category(), definition);
	}

	private static Timing timing(ScheduleDeclaration schedule, ScheduleSettings settings) {
		ScheduleSettings.Own own = settings.of(schedule.name());
		String cron = schedule.cron();
		Duration every = schedule.every();
		String zone = Objects.requireNonNullElse(schedule.zone(), settings.zone()).getId();
		if (own == null) {
			return new Timing(cron, every, zone);
		}
		String ownZone = (own.zone() != null) ? own.zone().getId() : zone;
		if (!own.enabled()) {
			return Timing.never(ownZone);
		}
		return (own.cron() != null || own.every() != null) ? new Timing(own.cron(), own.every(), ownZone)
				: new Timing(cron, every, ownZone);
	}

	/**
	 * Returns the names of the schedules.
	 * @return the names
	 */
	public Set<String> names() {
		return this.declared.stream().map(Declared::name).collect(Collectors.toSet());
	}

	/**
	 * Stores the schedules. What is stored as it is declared goes on; what is stored
	 * otherwise begins anew now, unless an application that started later declared it so.
	 * @param schedules the writes of a transaction
	 * @param startedAt when this application started
	 * @param now the time
	 * @return how many were new or other than stored
	 */
	public int store(ScheduleWrites schedules, Instant startedAt, Instant now) {
		Map<String, StoredSchedule> stored = schedules.lock(names())
			.stream()
			.collect(Collectors.toMap(StoredSchedule::name, Function.identity()));
		List<StoredSchedule> changed = new ArrayList<>();
		int added = 0;
		for (Declared each : this.declared) {
			StoredSchedule there = stored.get(each.name);
			if (there == null) {
				added += schedules.insert(each.create(startedAt, now)) ? 1 : 0;
				continue;
			}
			if (there.declaration() == null && this.notHeeded.add(each.name)) {
				logger.warn("Schedule '%s' is kept as data, so that its @GobstopperSchedule is not heeded"
					.formatted(each.name));
			}
			StoredSchedule schedule = each.over(there, startedAt, now);
			if (schedule != null) {
				changed.add(schedule);
			}
		}
		schedules.save(changed);
		schedules.seen(names(), now);
		return changed.size() + added;
	}

	/**
	 * Says that this process still declares the schedules.
	 * @param schedules the writes of a transaction
	 * @param now the time
	 * @return whether all are stored as such
	 */
	public boolean seen(ScheduleWrites schedules, Instant now) {
		return schedules.seen(names(), now) + this.notHeeded.size() >= this.declared.size();
	}

	/**
	 * One schedule.
	 */
	private record Declared(String name, String task, String category, ScheduleDefinition definition) {

		StoredSchedule create(Instant startedAt, Instant now) {
			return new StoredSchedule(this.name, this.task, this.category, this.definition.json(), null,
					new Declaration(startedAt, now), null, now, this.definition.timing().times(now).next(now), null,
					Counts.NONE);
		}

		// What to store in place of what is stored, if anything.
		@Nullable StoredSchedule over(StoredSchedule stored, Instant startedAt, Instant now) {
			if (stored.declaration() == null || stored.declaration().startedAt().isAfter(startedAt)) {
				return null;
			}
			Declaration declaration = new Declaration(startedAt, now);
			String json = this.definition.json();
			boolean same = stored.definition().equals(json) && stored.task().equals(this.task)
					&& stored.category().equals(this.category);
			if (same) {
				return stored.withDeclaration(declaration);
			}
			StoredSchedule changed = stored.withDefinition(this.task, this.category, json).withDeclaration(declaration);
			return Rescheduling.from(stored, changed, now);
		}

	}

}

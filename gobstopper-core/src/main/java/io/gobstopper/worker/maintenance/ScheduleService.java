package io.gobstopper.worker.maintenance;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.gobstopper.handler.TaskHandler;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.scheduling.ScheduleDeclarations;
import io.gobstopper.scheduling.ScheduleFiring;
import io.gobstopper.scheduling.ScheduleFiring.Fired;
import io.gobstopper.scheduling.ScheduleSettings;
import io.gobstopper.store.schedule.ScheduleStep;
import io.gobstopper.store.schedule.ScheduleWrites.Due;
import io.gobstopper.store.schedule.StoredSchedule;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.execution.WorkerIdentity;

/**
 * Declares the schedules of this process and enqueues what is due of those that it has
 * handlers for, whoever declared them.
 */
public final class ScheduleService {

	// What is late by less than this and a poll is not late.
	private static final Duration TOLERANCE = Duration.ofSeconds(10);

	private static final int MOST_AT_ONCE = 200;

	private final GroupCommit groupCommit;

	private final TaskHandlers handlers;

	private final ScheduleSettings settings;

	private final WorkerIdentity identity;

	private final Instant startedAt;

	private final Duration tolerance;

	private @Nullable WakeUpTimer timer;

	private Set<TaskHandler> declared = Set.of();

	private ScheduleDeclarations declarations = ScheduleDeclarations.of(List.of(), ScheduleSettings.NONE);

	/**
	 * Creates the service.
	 * @param groupCommit where tasks are enqueued
	 * @param handlers what can be run here
	 * @param settings what the configuration says of schedules
	 * @param identity this worker
	 * @param startedAt when it started
	 * @param pollInterval how often it is asked to look
	 */
	public ScheduleService(GroupCommit groupCommit, TaskHandlers handlers, ScheduleSettings settings,
			WorkerIdentity identity, Instant startedAt, Duration pollInterval) {
		this.groupCommit = groupCommit;
		this.handlers = handlers;
		this.settings = settings;
		this.identity = identity;
		this.startedAt = startedAt;
		this.tolerance = TOLERANCE.plus(pollInterval);
	}

	/**
	 * Has it called when the next time comes, too.
	 * @param wakeUps calls {@link #fire()}
	 */
	public void use(WakeUpTimer wakeUps) {
		this.timer = wakeUps;
	}

	/**
	 * Says which schedules this process declares, as it must from time to time.
	 */
	public synchronized void declare() {
		Set<TaskHandler> scheduled = this.handlers.scheduled();
		if (scheduled.equals(this.declared)) {
			if (scheduled.isEmpty() || GroupCommit.await(this.groupCommit
				.write((writes) -> this.declarations.seen(writes.schedules(), this.identity.now())))) {
				return;
			}
		}
		ScheduleDeclarations current = ScheduleDeclarations.of(scheduled, this.settings);
		GroupCommit.await(this.groupCommit.write((writes) -> writes
			.inTransaction(() -> current.store(writes.schedules(), this.startedAt, this.identity.now()))));
		this.declarations = current;
		this.declared = scheduled;
		current.names()
			.forEach((name) -> this.groupCommit.publish((listeners) -> listeners.scheduled(ScheduleStep.none(name))));
	}

	/**
	 * Enqueues what is due.
	 */
	public synchronized void fire() {
		List<String> names = this.handlers.names();
		Optional<Instant> first = this.groupCommit.reads().schedules().nextAfter(Instant.EPOCH, seenSince(), names);
		Instant now = this.identity.now();
		if (first.isPresent() && !first.get().isAfter(now)) {
			fire(now, names);
			first = this.groupCommit.reads().schedules().nextAfter(now, seenSince(), names);
		}
		WakeUpTimer wakeUps = this.timer;
		if (first.isPresent() && wakeUps != null) {
			wakeUps.wakeAt(first.get());
		}
	}

	private Instant seenSince() {
		return DueTimes.before(this.identity.now(), this.identity.leaseDuration());
	}

	private void fire(Instant now, List<String> names) {
		StoredSchedule last = null;
		do {
			Due due = new Due(now, seenSince(), names, last, MOST_AT_ONCE);
			Fired fired = GroupCommit
				.await(this.groupCommit.change((writes) -> ScheduleFiring.fire(writes, due, this.tolerance)));
			fired.steps().forEach((step) -> this.groupCommit.publish((listeners) -> listeners.scheduled(step)));
			last = fired.last();
		}
		while (last != null);
	}

}

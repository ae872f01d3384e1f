package io.gobstopper.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.GobstopperException;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.store.Cluster;
import io.gobstopper.store.ClusterNode;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.PlainSettlement;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.dispatch.CategoryQueues;
import io.gobstopper.worker.dispatch.HeldWork;
import io.gobstopper.worker.execution.AttemptInterceptor;
import io.gobstopper.worker.execution.AttemptJudge;
import io.gobstopper.worker.execution.AttemptStop;
import io.gobstopper.worker.execution.ClosedGates;
import io.gobstopper.worker.execution.LastChanceTurns;
import io.gobstopper.worker.execution.RunningTasks;
import io.gobstopper.worker.execution.Settlements;
import io.gobstopper.worker.execution.TaskExecution;
import io.gobstopper.worker.execution.TaskRunner;
import io.gobstopper.worker.execution.WorkerIdentity;
import io.gobstopper.worker.maintenance.ClusterMembership;
import io.gobstopper.worker.maintenance.DueTasks;
import io.gobstopper.worker.maintenance.LeaseHeartbeat;
import io.gobstopper.worker.maintenance.LimitService;
import io.gobstopper.worker.maintenance.Maintenance;
import io.gobstopper.worker.maintenance.MaintenanceService;
import io.gobstopper.worker.maintenance.Retention;
import io.gobstopper.worker.maintenance.ScheduleService;
import io.gobstopper.worker.maintenance.WakeUpTimer;

/**
 * A worker from one start to the next stop: its threads and what they share.
 */
final class WorkerSession {

	private static final Log logger = LogFactory.getLog(WorkerSession.class);

	private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(250);

	private static final Duration EXPIRY_CHECK = Duration.ofMillis(250);

	private static final Duration SOON = Duration.ofMillis(2);

	private static final Duration STORE_TIMEOUT = Duration.ofSeconds(10);

	private final GroupCommit groupCommit;

	private final TaskHandlers handlers;

	private final WorkerSettings settings;

	private final Executor executor;

	private final RunningTasks running = new RunningTasks();

	private final ScheduledThreadPoolExecutor timer = scheduler("gobstopper-timer-");

	private final ScheduledThreadPoolExecutor dueTimes = scheduler("gobstopper-due-times-");

	private final Maintenance maintenance = new Maintenance();

	private final WorkerIdentity identity;

	private final Instant startedAt;

	private final Settlements settlements;

	private final TaskRunner runner;

	private final CategoryQueues queues;

	private final LeaseHeartbeat heartbeat;

	private final DueTasks dueTasks;

	private final Retention retention;

	private final ScheduleService schedules;

	private final @Nullable ClusterMembership membership;

	private final @Nullable LimitService limits;

	private volatile boolean stopped;

	WorkerSession(GroupCommit groupCommit, TaskHandlers handlers, JsonMapper jsonMapper, Executor executor,
			WorkerSettings settings, AttemptInterceptor interceptor, Clock clock) {
		Clock micros = Clock.tick(clock, Duration.of(1, ChronoUnit.MICROS));
		this.groupCommit = groupCommit;
		this.handlers = handlers;
		this.settings = settings;
		this.executor = executor;
		WorkerIdentity identity = WorkerIdentity.create(settings.leases().duration(), micros);
		this.identity = identity;
		this.startedAt = identity.now();
		LastChanceTurns lastChances = new LastChanceTurns(settings.leases().maxCrashes());
		this.settlements = new Settlements(groupCommit, identity, this.timer, lastChances);
		ClosedGates closedGates = new ClosedGates(groupCommit, handlers::limits, identity);
		this.runner = new TaskRunner(handlers, this.running, this.settlements,
				new AttemptJudge(jsonMapper, settings.limits(), micros), this.timer, settings.abandonAfter(),
				interceptor, closedGates);
		WakeUpTimer wakeUps = new WakeUpTimer(identity, this.dueTimes, guarded(this::scanDueTasks));
		HeldWork held = new HeldWork(handlers::names, handlers::limits, handlers::limitConflicts, settings.slots(),
				identity, closedGates, settings.pollInterval());
		this.queues = new CategoryQueues(settings.slots(), identity, this.runner, this.running, this.settlements,
				lastChances, held, groupCommit, executor, this::soon);
		this.heartbeat = new LeaseHeartbeat(groupCommit, identity, this.settlements, this.running, this.queues,
				settings.leases());
		this.dueTasks = new DueTasks(groupCommit, identity, this.queues, wakeUps);
		this.retention = new Retention(groupCommit, identity, settings.retention());
		this.schedules = new ScheduleService(groupCommit, handlers, settings.schedules(), identity, this.startedAt,
				settings.pollInterval());
		Cluster cluster = groupCommit.cluster();
		this.membership = (cluster != null) ? new ClusterMembership(cluster, groupCommit, this.queues, this::node,
				() -> this.dueTimes.execute(guarded(this::scanDueTasks))) : null;
		this.limits = (cluster != null)
				? new LimitService(groupCommit, cluster, held, this.queues, identity, settings.pollInterval()) : null;
	}

	void start() {
		this.groupCommit.setClaimant(this.queues);
		this.groupCommit.addListener(this.dueTasks);
		this.dueTimes.execute(guarded(this::recover));
	}

	WorkerStatus status() {
		return new WorkerStatus(this.identity.node(), this.startedAt, this.queues.lastClaimAt(),
				this.settings.pollInterval(), this.queues.activity(), this.settings.slots().maxThreads(),
				this.runner.unreadableNames(), this.handlers.limits());
	}

	private ClusterNode node() {
		WorkerStatus now = status();
		return new ClusterNode(now.node(), now.startedAt(), this.identity.now(), now.lastClaimAt(), 0, now.capacity());
	}

	Set<UUID> running() {
		return this.running.ids();
	}

	StackTraceElement @Nullable [] stack(UUID id) {
		TaskExecution execution = this.running.find(id);
		return (execution != null) ? execution.stackTrace() : null;
	}

	void resize(String category, int concurrency) {
		this.queues.resize(category, concurrency);
	}

	void stop() {
		try {
			stopRunning();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		leave();
		if (this.executor instanceof ExecutorService pool) {
			pool.shutdown();
		}
	}

	private void leave() {
		this.groupCommit.setClaimant(null);
		this.groupCommit.removeListener(this.dueTasks);
		if (this.limits != null) {
			this.groupCommit.removeListener(this.limits);
		}
		this.stopped = true;
		if (this.membership != null) {
			this.membership.leave();
		}
		List<ExecutorService> schedulers = List.of(this.timer, this.dueTimes);
		schedulers.forEach(ExecutorService::shutdownNow);
		try {
			boolean ended = this.maintenance.stop(STORE_TIMEOUT);
			for (ExecutorService scheduler : schedulers) {
				ended &= scheduler.awaitTermination(STORE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
			}
			if (!ended) {
				logger.warn("A part of the task worker has not ended and may fail when the database is closed");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	// Tries again until it succeeds; a database that cannot be opened stops the
	// application elsewhere.
	private void recover() {
		try {
			this.groupCommit.store();
		}
		catch (TaskStoreException ex) {
			logger.warn("No tasks are run: " + ex.getMessage());
			return;
		}
		try {
			GroupCommit.await(this.groupCommit.write((writes) -> this.groupCommit.reads().pausedCategories(),
					(claimant, paused) -> this.queues.pauseAll(paused)));
			this.heartbeat.reclaim();
			GroupCommit.await(this.groupCommit.write((store) -> store.promoteUnreadable(this.identity.now())));
			Set<String> categories = new TreeSet<>(this.handlers.categories());
			categories.addAll(this.settings.slots().categories());
			this.queues.start(categories);
		}
		catch (RuntimeException ex) {
			var unused = this.dueTimes.schedule(guarded(this::recover),
					TimeUnit.NANOSECONDS.convert(this.settings.pollInterval()), TimeUnit.NANOSECONDS);
			throw ex;
		}
		this.dueTimes.execute(guarded(this::scanDueTasks));
		every(this.settings.pollInterval(), this.dueTimes, this::scanDueTasks);
		every(PROGRESS_INTERVAL, this.timer, this::storeProgress);
		this.maintenance.once("damage-report", this::reportDamage);
		this.maintenance.once("declare-schedules", this.schedules::declare);
		services().forEach(this.maintenance::add);
		this.schedules.use(this.maintenance.addTimed(
				new MaintenanceService("schedules", this.settings.pollInterval(), this.schedules::fire),
				this.identity));
		ClusterMembership joined = this.membership;
		if (joined != null) {
			joined.listen();
			every(EXPIRY_CHECK, this.timer, this.heartbeat::stopExpired);
			this.maintenance.once("join", joined::beat);
		}
		LimitService shared = this.limits;
		if (shared != null) {
			this.groupCommit.addListener(shared);
			shared.use(this.maintenance.addTimed(
					new MaintenanceService("limits", this.settings.pollInterval(), shared::admit), this.identity));
		}
	}

	private List<MaintenanceService> services() {
		Duration poll = this.settings.pollInterval();
		Duration beat = this.settings.leases().heartbeatInterval();
		List<MaintenanceService> services = new ArrayList<>();
		services.add(new MaintenanceService("heartbeat", beat, this.heartbeat::beat));
		services.add(new MaintenanceService("declared-schedules", beat, this.schedules::declare));
		services.add(new MaintenanceService("stale-claims", poll, this.queues::giveBackStale));
		services.add(new MaintenanceService("retention", this.settings.retention().interval(), this.retention::clean));
		ClusterMembership joined = this.membership;
		if (joined != null) {
			services.add(new MaintenanceService("cluster-beat", beat, joined::beat));
			services.add(new MaintenanceService("pauses", poll, joined::comparePauses));
		}
		return services;
	}

	private void reportDamage() {
		List<String> damage = this.groupCommit.reads().findDamage(false);
		if (!damage.isEmpty()) {
			logger.error("The task database '%s' is damaged, consider restoring a snapshot: %s"
				.formatted(this.groupCommit.store().location(), String.join("; ", damage)));
		}
	}

	private void scanDueTasks() {
		this.dueTasks.scan();
	}

	private void storeProgress() {
		List<ProgressReport> reports = this.running.takeUnsavedProgress();
		if (!reports.isEmpty()) {
			var unused = storeProgress(reports)
				.exceptionallyCompose((failure) -> PlainSettlement.mayHelpAgainst(failure)
						? storeProgress(reports.stream().map(ProgressReport::plain).toList())
						: CompletableFuture.failedFuture(failure));
		}
	}

	private CompletableFuture<Void> storeProgress(List<ProgressReport> reports) {
		return this.groupCommit.write((store) -> store.progress(reports)).thenAccept(this::publishProgress);
	}

	private void publishProgress(Set<Fence> stored) {
		for (TaskExecution execution : this.running.all()) {
			if (stored.contains(execution.fence())) {
				this.groupCommit.publish((listeners) -> listeners.progressed(execution.task()));
			}
		}
	}

	private void stopRunning() throws InterruptedException {
		this.queues.stop();
		awaitClaimsUnderWay();
		if (!this.running.awaitIdle(this.settings.shutdownGracePeriod())) {
			this.running.stopAll(AttemptStop.SHUTDOWN);
			if (!this.running.awaitIdle(this.settings.abandonAfter())) {
				this.running.all().forEach(this.runner::abandon);
			}
		}
		if (!this.settlements.awaitStored(STORE_TIMEOUT)) {
			logger.error("Not all ends of tasks could be stored; those tasks will run again");
		}
	}

	// A commit under way may have claimed tasks that it has not handed over yet.
	private void awaitClaimsUnderWay() {
		try {
			GroupCommit.await(this.groupCommit.write((store) -> store)
				.completeOnTimeout(null, STORE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS));
		}
		catch (GobstopperException ex) {
			logger.debug("Nothing can be claimed from a database that is not open", ex);
		}
	}

	private void soon(Runnable work) {
		var unused = this.timer.schedule(guarded(work), SOON.toNanos(), TimeUnit.NANOSECONDS);
	}

	private void every(Duration interval, ScheduledThreadPoolExecutor scheduler, Runnable work) {
		var unused = scheduler.scheduleWithFixedDelay(guarded(work), TimeUnit.NANOSECONDS.convert(interval),
				TimeUnit.NANOSECONDS.convert(interval), TimeUnit.NANOSECONDS);
	}

	private Runnable guarded(Runnable work) {
		return () -> {
			try {
				work.run();
			}
			catch (Throwable ex) {
				if (this.stopped) {
					logger.debug("The task worker was stopped meanwhile", ex);
					return;
				}
				logger.error("The task worker could not do a part of its work; it will try again", ex);
			}
		};
	}

	private static ScheduledThreadPoolExecutor scheduler(String threadNamePrefix) {
		ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1,
				new CustomizableThreadFactory(threadNamePrefix));
		scheduler.setRemoveOnCancelPolicy(true);
		return scheduler;
	}

}

package io.gobstopper.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.Cluster;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.WorkerSettings;
import io.gobstopper.worker.execution.AttemptInterceptor;
import io.gobstopper.worker.execution.AttemptJudge;
import io.gobstopper.worker.execution.ClosedGates;
import io.gobstopper.worker.execution.LastChanceTurns;
import io.gobstopper.worker.execution.RunningTasks;
import io.gobstopper.worker.execution.Settlements;
import io.gobstopper.worker.execution.TaskRunner;
import io.gobstopper.worker.execution.TaskRunner.ReadTask;
import io.gobstopper.worker.execution.WorkerIdentity;
import io.gobstopper.worker.maintenance.ScheduleService;

/**
 * Runs tasks on the calling thread, one at a time. For use by one thread at a time.
 */
final class ManualWorker implements AutoCloseable {

	private static final Duration STORE_TIMEOUT = Duration.ofSeconds(10);

	private static final int MOST_AT_ONCE = 10_000;

	private static final int MOST_FOLLOWERS = 1_000;

	// As workers do: what is due first, then what is most urgent, then what is oldest.
	private static final Comparator<StoredTask> ORDER = Comparator.comparing((StoredTask task) -> task.dueAt())
		.thenComparing((task) -> -task.details().priority().level())
		.thenComparing(StoredTask::seq);

	private final GroupCommit groupCommit;

	private final TaskHandlers handlers;

	private final WorkerSettings settings;

	private final WorkerIdentity identity;

	private final ScheduledThreadPoolExecutor timer;

	private final Settlements settlements;

	private final TaskRunner runner;

	private final ScheduleService schedules;

	ManualWorker(GroupCommit groupCommit, TaskHandlers handlers, JsonMapper jsonMapper, WorkerSettings settings,
			AttemptInterceptor interceptor, Clock clock) {
		CustomizableThreadFactory threads = new CustomizableThreadFactory("gobstopper-test-timer-");
		threads.setDaemon(true);
		this.timer = new ScheduledThreadPoolExecutor(1, threads);
		this.timer.setRemoveOnCancelPolicy(true);
		this.groupCommit = groupCommit;
		this.handlers = handlers;
		this.settings = settings;
		this.identity = WorkerIdentity.create(settings.leases().duration(), clock);
		this.settlements = new Settlements(groupCommit, this.identity, this.timer,
				new LastChanceTurns(settings.leases().maxCrashes()));
		this.runner = new TaskRunner(handlers, new RunningTasks(), this.settlements,
				new AttemptJudge(jsonMapper, settings.limits(), clock), this.timer, settings.abandonAfter(),
				interceptor, new ClosedGates(groupCommit, handlers::limits, this.identity));
		this.schedules = new ScheduleService(groupCommit, handlers, settings.schedules(), this.identity,
				this.identity.now(), settings.pollInterval());
	}

	/**
	 * Runs what is due, and what comes to be due meanwhile.
	 * @param which the tasks that are run
	 * @return how many attempts were made
	 */
	int runDue(Predicate<StoredTask> which) {
		int attempts = 0;
		long most = waiting().count() + MOST_FOLLOWERS;
		Set<UUID> refused = new HashSet<>();
		Optional<StoredTask> next = nextDue(which, refused);
		while (next.isPresent()) {
			if (attempts == most) {
				throw new IllegalStateException(("%d attempts came to no end: a task seems to enqueue itself again and "
						+ "again; run it with run(id)")
					.formatted(attempts));
			}
			if (run(next.get())) {
				attempts++;
			}
			else {
				refused.add(next.get().id());
			}
			next = nextDue(which, refused);
		}
		return attempts;
	}

	private Optional<StoredTask> nextDue(Predicate<StoredTask> which, Set<UUID> refused) {
		Instant now = this.identity.now();
		Set<String> paused = this.groupCommit.reads().pausedCategories();
		return waiting().filter((task) -> !task.dueAt().isAfter(now))
			.filter((task) -> !paused.contains(task.details().category()) && !refused.contains(task.id()))
			.filter((task) -> this.handlers.find(task.details().name()) != null)
			.filter(which)
			.min(ORDER);
	}

	private Stream<StoredTask> waiting() {
		TaskQuery query = TaskQuery.all().statuses(Set.of(TaskStatus.PENDING, TaskStatus.RETRY));
		List<StoredTask> waiting = this.groupCommit.reads()
			.find(TaskFilter.of(query, List.of()).page(null, MOST_AT_ONCE));
		if (waiting.size() == MOST_AT_ONCE) {
			throw new IllegalStateException(
					"%d tasks wait, too many for a test to run one by one; use Mode.WORKER".formatted(MOST_AT_ONCE));
		}
		return waiting.stream();
	}

	// Returns whether its handler was called.
	boolean run(StoredTask task) {
		Optional<StoredTask> claimed = claim(task);
		if (claimed.isEmpty()) {
			return false;
		}
		ReadTask read = this.runner.read(claimed.get());
		if (read != null) {
			this.runner.run(claimed.get().begun(this.identity.now()), read, () -> {
			});
		}
		awaitStored();
		return read != null;
	}

	/**
	 * Begins a task and has its process die.
	 * @param task a task that is due
	 * @return whether it could be begun
	 */
	boolean crash(StoredTask task) {
		Optional<StoredTask> claimed = claim(task);
		claimed.ifPresent((running) -> {
			Instant now = this.identity.now();
			StoredTask crashed = running.crashed(now, this.settings.leases().maxCrashes());
			GroupCommit.await(this.groupCommit.settle(Settlement.of(running, crashed, now)));
			this.settlements.lose(running.fence());
		});
		return claimed.isPresent();
	}

	// Workers take the most urgent and the oldest of a name; the others are given back.
	private Optional<StoredTask> claim(StoredTask task) {
		List<StoredTask> claimed = claim(task, 1);
		if (!claimed.isEmpty() && !claimed.get(0).id().equals(task.id())) {
			giveBackOthers(claimed, task.id());
			claimed = claim(task, MOST_AT_ONCE);
		}
		giveBackOthers(claimed, task.id());
		return claimed.stream().filter((each) -> each.id().equals(task.id())).findFirst();
	}

	// Tasks run one after the other, so that no limit matters.
	private List<StoredTask> claim(StoredTask task, int limit) {
		ClaimRequest request = new ClaimRequest(task.details().category(), List.of(task.details().name()), limit, limit,
				0, this.identity.newLease());
		AdmissionRequest all = new AdmissionRequest(this.identity.now(), this.identity.now(), Duration.ZERO,
				Duration.ZERO, Set.copyOf(this.handlers.names()), Set.of(), Map.of(), Map.of());
		Cluster cluster = this.groupCommit.cluster();
		if (cluster != null) {
			cluster.admit(all, null);
		}
		List<StoredTask> claimed = GroupCommit.await(this.groupCommit.write((writes) -> {
			writes.admit(all);
			writes.promoteDue(this.identity.now());
			return writes.claim(request);
		}));
		this.settlements.hold(claimed);
		return claimed;
	}

	private void giveBackOthers(List<StoredTask> claimed, UUID id) {
		claimed.stream()
			.filter((each) -> !each.id().equals(id))
			.forEach((each) -> this.settlements.settleUnstarted(each, each.givenBack()));
		awaitStored();
	}

	private void awaitStored() {
		try {
			if (!this.settlements.awaitStored(STORE_TIMEOUT)) {
				throw new IllegalStateException("The end of a task could not be stored within " + STORE_TIMEOUT);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the end of a task was stored", ex);
		}
	}

	// Enqueues the tasks of schedules for the times that have come.
	void fireSchedules() {
		this.schedules.declare();
		this.schedules.fire();
	}

	// When the next task becomes due or the next time of a schedule comes.
	Optional<Instant> nextAt() {
		Instant now = this.identity.now();
		Optional<Instant> task = waiting().map((each) -> each.dueAt())
			.filter((dueAt) -> dueAt.isAfter(now))
			.min(Comparator.naturalOrder());
		Optional<Instant> time = this.groupCommit.reads()
			.schedules()
			.nextAfter(now, now.minus(this.identity.leaseDuration()), this.handlers.names());
		return Stream.concat(task.stream(), time.stream()).min(Comparator.naturalOrder());
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
	}

}

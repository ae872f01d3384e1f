package io.gobstopper.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

import io.gobstopper.TaskAttempt.Outcome;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskError;

/**
 * The meters that count and time what happens, found again by what they are about. Safe
 * for use by several threads.
 */
final class TaskMeterCache {

	static final String UNKNOWN_TASK = "unknown";

	private static final int MOST_ERRORS = 100;

	private static final Duration[] BUCKETS = { Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(10),
			Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250),
			Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500), Duration.ofSeconds(10),
			Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(30),
			Duration.ofHours(2) };

	private final Map<TaskMeterContext, Timer> waits = new ConcurrentHashMap<>();

	private final Map<TaskMeterContext, Timer> executions = new ConcurrentHashMap<>();

	private final Map<TaskMeterContext, Counter> enqueued = new ConcurrentHashMap<>();

	private final Map<TaskMeterContext, Counter> retries = new ConcurrentHashMap<>();

	private final Map<TaskMeterContext, Counter> failures = new ConcurrentHashMap<>();

	private final Map<TaskMeterContext, Counter> snoozes = new ConcurrentHashMap<>();

	private final Map<TaskMeterContext, Counter> crashes = new ConcurrentHashMap<>();

	private final Map<TaskMeterContext, Counter> unreadable = new ConcurrentHashMap<>();

	private final MeterRegistry registry;

	private final TaskMeterConvention convention;

	private final Predicate<String> isKnown;

	private final TagValues categories;

	private final TagValues errors = new TagValues(MOST_ERRORS);

	private final Counter fenced;

	private final Timer commits;

	private final Timer failedCommits;

	private final Timer checkpoints;

	private final DistributionSummary batchSizes;

	TaskMeterCache(MeterRegistry registry, TaskMeterConvention convention, Predicate<String> isKnown,
			TagValues categories) {
		this.registry = registry;
		this.convention = convention;
		this.isKnown = isKnown;
		this.categories = categories;
		this.fenced = Counter.builder(TaskMeters.TASK_FENCED.getName())
			.description(TaskMeters.TASK_FENCED.getDescription())
			.register(registry);
		this.commits = commitTimer("success");
		this.failedCommits = commitTimer("failed");
		this.checkpoints = Timer.builder(TaskMeters.STORE_CHECKPOINT.getName())
			.description(TaskMeters.STORE_CHECKPOINT.getDescription())
			.serviceLevelObjectives(BUCKETS)
			.register(registry);
		this.batchSizes = DistributionSummary.builder(TaskMeters.STORE_BATCH_SIZE.getName())
			.description(TaskMeters.STORE_BATCH_SIZE.getDescription())
			.serviceLevelObjectives(1, 10, 100, 1000, 5000)
			.register(registry);
	}

	void addCounters(String task, String category) {
		addCounters(context(task, category, null, null));
	}

	private void addCounters(TaskMeterContext context) {
		counter(this.enqueued, TaskMeters.TASK_ENQUEUED, context);
		counter(this.retries, TaskMeters.TASK_RETRIES, context);
		counter(this.failures, TaskMeters.TASK_FAILURES, context);
		counter(this.snoozes, TaskMeters.TASK_SNOOZES, context);
		counter(this.crashes, TaskMeters.TASK_CRASHES, context);
		counter(this.unreadable, TaskMeters.TASK_UNREADABLE, context);
	}

	void enqueued(StoredTask task) {
		TaskMeterContext context = context(task, null, null);
		if (!this.enqueued.containsKey(context)) {
			addCounters(context);
		}
		counter(this.enqueued, TaskMeters.TASK_ENQUEUED, context).increment();
	}

	void started(StoredTask task) {
		Instant startedAt = task.state().startedAt();
		if (startedAt != null) {
			this.waits.computeIfAbsent(context(task, null, null), (context) -> {
				addCounters(context);
				return timer(TaskMeters.TASK_WAIT, context);
			}).record(atLeastZero(Duration.between(task.state().dueAt(), startedAt)));
		}
	}

	void ended(StoredTask task, StoredAttempt attempt) {
		String outcome = outcome(task, attempt);
		Instant endedAt = attempt.endedAt();
		if (outcome == null || endedAt == null) {
			return;
		}
		TaskError error = attempt.error();
		String errorTag = (error != null) ? this.errors.limit(errorName(error)) : null;
		this.executions
			.computeIfAbsent(context(task, outcome, errorTag), (context) -> timer(TaskMeters.TASK_EXECUTION, context))
			.record(atLeastZero(Duration.between(attempt.startedAt(), endedAt)));
		if (task.status() == TaskStatus.RETRY) {
			counter(this.retries, TaskMeters.TASK_RETRIES, context(task, null, null)).increment();
		}
		if (attempt.outcome() == Outcome.SNOOZED) {
			counter(this.snoozes, TaskMeters.TASK_SNOOZES, context(task, null, null)).increment();
		}
		failed(task);
	}

	private void failed(StoredTask task) {
		if (task.status() == TaskStatus.FAILED) {
			counter(this.failures, TaskMeters.TASK_FAILURES, context(task, null, null)).increment();
		}
	}

	void crashed(StoredTask task) {
		counter(this.crashes, TaskMeters.TASK_CRASHES, context(task, null, null)).increment();
		failed(task);
	}

	void unreadable(StoredTask task) {
		counter(this.unreadable, TaskMeters.TASK_UNREADABLE, context(task, null, null)).increment();
	}

	void fenced() {
		this.fenced.increment();
	}

	void committed(int writes, long nanos, boolean succeeded) {
		(succeeded ? this.commits : this.failedCommits).record(nanos, TimeUnit.NANOSECONDS);
		this.batchSizes.record(writes);
	}

	void checkpointed(long nanos) {
		this.checkpoints.record(nanos, TimeUnit.NANOSECONDS);
	}

	private static @Nullable String outcome(StoredTask task, StoredAttempt attempt) {
		return switch (attempt.outcome()) {
			case SUCCESS -> "success";
			case FAILED -> (task.status() == TaskStatus.RETRY) ? "retry" : "failed";
			case TIMED_OUT -> "timeout";
			case CANCELLED -> "cancelled";
			case SNOOZED -> "snoozed";
			case RATE_LIMITED -> "rate_limited";
			case RUNNING, CRASHED, GIVEN_BACK -> null;
		};
	}

	private static String errorName(TaskError error) {
		String type = error.type();
		return (type != null) ? ClassUtils.getShortName(type) : TagValues.OTHER;
	}

	private static Duration atLeastZero(Duration duration) {
		return duration.isNegative() ? Duration.ZERO : duration;
	}

	private TaskMeterContext context(StoredTask task, @Nullable String outcome, @Nullable String error) {
		return context(task.details().name(), task.details().category(), outcome, error);
	}

	private TaskMeterContext context(String task, String category, @Nullable String outcome, @Nullable String error) {
		return new TaskMeterContext(this.isKnown.test(task) ? task : UNKNOWN_TASK, this.categories.limit(category),
				outcome, error);
	}

	private Counter counter(Map<TaskMeterContext, Counter> counters, TaskMeters meter, TaskMeterContext context) {
		return counters.computeIfAbsent(context,
				(key) -> Counter.builder(meter.getName())
					.tags(this.convention.getTags(key))
					.description(meter.getDescription())
					.register(this.registry));
	}

	private Timer timer(TaskMeters meter, TaskMeterContext context) {
		return Timer.builder(meter.getName())
			.tags(this.convention.getTags(context))
			.description(meter.getDescription())
			.serviceLevelObjectives(BUCKETS)
			.register(this.registry);
	}

	private Timer commitTimer(String outcome) {
		return Timer.builder(TaskMeters.STORE_COMMIT.getName())
			.tag(TaskMeters.Tag.OUTCOME.asString(), outcome)
			.description(TaskMeters.STORE_COMMIT.getDescription())
			.serviceLevelObjectives(BUCKETS)
			.register(this.registry);
	}

}

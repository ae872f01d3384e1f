package io.gobstopper.observation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import com.github.f4b6a3.uuid.UuidCreator;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.search.MeterNotFoundException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.gobstopper.GobstopperTask;
import io.gobstopper.SnoozeException;
import io.gobstopper.TaskCancelledException;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskRequest;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.error.UnknownTaskException;
import io.gobstopper.error.UnreadableTaskException;
import io.gobstopper.limit.LimitInfo;
import io.gobstopper.schedule.TaskSchedule;
import io.gobstopper.store.InterceptedTaskStore;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.schedule.ScheduleStep;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskState;
import io.gobstopper.worker.TestClock;
import io.gobstopper.worker.TestQueue;
import io.gobstopper.worker.dispatch.CategoryActivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What the meters tell.
 */
@Timeout(60)
class TaskQueueMetricsTests {

	private final MeterRegistry registry = new SimpleMeterRegistry();

	private final Handlers handlers = new Handlers();

	private final AtomicInteger snapshots = new AtomicInteger();

	private boolean unusable;

	@Test
	void gaugesTellWhatWaitsAndRuns() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).concurrency(2).enqueueOnly()) {
			TaskQueueMetrics metrics = metrics(queue, Clock.systemUTC());
			queue.worker().start();
			queue.service().enqueue("block");
			this.handlers.blocking.acquire();
			queue.service().pause("mails");
			queue.service().enqueueAll(Collections.nCopies(3, TaskRequest.of("succeed").category("mails")));
			queue.service().enqueue(TaskRequest.of("succeed").category("mails").delay(Duration.ofHours(1)));
			metrics.add("succeed", "unused");
			assertThat(depth("mails", "due")).isEqualTo(3);
			assertThat(depth("mails", "scheduled")).isEqualTo(1);
			assertThat(depth("default", "started")).isEqualTo(1);
			assertThat(depth("unused", "retry")).isZero();
			assertThat(count("gobstopper.task.crashes", "category", "unused")).isZero();
			assertThat(gauge("gobstopper.queue.oldest.age", "category", "mails")).isBetween(0.000001, 30.0);
			assertThat(gauge("gobstopper.queue.oldest.age", "category", "default")).isZero();
			assertThat(gauge("gobstopper.worker.active", "category", "default")).isEqualTo(1);
			assertThat(gauge("gobstopper.worker.limit", "category", "default")).isEqualTo(2);
			assertThat(gauge("gobstopper.worker.paused", "category", "mails")).isEqualTo(1);
			assertThat(gauge("gobstopper.worker.paused", "category", "default")).isZero();
			assertThat(gauge("gobstopper.store.memory")).isPositive();
			assertThat(gauge("gobstopper.store.queue.size")).isNotNegative();
			this.handlers.release.release();
		}
	}

	@Test
	void schedulesAreCounted() {
		TestClock clock = new TestClock(Instant.parse("2026-05-10T12:00:00Z"));
		try (TestQueue queue = TestQueue.with(this.handlers)
			.clock(clock)
			.pollInterval(Duration.ofMillis(20))
			.enqueueOnly()) {
			metrics(queue, clock);
			queue.schedules().create(TaskSchedule.every("s", Duration.ofHours(1), TaskRequest.of("succeed")));
			assertThat(gauge("gobstopper.schedule.overdue")).isZero();
			await().ignoreExceptions()
				.untilAsserted(() -> assertThat(count("gobstopper.schedule.fired", "schedule", "s")).isZero());
			clock.advance(Duration.ofMinutes(195));
			assertThat(gauge("gobstopper.schedule.overdue")).isEqualTo(135 * 60);
			queue.worker().start();
			await().untilAsserted(() -> assertThat(count("gobstopper.schedule.fired", "schedule", "s")).isEqualTo(1));
			assertThat(count("gobstopper.schedule.missed", "schedule", "s")).isEqualTo(2);
			assertThat(count("gobstopper.schedule.skipped", "schedule", "s")).isZero();
			assertThat(this.registry.get("gobstopper.schedule.lateness").timer().totalTime(TimeUnit.MINUTES))
				.isEqualTo(15);
		}
	}

	@Test
	void limitsTellHowManyHaveAPlaceAndWait() {
		try (TestQueue queue = TestQueue.with(this.handlers).enqueueOnly()) {
			AtomicInteger asked = new AtomicInteger();
			metrics(queue, Clock.systemUTC()).add(() -> {
				asked.incrementAndGet();
				return List.of(new LimitInfo("crm", 1, 20, null, null, 3, 7, false, 0, null),
						new LimitInfo("mail", 1, null, null, null, 0, 0, true, 2, null));
			}, List.of("crm", "mail"));
			assertThat(gauge("gobstopper.limit.active", "limit", "crm")).isEqualTo(3);
			assertThat(gauge("gobstopper.limit.waiting", "limit", "crm")).isEqualTo(7);
			assertThat(gauge("gobstopper.limit.max", "limit", "crm")).isEqualTo(20);
			assertThat(gauge("gobstopper.limit.max", "limit", "mail")).isNaN();
			assertThat(asked.get()).isBetween(1, 2);
		}
	}

	// What first exists at 1 is not seen by increase() of Prometheus.
	@Test
	void failuresForGoodAreCountedFromZeroOn() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).enqueueOnly()) {
			TaskQueueMetrics metrics = metrics(queue, Clock.systemUTC());
			metrics.add("fail", "default");
			assertThat(count("gobstopper.task.failures", "task", "fail", "category", "default")).isZero();
			queue.service().enqueue(TaskRequest.of("fail").category("tenant_7"));
			await().ignoreExceptionsInstanceOf(MeterNotFoundException.class)
				.untilAsserted(
						() -> assertThat(count("gobstopper.task.failures", "task", "fail", "category", "tenant_7"))
							.isZero());
			queue.worker().start();
			queue.await(queue.service().enqueue("fail"));
			queue.await(queue.service().enqueue("flaky"));
			await().untilAsserted(() -> {
				assertThat(count("gobstopper.task.failures", "task", "fail", "category", "default")).isEqualTo(1);
				assertThat(count("gobstopper.task.failures", "task", "fail", "category", "tenant_7")).isEqualTo(1);
			});
			assertThat(count("gobstopper.task.failures", "task", "flaky", "category", "default")).isZero();
			assertThat(this.registry.get("gobstopper.task.failures").counters())
				.allSatisfy((counter) -> assertThat(counter.getId().getTag("error")).isNull());
		}
	}

	@Test
	void timersAndCountersTellWhatHappened() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).enqueueOnly()) {
			metrics(queue, Clock.systemUTC());
			queue.worker().start();
			List<String> ids = new ArrayList<>();
			for (String name : List.of("succeed", "flaky", "fail", "slow", "quit")) {
				ids.add(queue.service().enqueue(name));
			}
			for (String id : ids) {
				TaskInfo ended = queue.await(id);
				assertThat(ended.isCompleted()).isTrue();
			}
			assertThat(executions("succeed", "success", "none")).isEqualTo(1);
			assertThat(executions("flaky", "retry", "IllegalStateException")).isEqualTo(2);
			assertThat(executions("flaky", "success", "none")).isEqualTo(1);
			assertThat(executions("fail", "failed", "IllegalArgumentException")).isEqualTo(1);
			assertThat(executions("slow", "timeout", "TaskTimeoutException")).isEqualTo(1);
			assertThat(executions("quit", "cancelled", "TaskCancelledException")).isEqualTo(1);
			assertThat(this.registry.get("gobstopper.task.execution")
				.tag("task", "slow")
				.timer()
				.totalTime(TimeUnit.MILLISECONDS)).isBetween(50.0, 10_000.0);
			assertThat(this.registry.get("gobstopper.task.wait").tag("task", "flaky").timer().count()).isEqualTo(3);
			assertThat(
					this.registry.get("gobstopper.task.wait").tag("task", "flaky").timer().totalTime(TimeUnit.SECONDS))
				.isLessThan(10);
			assertThat(count("gobstopper.task.enqueued", "task", "flaky")).isEqualTo(1);
			assertThat(count("gobstopper.task.retries", "task", "flaky")).isEqualTo(2);
			assertThat(count("gobstopper.task.fenced")).isZero();
			assertThat(this.registry.get("gobstopper.store.commit").tag("outcome", "success").timer().count())
				.isPositive();
			assertThat(this.registry.get("gobstopper.store.batch.size").summary().totalAmount()).isPositive();
		}
	}

	@Test
	void crashesAndFencedEndsAreCounted() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).enqueueOnly()) {
			TaskQueueMetrics metrics = metrics(queue, Clock.systemUTC());
			StoredTask task = task("succeed", "default");
			queue.groupCommit().publish((listeners) -> {
				listeners.recovered(task);
				listeners.fenced(task);
				listeners.checkpointed(2_000_000);
				listeners.committed(3, 1_000_000, false);
			});
			await().untilAsserted(() -> assertThat(
					this.registry.get("gobstopper.store.commit").tag("outcome", "failed").timer().count())
				.isEqualTo(1));
			assertThat(this.registry.get("gobstopper.store.checkpoint").timer().totalTime(TimeUnit.MILLISECONDS))
				.isEqualTo(2);
			assertThat(count("gobstopper.task.crashes", "task", "succeed")).isEqualTo(1);
			assertThat(count("gobstopper.task.fenced")).isEqualTo(1);
			assertThat(metrics).isNotNull();
		}
	}

	@Test
	void unknownTaskNamesShareOneTimeSeries() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).enqueueOnly()) {
			metrics(queue, Clock.systemUTC());
			queue.service().enqueue("succeed");
			await()
				.untilAsserted(() -> assertThat(this.registry.find("gobstopper.task.enqueued").counters()).hasSize(1));
			int before = this.registry.getMeters().size();
			List<StoredTask> unknown = new ArrayList<>();
			for (int i = 0; i < 10_000; i++) {
				unknown.add(task("unknown-" + i, "default"));
				String name = "not-even-stored-" + i;
				assertThatExceptionOfType(UnknownTaskException.class).isThrownBy(() -> queue.service().enqueue(name));
			}
			queue.groupCommit().insert(unknown).get();
			await().ignoreExceptionsInstanceOf(MeterNotFoundException.class)
				.untilAsserted(
						() -> assertThat(count("gobstopper.task.enqueued", "task", "unknown")).isEqualTo(10_000));
			assertThat(this.registry.getMeters()).hasSize(before + 6);
		}
	}

	@Test
	void categoriesBeyondAHundredShareOneTimeSeries() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).enqueueOnly()) {
			metrics(queue, Clock.systemUTC());
			List<StoredTask> tasks = new ArrayList<>();
			for (int i = 0; i < 1000; i++) {
				tasks.add(task("succeed", "category-" + i));
			}
			queue.groupCommit().insert(tasks).get();
			await().ignoreExceptionsInstanceOf(MeterNotFoundException.class)
				.untilAsserted(() -> assertThat(count("gobstopper.task.enqueued", "category", "other")).isEqualTo(900));
			assertThat(this.registry.find("gobstopper.task.enqueued").counters()).hasSize(101);
			assertThat(depth("other", "due")).isEqualTo(900);
		}
	}

	@Test
	void oneScrapeCostsOneQueryWhateverTheNumberOfGauges() throws Exception {
		PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		MovableClock clock = new MovableClock();
		try (TestQueue queue = TestQueue.with(this.handlers).store(this::counting).enqueueOnly()) {
			TaskQueueMetrics metrics = metrics(queue, clock);
			metrics.bindTo(prometheus);
			for (int i = 0; i < 50; i++) {
				metrics.add("succeed", "category-" + i);
			}
			clock.move(Duration.ofMinutes(1));
			this.snapshots.set(0);
			assertThat(prometheus.scrape())
				.contains("gobstopper_queue_depth{category=\"category-49\",status=\"retry\"} 0");
			assertThat(this.snapshots).hasValue(1);
			clock.move(Duration.ofSeconds(15));
			prometheus.scrape();
			assertThat(this.snapshots).hasValue(2);
		}
	}

	@Test
	void unusableDatabaseLeavesGaugesWithoutValuesAndIsAskedOnce() {
		try (TestQueue queue = TestQueue.with(this.handlers).store(this::counting).enqueueOnly()) {
			MovableClock clock = new MovableClock();
			TaskQueueMetrics metrics = metrics(queue, clock);
			metrics.add("succeed", "mails");
			this.unusable = true;
			clock.move(Duration.ofMinutes(1));
			this.snapshots.set(0);
			assertThat(depth("mails", "due")).isNaN();
			assertThat(gauge("gobstopper.store.memory")).isNaN();
			assertThat(this.snapshots).hasValue(1);
			this.unusable = false;
			clock.move(Duration.ofMinutes(1));
			assertThat(depth("mails", "due")).isZero();
		}
	}

	@Test
	void snoozesAreNoFailures() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			metrics(queue, Clock.systemUTC());
			queue.await(queue.service().enqueue("wait"));
			await().untilAsserted(() -> assertThat(count("gobstopper.task.snoozes", "task", "wait")).isEqualTo(1));
			assertThat(count("gobstopper.task.failures", "task", "wait")).isZero();
			assertThat(count("gobstopper.task.retries", "task", "wait")).isZero();
			assertThat(this.registry.get("gobstopper.task.execution").tag("task", "wait").timers())
				.extracting((timer) -> timer.getId().getTag("outcome"))
				.containsExactlyInAnyOrder("snoozed", "success");
		}
	}

	@Test
	void everyMeterIsDocumentedWithItsTags() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			TaskQueueMetrics metrics = metrics(queue, Clock.systemUTC());
			metrics.add("succeed", "default");
			metrics.add(List::of, List.of("crm"));
			queue.await(queue.service().enqueue("flaky"));
			queue.await(queue.service().enqueue("wait"));
			queue.groupCommit().publish((listeners) -> listeners.recovered(task("flaky", "default")));
			queue.groupCommit().publish((listeners) -> listeners.scheduled(ScheduleStep.none("s")));
			StoredTask claimed = task("flaky", "default").claimed(new Lease("node#1", Instant.MAX, Instant.EPOCH));
			queue.groupCommit()
				.publish(
						(listeners) -> listeners.settled(
								claimed.unreadable(Instant.EPOCH,
										new TaskError(UnreadableTaskException.class.getName(), "changed", null)),
								null));
			await().untilAsserted(() -> assertThat(meterNames()).containsExactlyInAnyOrder(names()));
			for (TaskMeters documented : TaskMeters.values()) {
				for (Meter meter : this.registry.find(documented.getName()).meters()) {
					assertThat(meter.getId().getTags()).extracting((tag) -> (Object) tag.getKey())
						.containsExactlyInAnyOrderElementsOf(keys(documented));
					assertThat(meter.getId().getDescription()).isEqualTo(documented.getDescription());
					assertThat(meter.getId().getType()).isEqualTo(documented.getType());
				}
			}
		}
	}

	@Test
	void conventionOfTheApplicationNamesTheTags() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).enqueueOnly()) {
			TaskQueueMetrics metrics = new TaskQueueMetrics(queue.groupCommit(), List::of, (name) -> true,
					(context) -> Tags.of("job", context.task()), Clock.systemUTC());
			queue.groupCommit().addListener(metrics);
			metrics.bindTo(this.registry);
			queue.service().enqueue("succeed");
			await().untilAsserted(() -> assertThat(count("gobstopper.task.enqueued", "job", "succeed")).isEqualTo(1));
		}
	}

	// Without the buckets, which this registry shows as gauges.
	private Set<String> meterNames() {
		return this.registry.getMeters()
			.stream()
			.map((meter) -> meter.getId().getName())
			.filter((name) -> !name.endsWith(".histogram"))
			.collect(Collectors.toSet());
	}

	private static String[] names() {
		return Arrays.stream(TaskMeters.values()).map(TaskMeters::getName).toArray(String[]::new);
	}

	private static List<Object> keys(TaskMeters meter) {
		List<Object> keys = new ArrayList<>();
		for (var key : meter.getKeyNames()) {
			keys.add(key.asString());
		}
		return keys;
	}

	private TaskQueueMetrics metrics(TestQueue queue, Clock clock) {
		TaskQueueMetrics metrics = new TaskQueueMetrics(queue.groupCommit(), () -> activity(queue),
				(name) -> queue.handlers().find(name) != null, new DefaultTaskMeterConvention(), clock);
		metrics.bindTo(this.registry);
		queue.groupCommit().addListener(metrics);
		return metrics;
	}

	private static List<CategoryActivity> activity(TestQueue queue) {
		return (queue.worker().status() != null) ? queue.worker().status().categories() : List.of();
	}

	private TaskStore counting(TaskStore store) {
		return InterceptedTaskStore.before(store, "snapshot", () -> {
			this.snapshots.incrementAndGet();
			if (this.unusable) {
				throw new TaskStoreException("broken");
			}
			return null;
		});
	}

	private static StoredTask task(String name, String category) {
		Instant now = Instant.parse("2026-01-01T00:00:00Z");
		return new StoredTask(0, new TaskDetails(UuidCreator.getPrefixComb(), name, category, TaskPriority.NORMAL, "[]",
				"{}", now, 0, null, null), TaskState.pending(now));
	}

	private double depth(String category, String status) {
		return gauge("gobstopper.queue.depth", "category", category, "status", status);
	}

	private double gauge(String name, String... tags) {
		return this.registry.get(name).tags(tags).gauge().value();
	}

	private double count(String name, String... tags) {
		return this.registry.get(name).tags(tags).counter().count();
	}

	private long executions(String task, String outcome, String error) {
		return this.registry.get("gobstopper.task.execution")
			.tags("task", task, "category", "default", "outcome", outcome, "error", error)
			.timer()
			.count();
	}

	static class MovableClock extends Clock {

		private Instant now = Instant.parse("2026-05-01T12:00:00Z");

		void move(Duration duration) {
			this.now = this.now.plus(duration);
		}

		@Override
		public Instant instant() {
			return this.now;
		}

		@Override
		public ZoneOffset getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			throw new UnsupportedOperationException();
		}

	}

	static class Handlers {

		final Semaphore blocking = new Semaphore(0);

		final Semaphore release = new Semaphore(0);

		@GobstopperTask(name = "succeed")
		void succeed() {
		}

		@GobstopperTask(name = "flaky", maxRetries = 3)
		void flaky(TaskContext context) {
			if (context.attempt() <= 2) {
				throw new IllegalStateException("not yet");
			}
		}

		@GobstopperTask(name = "wait")
		void waitOnce(TaskContext context) {
			if (context.snoozeCount() == 0) {
				throw new SnoozeException(Duration.ZERO);
			}
		}

		@GobstopperTask(name = "fail")
		void fail() {
			throw new IllegalArgumentException("no");
		}

		@GobstopperTask(name = "slow", timeout = "50ms")
		void slow() throws InterruptedException {
			this.release.acquire();
		}

		@GobstopperTask(name = "quit")
		void quit() {
			throw new TaskCancelledException("I quit");
		}

		@GobstopperTask(name = "block")
		void block() throws InterruptedException {
			this.blocking.release();
			this.release.acquire();
		}

	}

}

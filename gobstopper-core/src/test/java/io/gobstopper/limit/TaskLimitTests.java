package io.gobstopper.limit;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperTask;
import io.gobstopper.RetryLaterException;
import io.gobstopper.SnoozeException;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.InvalidTaskArgumentsException;
import io.gobstopper.store.limit.LimitUse;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for limits, on each database. What has to be noticed is noticed without a poll.
 */
@Timeout(60)
class TaskLimitTests {

	private static final Duration NEVER = Duration.ofHours(1);

	@TempDir
	private Path folder;

	private final Handlers handlers = new Handlers();

	private final PostgresSettings postgres = PostgresServer.newSettings();

	private TestQueue.Builder builder(String store) {
		return TestQueue.with(this.handlers).on(store, this.folder, this.postgres).concurrency(20).pollInterval(NEVER);
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void neverMoreThanPerKeyAndTotalRunAtOnce(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			List<EnqueueResult> all = queue.service()
				.enqueueAll(IntStream.range(0, 300)
					.mapToObj((number) -> TaskRequest.of("sync").args("tenant-" + number % 7))
					.toList());
			awaitRunning(3);
			this.handlers.permits.release(1000);
			for (EnqueueResult each : all) {
				assertThat(queue.await(each.id()).status()).isEqualTo(TaskStatus.SUCCESS);
			}
			assertThat(this.handlers.mostOfAKey).hasValue(1);
			assertThat(this.handlers.most).hasValue(3);
			assertThat(queue.store().reads().limitUse()).allSatisfy((use) -> {
				assertThat(use.active()).isZero();
				assertThat(use.waiting()).isZero();
			});
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void waitingTaskSaysForWhatItWaitsAndInWhichPlace(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			String running = queue.service().enqueue("sync", "a");
			awaitRunning(1);
			List<String> waiting = new ArrayList<>();
			for (int i = 0; i < 12; i++) {
				waiting.add(queue.service().enqueue("sync", "a"));
			}
			assertThat(queue.find(waiting.get(0)).waitingFor()).isEqualTo("limit crm/a, 1st of 12");
			assertThat(queue.find(waiting.get(10)).waitingFor()).isEqualTo("limit crm/a, 11th of 12");
			assertThat(queue.find(waiting.get(0)).status()).isEqualTo(TaskStatus.PENDING);
			assertThat(queue.find(waiting.get(0)).dueAt()).isEqualTo(queue.find(waiting.get(0)).createdAt());
			assertThat(queue.find(running).waitingFor()).isNull();
			EnqueueResult urgent = queue.service()
				.enqueue(TaskRequest.of("sync").args("a").priority(TaskPriority.CRITICAL));
			assertThat(queue.find(urgent.id()).waitingFor()).isEqualTo("limit crm/a, 1st of 13");
			assertThat(queue.find(waiting.get(1)).waitingFor()).isEqualTo("limit crm/a, 3rd of 13");
			assertThat(queue.store().reads().limitUse()).containsExactly(new LimitUse("crm", 1, 13));
			this.handlers.permits.release();
			queue.await(running);
			await().until(() -> queue.find(urgent.id()).status() == TaskStatus.STARTED);
			this.handlers.permits.release(13);
			for (String id : waiting) {
				queue.await(id);
			}
			assertThat(this.handlers.started).startsWith(running, urgent.id(), waiting.get(0), waiting.get(1));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskThatWaitsForItsNextAttemptHasNoPlace(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			String failing = queue.service().enqueue("fail_once", "a");
			await().until(() -> queue.find(failing).status() == TaskStatus.RETRY);
			String other = queue.service().enqueue("sync", "a");
			awaitRunning(1);
			assertThat(queue.find(failing).retryCount()).isOne();
			this.handlers.permits.release(1);
			queue.await(other);
			this.handlers.permits.release(1);
			assertThat(queue.await(failing).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(this.handlers.mostOfAKey).hasValue(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void snoozedTaskHasNoPlace(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			String snoozing = queue.service().enqueue("snooze_once", "a");
			await().until(() -> queue.find(snoozing).snoozeCount() == 1);
			String other = queue.service().enqueue("sync", "a");
			awaitRunning(1);
			this.handlers.permits.release(2);
			queue.await(other);
			assertThat(queue.await(snoozing).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void retriesAreAdmittedAsFirstAttemptsAre(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			String failing = queue.service().enqueue("fail_once", "a");
			await().until(() -> queue.find(failing).status() == TaskStatus.RETRY);
			String other = queue.service().enqueue("sync", "a");
			awaitRunning(1);
			await().until(() -> "limit crm/a, 1st of 1".equals(queue.find(failing).waitingFor()));
			assertThat(queue.find(failing).status()).isEqualTo(TaskStatus.RETRY);
			this.handlers.permits.release(2);
			queue.await(other);
			assertThat(queue.await(failing).attempt()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void heldTasksAreThereAfterARestart(String store) throws Exception {
		List<String> waiting = new ArrayList<>();
		try (TestQueue queue = builder(store).enqueueOnly()) {
			for (int i = 0; i < 5; i++) {
				waiting.add(queue.service().enqueue("sync", "a"));
			}
		}
		this.handlers.permits.release(5);
		try (TestQueue queue = builder(store).start()) {
			for (String id : waiting) {
				assertThat(queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
			}
		}
		assertThat(this.handlers.mostOfAKey).hasValue(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void cancellingFreesThePlace(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			String running = queue.service().enqueue("sync", "a");
			awaitRunning(1);
			String waiting = queue.service().enqueue("sync", "a");
			String next = queue.service().enqueue("sync", "a");
			assertThat(queue.service().cancel(waiting)).isTrue();
			assertThat(queue.find(waiting).status()).isEqualTo(TaskStatus.CANCELLED);
			assertThat(queue.find(waiting).dueAt()).isEqualTo(queue.find(waiting).createdAt());
			assertThat(queue.find(next).waitingFor()).isEqualTo("limit crm/a, 1st of 1");
			assertThat(queue.service().cancel(running)).isTrue();
			assertThat(queue.await(running).status()).isEqualTo(TaskStatus.CANCELLED);
			await().until(() -> queue.find(next).status() == TaskStatus.STARTED);
			assertThat(queue.service().retry(waiting)).isTrue();
			assertThat(queue.find(waiting).waitingFor()).isEqualTo("limit crm/a, 1st of 1");
			this.handlers.permits.release(2);
			assertThat(queue.await(next).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(queue.await(waiting).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void pausedCategoryTakesNoPlaces(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			queue.service().pause("default");
			String paused = queue.service().enqueue("sync", "a");
			EnqueueResult other = queue.service().enqueue(TaskRequest.of("sync").args("a").category("other"));
			awaitRunning(1);
			this.handlers.permits.release(2);
			queue.await(other.id());
			assertThat(queue.find(paused).status()).isEqualTo(TaskStatus.PENDING);
			queue.service().resume("default");
			assertThat(queue.await(paused).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void delayedTaskTakesItsPlaceWhenItIsDue(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			this.handlers.permits.release();
			queue.await(queue.service().enqueue("sync", "first"));
			EnqueueResult delayed = queue.service()
				.enqueue(TaskRequest.of("sync").args("a").delay(Duration.ofMillis(300)));
			String other = queue.service().enqueue("sync", "a");
			awaitRunning(1);
			assertThat(this.handlers.started).hasSize(2).endsWith(other);
			this.handlers.permits.release(2);
			queue.await(other);
			assertThat(queue.await(delayed.id()).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(queue.find(delayed.id()).startedAt()).isAfterOrEqualTo(queue.find(delayed.id()).dueAt());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void eachOfSeveralDelayedTasksStartsWhenItIsDue(String store) throws Exception {
		this.handlers.permits.release(4);
		try (TestQueue queue = builder(store).start()) {
			queue.await(queue.service().enqueue("sync", "first"));
			List<EnqueueResult> delayed = new ArrayList<>();
			for (int i = 1; i <= 3; i++) {
				delayed.add(queue.service()
					.enqueue(TaskRequest.of("sync").args("tenant-" + i).delay(Duration.ofMillis(i * 300L))));
			}
			for (EnqueueResult each : delayed) {
				assertThat(queue.service().completion(each.id())).succeedsWithin(Duration.ofSeconds(5));
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void requestHasALimitOfItsOwn(String store) throws Exception {
		try (TestQueue queue = builder(store).limit("mail", 1, null).start()) {
			TaskRequest request = TaskRequest.of("plain").args("x");
			EnqueueResult first = queue.service().enqueue(request.limit("mail", "example.org"));
			awaitRunning(1);
			EnqueueResult second = queue.service().enqueue(request.limit("mail", "example.org"));
			EnqueueResult other = queue.service().enqueue(request.limit("mail", "example.com"));
			EnqueueResult unlimited = queue.service().enqueue(request);
			awaitRunning(3);
			assertThat(queue.find(second.id()).waitingFor()).isEqualTo("limit mail/example.org, 1st of 1");
			assertThatIllegalArgumentException().isThrownBy(() -> queue.service().enqueue(request.limit("male", "x")))
				.withMessage("No limit is named 'male'; known: [crm, exclusive, mail]");
			this.handlers.permits.release(4);
			for (EnqueueResult each : List.of(first, second, other, unlimited)) {
				assertThat(queue.await(each.id()).status()).isEqualTo(TaskStatus.SUCCESS);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskStartsOnceAllOfItsLimitsHaveRoom(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			String one = queue.service().enqueue("exclusive", "a");
			awaitRunning(1);
			String other = queue.service().enqueue("exclusive", "b");
			assertThat(queue.find(other).waitingFor()).startsWith("limit ");
			String sync = queue.service().enqueue("sync", "a");
			assertThat(queue.find(sync).waitingFor()).isEqualTo("limit crm/a, 1st of 1");
			this.handlers.permits.release(3);
			for (String id : List.of(one, other, sync)) {
				assertThat(queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
			}
			assertThat(this.handlers.mostOfAKey).hasValue(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void propertyBeatsTheAnnotation(String store) throws Exception {
		try (TestQueue queue = builder(store).limit("crm", 2, null).start()) {
			List<EnqueueResult> all = queue.service()
				.enqueueAll(Collections.nCopies(5, TaskRequest.of("sync").args("a")));
			awaitRunning(2);
			this.handlers.permits.release(5);
			for (EnqueueResult each : all) {
				queue.await(each.id());
			}
			assertThat(this.handlers.mostOfAKey).hasValue(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void debouncedTaskHasTheLimitsOfTheLastCall(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			Duration quiet = Duration.ofMillis(300);
			EnqueueResult first = queue.service()
				.enqueue(TaskRequest.of("sync").args("a").debounce("key", quiet, NEVER));
			EnqueueResult second = queue.service()
				.enqueue(TaskRequest.of("sync").args("b").debounce("key", quiet, NEVER));
			assertThat(second.id()).isEqualTo(first.id());
			String other = queue.service().enqueue("sync", "b");
			awaitRunning(1);
			await().until(() -> "limit crm/b, 1st of 1".equals(queue.find(first.id()).waitingFor()));
			this.handlers.permits.release(2);
			queue.await(other);
			assertThat(queue.await(first.id()).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(this.handlers.keys).containsExactly("b", "b");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void limitThatNobodyKnowsLetsAllTasksRun(String store) throws Exception {
		List<String> waiting = new ArrayList<>();
		try (TestQueue queue = builder(store).enqueueOnly()) {
			for (int i = 0; i < 5; i++) {
				waiting.add(queue.service().enqueue("sync", "a"));
			}
		}
		Unlimited unlimited = new Unlimited();
		try (TestQueue queue = TestQueue.with(unlimited)
			.on(store, this.folder, this.postgres)
			.pollInterval(NEVER)
			.start()) {
			await().until(() -> unlimited.running.get() == 5);
			unlimited.permits.release(5);
			for (String id : waiting) {
				assertThat(queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskThatOnlySpeaksOfLimitsHasNone(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			EnqueueResult task = queue.service()
				.enqueue(TaskRequest.of("retry_plain")
					.header("x-gobstopper-limits", "\"gobstopper-limits\":\"{\"crm\":\"a\"}\""));
			assertThat(queue.await(task.id()).attempt()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void depthCountsWhatWaitsForALimitAsDue(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			queue.service().enqueueAll(Collections.nCopies(3, TaskRequest.of("sync").args("a")));
			awaitRunning(1);
			queue.service().enqueue(TaskRequest.of("sync").args("a").delay(Duration.ofHours(1)));
			assertThat(queue.store().reads().snapshot(Instant.now()).depths()).singleElement().satisfies((depth) -> {
				assertThat(depth.started()).isOne();
				assertThat(depth.pending()).isEqualTo(2);
				assertThat(depth.scheduled()).isOne();
				assertThat(depth.oldestDueAt()).isBetween(Instant.now().minusSeconds(60), Instant.now());
			});
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void pauseFreesThePlacesOfTasksThatWereClaimedAhead(String store) throws Exception {
		try (TestQueue queue = builder(store).concurrency(1).limit("mail", null, 2).start()) {
			TaskRequest request = TaskRequest.of("plain").args("x").limit("mail");
			EnqueueResult running = queue.service().enqueue(request);
			awaitRunning(1);
			EnqueueResult ahead = queue.service().enqueue(request);
			await().until(() -> queue.store().reads().limitUse().get(0).active() == 2);
			queue.service().pause("default");
			EnqueueResult other = queue.service().enqueue(request.category("other"));
			awaitRunning(2);
			this.handlers.permits.release(3);
			queue.await(other.id());
			queue.await(running.id());
			assertThat(queue.find(ahead.id()).status()).isEqualTo(TaskStatus.PENDING);
			queue.service().resume("default");
			assertThat(queue.await(ahead.id()).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@Test
	void rowThatIsLeftBehindKeepsNobodyWaiting() throws Exception {
		try (TestQueue queue = builder("postgresql").start()) {
			this.handlers.permits.release(2);
			queue.await(queue.service().enqueue("sync", "a"));
			JdbcTemplate jdbcTemplate = new JdbcTemplate(PostgresServer.dataSource());
			for (int state = 1; state <= 2; state++) {
				jdbcTemplate.update("""
						insert into %s.gobstopper_gate (seq, place, gate, state, name, category, priority, due_at)
						values (0, ?, 'crm/a', ?, 'sync', 'default', 4, timestamp '2026-01-01')
						""".formatted(this.postgres.schema()), state, state);
			}
			assertThat(queue.await(queue.service().enqueue("sync", "a")).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@Test
	void processesShareALimit() throws Exception {
		this.handlers.permits.release(1000);
		try (TestQueue enqueuing = builder("postgresql").enqueueOnly();
				TestQueue one = builder("postgresql").start();
				TestQueue other = builder("postgresql").start()) {
			assertThat(one.store()).isNotNull();
			assertThat(other.store()).isNotNull();
			List<EnqueueResult> all = enqueuing.service()
				.enqueueAll(IntStream.range(0, 200)
					.mapToObj((number) -> TaskRequest.of("sync").args("tenant-" + number % 5))
					.toList());
			for (EnqueueResult each : all) {
				assertThat(enqueuing.await(each.id()).status()).isEqualTo(TaskStatus.SUCCESS);
			}
			assertThat(this.handlers.mostOfAKey).hasValue(1);
			assertThat(this.handlers.most.get()).isBetween(1, 3);
		}
	}

	@Test
	void keyIsComputedOfTheArgumentsAsTheyAreStored() throws Exception {
		this.handlers.permits.release(2);
		try (TestQueue queue = builder("duckdb").start()) {
			EnqueueResult named = queue.service().enqueue(TaskRequest.of("order").kwarg("order", new Order("eu", 7)));
			EnqueueResult map = queue.service()
				.enqueue(TaskRequest.of("order").args(Map.of("region", "eu", "number", 8)));
			assertThat(queue.await(named.id()).headers()).containsEntry(TaskContext.LIMITS_HEADER,
					"{\"crm\":\"eu-7\"}");
			assertThat(queue.await(map.id()).headers()).containsEntry(TaskContext.LIMITS_HEADER, "{\"crm\":\"eu-8\"}");
			assertThatExceptionOfType(InvalidTaskArgumentsException.class)
				.isThrownBy(() -> queue.service().enqueue("sync", ""))
				.withMessage("The key of limit 'crm' of task 'sync' is empty: '#tenant'");
		}
	}

	private void awaitRunning(int tasks) {
		await().until(() -> this.handlers.running.get() == tasks);
	}

	record Order(String region, int number) {

	}

	static class Handlers {

		final Semaphore permits = new Semaphore(0);

		final AtomicInteger running = new AtomicInteger();

		final AtomicInteger most = new AtomicInteger();

		final AtomicInteger mostOfAKey = new AtomicInteger();

		final Map<String, AtomicInteger> byKey = new ConcurrentHashMap<>();

		final List<String> started = Collections.synchronizedList(new ArrayList<>());

		final List<String> keys = Collections.synchronizedList(new ArrayList<>());

		@GobstopperTask("sync")
		@TaskLimit(name = "crm", key = "#tenant", perKey = 1, total = 3)
		void sync(String tenant, TaskContext context) throws InterruptedException {
			this.keys.add(tenant);
			run(tenant, context);
		}

		@GobstopperTask("exclusive")
		@TaskLimit(name = "crm", key = "#tenant")
		@TaskLimit(name = "exclusive", total = 1)
		void exclusive(String tenant, TaskContext context) throws InterruptedException {
			run(tenant, context);
		}

		@GobstopperTask(name = "fail_once", maxRetries = 3)
		@TaskLimit(name = "crm", key = "#tenant")
		void failOnce(String tenant, TaskContext context) throws InterruptedException {
			if (context.attempt() == 1) {
				throw new RetryLaterException(Duration.ofMillis(300));
			}
			run(tenant, context);
		}

		@GobstopperTask("snooze_once")
		@TaskLimit(name = "crm", key = "#tenant")
		void snoozeOnce(String tenant, TaskContext context) throws InterruptedException {
			if (context.snoozeCount() == 0) {
				throw new SnoozeException(Duration.ofMillis(300));
			}
			run(tenant, context);
		}

		@GobstopperTask(name = "retry_plain", maxRetries = 1)
		void retryPlain(TaskContext context) {
			if (context.attempt() == 1) {
				throw new RetryLaterException(Duration.ofMillis(50));
			}
		}

		@GobstopperTask("plain")
		void plain(String text, TaskContext context) throws InterruptedException {
			run(text, context);
		}

		@GobstopperTask("order")
		@TaskLimit(name = "crm", key = "#order.region + '-' + #order.number")
		void order(Order order) {
		}

		private void run(String key, TaskContext context) throws InterruptedException {
			this.started.add(context.id());
			AtomicInteger sameKey = this.byKey.computeIfAbsent(key, (ignored) -> new AtomicInteger());
			this.mostOfAKey.accumulateAndGet(sameKey.incrementAndGet(), Math::max);
			this.most.accumulateAndGet(this.running.incrementAndGet(), Math::max);
			try {
				this.permits.acquire();
			}
			finally {
				sameKey.decrementAndGet();
				this.running.decrementAndGet();
			}
		}

	}

	static class Unlimited {

		final Semaphore permits = new Semaphore(0);

		final AtomicInteger running = new AtomicInteger();

		@GobstopperTask("sync")
		void sync(String tenant) throws InterruptedException {
			this.running.incrementAndGet();
			this.permits.acquire();
		}

	}

}

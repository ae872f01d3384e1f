package io.gobstopper.queue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.EnqueueResult;
import io.gobstopper.EnqueueResult.Outcome;
import io.gobstopper.GobstopperTask;
import io.gobstopper.SnoozeException;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.limit.UniqueUntil;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for unique keys, on each database.
 */
@Timeout(60)
class UniqueKeyTests {

	private static final String KEY = "tenant-7";

	// When the writer does something anyway.
	private static final Duration HEARTBEAT = Duration.ofSeconds(10);

	@TempDir
	private Path folder;

	private final Handlers handlers = new Handlers();

	private final PostgresSettings postgres = PostgresServer.newSettings();

	private TestQueue.Builder builder(String store) {
		return TestQueue.with(this.handlers).on(store, this.folder, this.postgres);
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void keyIsFreeOnceItsTaskStarts(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			TaskRequest request = TaskRequest.of("held").unique(KEY, UniqueUntil.START);
			queue.service().pause("default");
			EnqueueResult first = queue.service().enqueue(request);
			assertThat(first.outcome()).isEqualTo(Outcome.CREATED);
			assertThat(queue.service().enqueue(request)).isEqualTo(existing(first));
			assertThat(queue.find(first.id()).uniqueKey()).contains(KEY);
			queue.service().resume("default");
			awaitRunning(queue, first);
			queue.service().pause("default");
			EnqueueResult second = queue.service().enqueue(request);
			assertThat(second.outcome()).isEqualTo(Outcome.CREATED);
			assertThat(queue.service().enqueue(request)).isEqualTo(existing(second));
			queue.service().resume("default");
			this.handlers.permits.release(2);
			assertThat(queue.await(first.id()).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(queue.await(second.id()).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@ParameterizedTest
	@CsvSource({ "duckdb, SUCCESS", "duckdb, FAILED", "duckdb, CANCELLED", "postgresql, SUCCESS", "postgresql, FAILED",
			"postgresql, CANCELLED" })
	void keyIsFreeOnceItsTaskIsFinished(String store, TaskStatus end) throws Exception {
		this.handlers.failing = end == TaskStatus.FAILED;
		try (TestQueue queue = builder(store).start()) {
			TaskRequest request = TaskRequest.of("held").unique(KEY, UniqueUntil.END);
			EnqueueResult first = queue.service().enqueue(request);
			awaitRunning(queue, first);
			assertThat(queue.service().enqueue(request)).isEqualTo(existing(first));
			if (end == TaskStatus.CANCELLED) {
				queue.service().cancel(first.id());
			}
			else {
				this.handlers.permits.release();
			}
			assertThat(queue.await(first.id()).status()).isEqualTo(end);
			assertThat(queue.service().enqueue(request).outcome()).isEqualTo(Outcome.CREATED);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void keyIsHeldForATimeWhateverBecomesOfItsTask(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			EnqueueResult first = queue.service().enqueue(TaskRequest.of("quick").args(1).uniqueFor(KEY, hours(1)));
			queue.await(first.id());
			assertThat(queue.service().enqueue(TaskRequest.of("quick").args(2).uniqueFor(KEY, hours(1))))
				.isEqualTo(existing(first));
			TaskRequest brief = TaskRequest.of("quick").args(3).uniqueFor("brief", Duration.ofMillis(20));
			queue.service().enqueue(brief);
			await().until(() -> queue.service().enqueue(brief).created());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void debouncedTaskRunsWithTheLastArgumentsAtTheLatestInTime(String store) throws Exception {
		try (TestQueue queue = builder(store).pollInterval(hours(1)).start()) {
			TaskRequest request = TaskRequest.of("quick").debounce(KEY, hours(1), hours(1).plusSeconds(1));
			EnqueueResult first = queue.service().enqueue(request.args(1).header("user", "a"));
			TaskInfo created = queue.find(first.id());
			assertThat(first.outcome()).isEqualTo(Outcome.CREATED);
			assertThat(created.dueAt()).isEqualTo(created.createdAt().plus(hours(1)));
			await().untilAsserted(() -> {
				assertThat(queue.service().enqueue(request.args(2).header("user", "b"))).isEqualTo(replaced(first));
				TaskInfo replaced = queue.find(first.id());
				assertThat(replaced.args()).containsExactly(2);
				assertThat(replaced.headers()).containsEntry("user", "b");
				assertThat(replaced.dueAt()).isAfter(created.dueAt());
				assertThat(replaced.dueAt()).isEqualTo(created.createdAt().plus(hours(1)).plusSeconds(1));
			});
			TaskRequest soon = TaskRequest.of("quick").debounce(KEY, Duration.ofMillis(5), hours(1));
			assertThat(queue.service().enqueue(soon.args(3))).isEqualTo(replaced(first));
			assertThat(queue.await(first.id()).result()).isEqualTo(3);
			assertThat(queue.service().enqueue(soon.args(4)).outcome()).isEqualTo(Outcome.CREATED);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void runningTaskIsNotReplaced(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			TaskRequest request = TaskRequest.of("held").debounce(KEY, Duration.ofMillis(1), hours(1));
			EnqueueResult first = queue.service().enqueue(request);
			awaitRunning(queue, first);
			EnqueueResult second = queue.service().enqueue(request);
			assertThat(second.outcome()).isEqualTo(Outcome.CREATED);
			this.handlers.permits.release(2);
			queue.await(first.id());
			queue.await(second.id());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void keysAreThoseOfOneName(String store) {
		try (TestQueue queue = builder(store).enqueueOnly()) {
			EnqueueResult held = queue.service().enqueue(TaskRequest.of("held").unique(KEY, UniqueUntil.END));
			EnqueueResult quick = queue.service().enqueue(TaskRequest.of("quick").args(1).unique(KEY, UniqueUntil.END));
			EnqueueResult plain = queue.service().enqueue(TaskRequest.of("held").idempotencyKey(KEY));
			assertThat(List.of(held, quick, plain)).allMatch(EnqueueResult::created);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void thoseEnqueuedTogetherHoldTheirKeysForEachOther(String store) {
		try (TestQueue queue = builder(store).enqueueOnly()) {
			TaskRequest debounced = TaskRequest.of("quick").debounce(KEY, hours(1), hours(2));
			TaskRequest unique = TaskRequest.of("quick").unique("other", UniqueUntil.START);
			List<EnqueueResult> results = queue.service()
				.enqueueAll(List.of(debounced.args(1), unique.args(2), TaskRequest.of("quick").args(3),
						debounced.args(4), unique.args(5)));
			assertThat(results).extracting(EnqueueResult::outcome)
				.containsExactly(Outcome.CREATED, Outcome.CREATED, Outcome.CREATED, Outcome.REPLACED, Outcome.EXISTING);
			assertThat(results.get(3).id()).isEqualTo(results.get(0).id());
			assertThat(results.get(4).id()).isEqualTo(results.get(1).id());
			assertThat(queue.find(results.get(0).id()).args()).containsExactly(4);
			assertThat(queue.find(results.get(1).id()).args()).containsExactly(2);
			assertThat(queue.service().stats().total()).isEqualTo(3);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void keysAreKeptWhenTheProcessIsStartedAgain(String store) {
		TaskRequest request = TaskRequest.of("quick").args(1).unique(KEY, UniqueUntil.START);
		EnqueueResult first;
		try (TestQueue queue = builder(store).enqueueOnly()) {
			first = queue.service().enqueue(request);
		}
		try (TestQueue queue = builder(store).enqueueOnly()) {
			assertThat(queue.service().enqueue(request)).isEqualTo(existing(first));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void keyOfATaskWhoseTransactionIsRolledBackIsFree(String store) {
		try (TestQueue queue = builder(store).enqueueOnly()) {
			TaskRequest request = TaskRequest.of("quick").args(1).unique(KEY, UniqueUntil.END);
			TransactionTemplate transaction = transaction();
			transaction.executeWithoutResult((status) -> {
				queue.service().enqueue(request);
				status.setRollbackOnly();
			});
			assertThat(queue.service().stats().total()).isZero();
			transaction.executeWithoutResult((status) -> {
				queue.service().enqueue(request);
				queue.service().enqueue(request);
			});
			assertThat(queue.service().stats().total()).isEqualTo(1);
			assertThat(queue.service().enqueue(request).outcome()).isEqualTo(Outcome.EXISTING);
		}
	}

	// What the transaction changes would not be seen by a task that starts before its
	// end.
	@ParameterizedTest
	@CsvSource({ "START, false", "END, false", "END, true" })
	void taskOnWhichATransactionReliesStartsAfterIt(UniqueUntil until, boolean rolledBack) throws Exception {
		try (TestQueue queue = builder("postgresql").pollInterval(hours(1)).start()) {
			queue.service().pause("default");
			TaskRequest request = TaskRequest.of("quick").args(1).unique(KEY, until);
			EnqueueResult first = queue.service().enqueue(request);
			String marker = queue.service().enqueue("quick", 2);
			ExecutorService other = Executors.newSingleThreadExecutor();
			transaction().executeWithoutResult((status) -> {
				assertThat(queue.service().enqueue(request)).isEqualTo(existing(first));
				try {
					other.submit(() -> {
						queue.service().resume("default");
						return queue.await(marker);
					}).get(20, TimeUnit.SECONDS);
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
				assertThat(queue.find(first.id()).status()).isEqualTo(TaskStatus.PENDING);
				if (rolledBack) {
					status.setRollbackOnly();
				}
			});
			other.shutdown();
			assertThat(queue.await(first.id()).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@Test
	void taskThatATransactionReplacesRunsWhenItIsDueThen() throws Exception {
		try (TestQueue queue = builder("postgresql").pollInterval(hours(1)).start()) {
			TaskRequest request = TaskRequest.of("quick").args(1);
			EnqueueResult first = queue.service().enqueue(request.debounce(KEY, hours(1), hours(2)));
			transaction().executeWithoutResult((status) -> assertThat(
					queue.service().enqueue(request.args(2).debounce(KEY, Duration.ofMillis(10), hours(2))))
				.isEqualTo(replaced(first)));
			assertThat(queue.await(first.id()).result()).isEqualTo(2);
		}
	}

	// Whoever asks for a key must not keep the task that has it from those who claim.
	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void burstOfCallsDoesNotDelayTheirTask(String store) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try (TestQueue queue = builder(store).pollInterval(hours(1)).start()) {
			for (int burst = 0; burst < 25; burst++) {
				TaskRequest request = TaskRequest.of("quick").args(1).unique("burst-" + burst, UniqueUntil.START);
				List<Callable<EnqueueResult>> calls = Collections.nCopies(8, () -> queue.service().enqueue(request));
				for (Future<EnqueueResult> call : threads.invokeAll(calls)) {
					assertThat(queue.await(call.get().id()).status()).isEqualTo(TaskStatus.SUCCESS);
				}
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	// Slots are kept for tasks that are not stored in the end.
	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskBehindOthersThatAreKeptOutStarts(String store) throws Exception {
		try (TestQueue queue = builder(store).pollInterval(hours(1)).concurrency(4).start()) {
			TaskRequest request = TaskRequest.of("held").unique(KEY, UniqueUntil.END);
			EnqueueResult first = queue.service().enqueue(request);
			awaitRunning(queue, first);
			List<EnqueueResult> results = queue.service()
				.enqueueAll(List.of(request, request, request, TaskRequest.of("quick").args(1)));
			assertThat(queue.service().completion(results.get(3).id())).succeedsWithin(HEARTBEAT.dividedBy(2));
			assertThat(results.subList(0, 3)).containsOnly(existing(first));
			this.handlers.permits.release();
			queue.await(first.id());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void whatItsHandlerPutOffIsReplacedButNotRunBefore(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			TaskRequest request = TaskRequest.of("later").debounce(KEY, Duration.ofMillis(1), hours(1));
			EnqueueResult first = queue.service().enqueue(request.args(1));
			await().until(() -> queue.find(first.id()).snoozeCount() == 1);
			TaskInfo snoozed = queue.find(first.id());
			assertThat(queue.service().enqueue(request.args(2))).isEqualTo(replaced(first));
			TaskInfo replaced = queue.find(first.id());
			assertThat(replaced.args()).containsExactly(2);
			assertThat(replaced.dueAt()).isEqualTo(snoozed.dueAt());
			assertThat(replaced.snoozeCount()).isOne();
		}
	}

	// What counts is how the new one asks, so that a deploy may ask in another way.
	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void keyThatWasAskedForInAnotherWayIsTheSameKey(String store) {
		try (TestQueue queue = builder(store).enqueueOnly()) {
			TaskRequest request = TaskRequest.of("quick");
			EnqueueResult first = queue.service().enqueue(request.args(1).uniqueFor(KEY, hours(1)));
			assertThat(queue.service().enqueue(request.args(2).unique(KEY, UniqueUntil.START)))
				.isEqualTo(existing(first));
			assertThat(queue.service().enqueue(request.args(3).unique(KEY, UniqueUntil.END)))
				.isEqualTo(existing(first));
			assertThat(queue.service().enqueue(request.args(4).debounce(KEY, hours(1), hours(1))))
				.isEqualTo(replaced(first));
			assertThat(queue.find(first.id()).args()).containsExactly(4);
			queue.service().cancel(first.id());
			EnqueueResult second = queue.service().enqueue(request.args(5).debounce(KEY, hours(1), hours(1)));
			assertThat(second.outcome()).isEqualTo(Outcome.CREATED);
			assertThat(queue.service().enqueue(request.args(6).uniqueFor(KEY, hours(1)))).isEqualTo(existing(second));
		}
	}

	// Each event is seen by a task that starts after it, and no two run at once where
	// that is asked for.
	@ParameterizedTest
	@CsvSource({ "duckdb, START", "duckdb, END", "postgresql, START", "postgresql, END" })
	void noEventIsLostAndNoKeyIsHeldTwice(String store, UniqueUntil until) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try (TestQueue queue = builder(store).start()) {
			List<Future<?>> callers = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				callers.add(threads.submit(() -> {
					for (int event = 0; event < 100; event++) {
						String key = "key-" + ThreadLocalRandom.current().nextInt(3);
						this.handlers.happened(key);
						queue.service().enqueue(TaskRequest.of("look").args(key).unique(key, until));
					}
				}));
			}
			for (Future<?> caller : callers) {
				caller.get(50, TimeUnit.SECONDS);
			}
			await().until(() -> queue.service()
				.count(TaskQuery.all().statuses(List.of(TaskStatus.PENDING, TaskStatus.STARTED))) == 0);
			if (until == UniqueUntil.START) {
				assertThat(this.handlers.seen).isEqualTo(this.handlers.events);
			}
			else {
				assertThat(this.handlers.mostAtOnce).hasValue(1);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void argumentsOfTheLastCallRunInTheEnd(String store) throws Exception {
		try (TestQueue queue = builder(store).pollInterval(hours(1)).start()) {
			for (int round = 0; round < 10; round++) {
				String key = "key-" + round;
				EnqueueResult last = null;
				for (int call = 0; call < 20; call++) {
					last = queue.service()
						.enqueue(TaskRequest.of("quick")
							.args(call)
							.debounce(key, Duration.ofNanos(1_000L * ThreadLocalRandom.current().nextInt(1, 10_000)),
									Duration.ofMillis(20)));
				}
				assertThat(queue.await(last.id()).result()).isEqualTo(19);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(UniqueUntil.class)
	void whatCannotBeMeantIsRefused(UniqueUntil until) {
		TaskRequest request = TaskRequest.of("quick");
		assertThatIllegalArgumentException().isThrownBy(() -> request.unique(" ", until))
			.withMessage("A unique key must not be empty");
		assertThatIllegalArgumentException().isThrownBy(() -> request.idempotencyKey("a").unique("b", until))
			.withMessage("Task 'quick' has both an 'idempotencyKey' and a unique key; set one of them");
		assertThatIllegalArgumentException().isThrownBy(() -> request.uniqueFor(KEY, Duration.ZERO))
			.withMessage("The time of a unique key must be more than 0, but is PT0S");
		assertThatIllegalArgumentException().isThrownBy(() -> request.debounce(KEY, hours(2), hours(1)))
			.withMessage("'atMost' of a debounced task must not be less than its 'quiet' of PT2H, but is PT1H");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> request.delay(Duration.ofSeconds(1)).debounce(KEY, hours(1), hours(1)))
			.withMessage("Task 'quick' is debounced, so it must have neither 'delay' nor 'runAt'");
		try (TestQueue queue = builder("duckdb").enqueueOnly()) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> queue.service().enqueue(request.args(1).unique("k".repeat(501), until)))
				.withMessage("'unique key' must not be longer than 500 characters, but has 501");
		}
	}

	private static Duration hours(int hours) {
		return Duration.ofHours(hours);
	}

	private static TransactionTemplate transaction() {
		return new TransactionTemplate(new JdbcTransactionManager(PostgresServer.dataSource()));
	}

	private static EnqueueResult existing(EnqueueResult first) {
		return new EnqueueResult(first.id(), Outcome.EXISTING);
	}

	private static EnqueueResult replaced(EnqueueResult first) {
		return new EnqueueResult(first.id(), Outcome.REPLACED);
	}

	private static void awaitRunning(TestQueue queue, EnqueueResult task) {
		await().until(() -> queue.find(task.id()).isRunning());
	}

	static class Handlers {

		final Semaphore permits = new Semaphore(0);

		final Map<String, Integer> events = new ConcurrentHashMap<>();

		final Map<String, Integer> seen = new ConcurrentHashMap<>();

		final AtomicInteger mostAtOnce = new AtomicInteger();

		private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();

		volatile boolean failing;

		void happened(String key) {
			this.events.merge(key, 1, Integer::sum);
		}

		@GobstopperTask("held")
		void held() throws InterruptedException {
			this.permits.acquire();
			if (this.failing) {
				throw new IllegalStateException("planned");
			}
		}

		@GobstopperTask("quick")
		int quick(int number) {
			return number;
		}

		@GobstopperTask("later")
		void later(int number) {
			throw new SnoozeException(Duration.ofHours(2));
		}

		@GobstopperTask("look")
		void look(String key) {
			AtomicInteger atOnce = this.running.computeIfAbsent(key, (unused) -> new AtomicInteger());
			int now = atOnce.incrementAndGet();
			this.mostAtOnce.accumulateAndGet(now, Math::max);
			this.seen.merge(key, this.events.getOrDefault(key, 0), Math::max);
			LockSupport.parkNanos(500_000);
			atOnce.decrementAndGet();
		}

	}

}

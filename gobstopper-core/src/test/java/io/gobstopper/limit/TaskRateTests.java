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
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.gobstopper.Backoff;
import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperTask;
import io.gobstopper.RateLimitedException;
import io.gobstopper.TaskAttempt;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for rates, on each database. What has to be noticed is noticed without a poll.
 */
@Timeout(60)
class TaskRateTests {

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
	void tasksStartAtTheirRate(String store) throws Exception {
		try (TestQueue queue = builder(store).rate("api", "50/1s", 5).start()) {
			List<TaskInfo> tasks = enqueueAndAwait(queue, 60, "a");
			assertThat(tasks).allSatisfy((task) -> assertThat(task.startedAt()).isAfterOrEqualTo(task.dueAt()));
			List<Instant> dueAt = tasks.stream().map(TaskInfo::dueAt).sorted().toList();
			// All but the burst are a fiftieth of a second apart.
			for (int next = 6; next < 60; next++) {
				assertThat(between(dueAt, next - 1, next)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
			}
			assertThat(between(dueAt, 5, 59)).isLessThan(Duration.ofSeconds(10));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void eachKeyHasItsOwnRate(String store) throws Exception {
		try (TestQueue queue = builder(store).rate("api", "1/1h", 2).start()) {
			for (String key : List.of("a", "b")) {
				queue.await(queue.service().enqueue("call", key));
				queue.await(queue.service().enqueue("call", key));
			}
			String third = queue.service().enqueue("call", "a");
			await().until(() -> "limit api/a, 1st of 1".equals(queue.find(third).waitingFor()));
			assertThat(this.handlers.starts("a")).hasSize(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void tasksWithoutAKeyShareARate(String store) throws Exception {
		try (TestQueue queue = builder(store).rate("mail", "1/1h", 1).start()) {
			TaskRequest mail = TaskRequest.of("plain").args("x").limit("mail");
			queue.await(queue.service().enqueue(mail).id());
			EnqueueResult second = queue.service().enqueue(mail);
			await().until(() -> "limit mail, 1st of 1".equals(queue.find(second.id()).waitingFor()));
			queue.await(queue.service().enqueue(TaskRequest.of("plain").args("x")).id());
			assertThat(queue.find(second.id()).status()).isEqualTo(TaskStatus.PENDING);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void whatIsUsedUpIsKnownAfterARestart(String store) throws Exception {
		try (TestQueue queue = builder(store).rate("api", "1/1h", 2).start()) {
			enqueueAndAwait(queue, 2, "a");
		}
		try (TestQueue queue = builder(store).rate("api", "1/1h", 2).start()) {
			String third = queue.service().enqueue("call", "a");
			queue.await(queue.service().enqueue("call", "b"));
			assertThat(queue.find(third).waitingFor()).isEqualTo("limit api/a, 1st of 1");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void otherRateCountsForWhatWaits(String store) throws Exception {
		List<EnqueueResult> all;
		try (TestQueue queue = builder(store).rate("api", "1/1h", 1).start()) {
			all = queue.service().enqueueAll(Collections.nCopies(5, TaskRequest.of("call").args("a")));
			queue.await(all.get(0).id());
		}
		try (TestQueue queue = builder(store).rate("api", "1000/1s", 1).start()) {
			for (EnqueueResult each : all) {
				assertThat(queue.await(each.id()).status()).isEqualTo(TaskStatus.SUCCESS);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void eachAttemptUsesTheRate(String store) throws Exception {
		try (TestQueue queue = builder(store).rate("api", "1/1h", 2).start()) {
			String failing = queue.service().enqueue("fail", "a");
			await().until(() -> queue.find(failing).retryCount() == 2);
			await().until(() -> "limit api/a, 1st of 1".equals(queue.find(failing).waitingFor()));
			assertThat(queue.find(failing).status()).isEqualTo(TaskStatus.RETRY);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void whatWaitsForARateTakesNoPlaceOfOthers(String store) throws Exception {
		try (TestQueue queue = builder(store).rate("api", "1/1h", 1).limit("all", null, 1).start()) {
			TaskRequest request = TaskRequest.of("plain").limit("all");
			queue.await(queue.service().enqueue(request.args("x").limit("api", "a")).id());
			EnqueueResult waiting = queue.service().enqueue(request.args("x").limit("api", "a"));
			assertThat(queue.await(queue.service().enqueue(request.args("x").limit("api", "b")).id()).status())
				.isEqualTo(TaskStatus.SUCCESS);
			assertThat(queue.find(waiting.id()).waitingFor()).isEqualTo("limit api/a, 1st of 1");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void allOfTheKeyWaitWhenOneIsRateLimited(String store) throws Exception {
		try (TestQueue queue = builder(store).concurrency(1).rate("api", "1000/1s", 100).start()) {
			this.handlers.rateLimited = Duration.ofMillis(1500);
			List<EnqueueResult> all = queue.service()
				.enqueueAll(Collections.nCopies(20, TaskRequest.of("limited").args("a")));
			for (EnqueueResult each : all) {
				assertThat(queue.await(each.id()).status()).isEqualTo(TaskStatus.SUCCESS);
			}
			TaskInfo first = queue.find(all.get(0).id());
			assertThat(first.attempt()).isOne();
			assertThat(first.snoozeCount()).isZero();
			assertThat(first.retryCount()).isZero();
			assertThat(queue.service().findAttempts(first.id())).extracting(TaskAttempt::outcome)
				.containsExactly(TaskAttempt.Outcome.RATE_LIMITED, TaskAttempt.Outcome.SUCCESS);
			List<Instant> starts = this.handlers.starts("a");
			assertThat(starts).hasSize(21);
			assertThat(between(starts, 0, 1)).isGreaterThanOrEqualTo(Duration.ofMillis(1500));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void otherKeysGoOnWhenOneIsRateLimited(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			this.handlers.rateLimited = NEVER;
			String limited = queue.service().enqueue("limited", "a");
			awaitRateLimited(queue, limited);
			String same = queue.service().enqueue("call", "a");
			assertThat(queue.await(queue.service().enqueue("call", "b")).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(queue.find(same).status()).isEqualTo(TaskStatus.PENDING);
			assertThat(this.handlers.starts("a")).hasSize(1);
		}
		try (TestQueue queue = builder(store).start()) {
			String same = queue.service().enqueue("call", "a");
			assertThat(queue.await(queue.service().enqueue("call", "b")).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(queue.find(same).status()).isEqualTo(TaskStatus.PENDING);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void whatWasLetThroughBeforeWaitsTooAlsoInAProcessThatStartsLater(String store) throws Exception {
		try (TestQueue queue = builder(store).concurrency(1).rate("api", "1000/1s", 100).start()) {
			this.handlers.rateLimited = NEVER;
			List<EnqueueResult> all = queue.service()
				.enqueueAll(Collections.nCopies(9, TaskRequest.of("limited").args("a")));
			awaitRateLimited(queue, all.get(0).id());
		}
		try (TestQueue queue = builder(store).start()) {
			queue.await(queue.service().enqueue("call", "b"));
			assertThat(this.handlers.starts("a")).hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void limitWithoutARateIsHeededToo(String store) throws Exception {
		try (TestQueue queue = builder(store).limit("api", 5, null).start()) {
			this.handlers.rateLimited = Duration.ofMillis(800);
			String limited = queue.service().enqueue("limited", "a");
			awaitRateLimited(queue, limited);
			queue.await(queue.service().enqueue("call", "a"));
			queue.await(limited);
			assertThat(between(this.handlers.starts("a"), 0, 1)).isGreaterThanOrEqualTo(Duration.ofMillis(800));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void limitWithoutKeysIsHeededAsAWhole(String store) throws Exception {
		try (TestQueue queue = builder(store).limit("all", null, 5).start()) {
			this.handlers.rateLimited = NEVER;
			EnqueueResult limited = queue.service().enqueue(TaskRequest.of("unlimited").args("a").limit("all"));
			awaitRateLimited(queue, limited.id());
			EnqueueResult same = queue.service().enqueue(TaskRequest.of("plain").args("x").limit("all"));
			EnqueueResult keyed = queue.service().enqueue(TaskRequest.of("plain").args("x").limit("all", "b"));
			queue.await(queue.service().enqueue("call", "b"));
			assertThat(queue.find(same.id()).waitingFor()).isEqualTo("limit all, 1st of 2");
			assertThat(queue.find(keyed.id()).waitingFor()).isEqualTo("limit all, 2nd of 2");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskWithoutLimitsOnlyWaitsItself(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			this.handlers.rateLimited = Duration.ofMillis(300);
			String limited = queue.service().enqueue("unlimited", "a");
			assertThat(queue.await(limited).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(queue.find(limited).attempt()).isOne();
		}
	}

	@Test
	void processesShareARate() throws Exception {
		try (TestQueue one = builder("postgresql").rate("api", "50/1s", 5).start();
				TestQueue other = builder("postgresql").rate("api", "50/1s", 5).start()) {
			List<EnqueueResult> all = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				all.add(((i % 2 != 0) ? one : other).service().enqueue(TaskRequest.of("call").args("a")));
			}
			Instant first = one.find(all.get(0).id()).createdAt();
			List<Instant> dueAt = new ArrayList<>();
			for (EnqueueResult each : all) {
				dueAt.add(one.await(each.id()).dueAt());
			}
			assertThat(Duration.between(first, Collections.max(dueAt))).isBetween(Duration.ofMillis(1900),
					Duration.ofSeconds(15));
			assertThat(dueAt).doesNotHaveDuplicates();
		}
	}

	@Test
	void otherProcessHearsAtOnceThatAKeyIsRateLimited() throws Exception {
		try (TestQueue one = builder("postgresql").rate("api", "1000/1s", 100).concurrency(1).start();
				TestQueue other = builder("postgresql").rate("api", "1000/1s", 100).concurrency(1).start()) {
			this.handlers.permits.drainPermits();
			List<EnqueueResult> blocking = List.of(one.service().enqueue(TaskRequest.of("block").args("b")),
					other.service().enqueue(TaskRequest.of("block").args("b")));
			await().until(() -> this.handlers.starts("b").size() == 2);
			this.handlers.rateLimited = Duration.ofSeconds(2);
			List<EnqueueResult> all = one.service()
				.enqueueAll(Collections.nCopies(20, TaskRequest.of("limited").args("a")));
			this.handlers.permits.release(2);
			for (EnqueueResult each : blocking) {
				one.await(each.id());
			}
			for (EnqueueResult each : all) {
				assertThat(one.await(each.id()).status()).isEqualTo(TaskStatus.SUCCESS);
			}
			List<Instant> starts = this.handlers.starts("a");
			Instant told = starts.get(0).plusMillis(500);
			Instant over = starts.get(0).plusSeconds(2);
			assertThat(starts).noneMatch((start) -> start.isAfter(told) && start.isBefore(over));
		}
	}

	private static void awaitRateLimited(TestQueue queue, String id) {
		await().until(() -> queue.service()
			.findAttempts(id)
			.stream()
			.anyMatch((attempt) -> attempt.outcome() == TaskAttempt.Outcome.RATE_LIMITED));
	}

	private static List<TaskInfo> enqueueAndAwait(TestQueue queue, int tasks, String key) throws Exception {
		List<EnqueueResult> all = queue.service()
			.enqueueAll(IntStream.range(0, tasks).mapToObj((number) -> TaskRequest.of("call").args(key)).toList());
		List<TaskInfo> ended = new ArrayList<>();
		for (EnqueueResult each : all) {
			ended.add(queue.await(each.id()));
		}
		assertThat(ended).allMatch((task) -> task.status() == TaskStatus.SUCCESS);
		return ended;
	}

	private static Duration between(List<Instant> starts, int one, int other) {
		return Duration.between(starts.get(one), starts.get(other));
	}

	static class Handlers {

		final Semaphore permits = new Semaphore(0);

		volatile Duration rateLimited = Duration.ZERO;

		private final Map<String, List<Instant>> starts = new ConcurrentHashMap<>();

		List<Instant> starts(String key) {
			List<Instant> all = this.starts.getOrDefault(key, List.of());
			synchronized (all) {
				return all.stream().sorted().toList();
			}
		}

		private void started(String key) {
			this.starts.computeIfAbsent(key, (ignored) -> Collections.synchronizedList(new ArrayList<>()))
				.add(Instant.now());
		}

		@GobstopperTask("call")
		@TaskLimit(name = "api", key = "#key", rate = "100/1s", burst = 10)
		void call(String key) {
			started(key);
		}

		@GobstopperTask("limited")
		@TaskLimit(name = "api", key = "#key")
		void limited(String key) {
			started(key);
			rateLimit();
		}

		@GobstopperTask("unlimited")
		void unlimited(String key) {
			rateLimit();
		}

		private synchronized void rateLimit() {
			Duration delay = this.rateLimited;
			this.rateLimited = Duration.ZERO;
			if (!delay.isZero()) {
				throw new RateLimitedException(delay);
			}
		}

		@GobstopperTask("block")
		void block(String key) throws InterruptedException {
			started(key);
			this.permits.acquire();
		}

		@GobstopperTask(name = "fail", maxRetries = 3, backoff = @Backoff(initialDelay = "10ms"))
		@TaskLimit(name = "api", key = "#key")
		void fail(String key, TaskContext context) {
			started(key);
			throw new IllegalStateException("Always");
		}

		@GobstopperTask("plain")
		void plain(String text) {
			started(text);
		}

	}

}

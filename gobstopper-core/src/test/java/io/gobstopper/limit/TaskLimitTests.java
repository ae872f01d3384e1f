package io.gobstopper.limit;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.limit.LimitUse;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the places of limits, on each database: who has one, and who waits. What has
 * to be noticed is noticed without a poll.
 */
@Timeout(60)
class TaskLimitTests {

	private static final Duration NEVER = Duration.ofHours(1);

	@TempDir
	private Path folder;

	private final LimitedHandlers handlers = new LimitedHandlers();

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
			this.handlers.awaitRunning(3);
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
	void longestKeysAreThoseForWhichMostTasksWait(String store) {
		try (TestQueue queue = builder(store).start()) {
			for (int tenant = 1; tenant <= 25; tenant++) {
				queue.service()
					.enqueueAll(Collections.nCopies(tenant, TaskRequest.of("sync").args("tenant-" + tenant)));
			}
			queue.service().enqueue(TaskRequest.of("plain").args("x").limit("crm"));
			this.handlers.awaitRunning(3);
			List<LimitKeyInfo> keys = queue.limits().findLongestKeys("crm");
			assertThat(keys).hasSize(20).contains(new LimitKeyInfo("tenant-25", 1, 24));
			assertThat(keys).isSortedAccordingTo(Comparator.comparingLong(LimitKeyInfo::waiting).reversed());
			assertThat(keys).noneMatch((key) -> key.key().isEmpty());
			assertThat(queue.limits().findLongestKeys("exclusive")).isEmpty();
			assertThat(queue.limits().findLongestKeys("cr")).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void waitingTaskSaysForWhatItWaitsAndInWhichPlace(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			String running = queue.service().enqueue("sync", "a");
			this.handlers.awaitRunning(1);
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
			this.handlers.awaitRunning(1);
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
			this.handlers.awaitRunning(1);
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
			this.handlers.awaitRunning(1);
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
			this.handlers.awaitRunning(1);
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
			this.handlers.awaitRunning(1);
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
			this.handlers.awaitRunning(1);
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
	void depthCountsWhatWaitsForALimitAsDue(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			queue.service().enqueueAll(Collections.nCopies(3, TaskRequest.of("sync").args("a")));
			this.handlers.awaitRunning(1);
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
			this.handlers.awaitRunning(1);
			EnqueueResult ahead = queue.service().enqueue(request);
			await().until(() -> queue.store().reads().limitUse().get(0).active() == 2);
			queue.service().pause("default");
			EnqueueResult other = queue.service().enqueue(request.category("other"));
			this.handlers.awaitRunning(2);
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

}

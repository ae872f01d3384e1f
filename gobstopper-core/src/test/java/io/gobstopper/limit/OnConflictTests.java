package io.gobstopper.limit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperTask;
import io.gobstopper.RetryLaterException;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for tasks that give way to others with the same key, on each database. What has
 * to be noticed is noticed without a poll.
 */
@Timeout(60)
class OnConflictTests {

	private static final Duration NEVER = Duration.ofHours(1);

	@TempDir
	private Path folder;

	private final Handlers handlers = new Handlers();

	private final PostgresSettings postgres = PostgresServer.newSettings();

	private TestQueue.Builder builder(String store) {
		return TestQueue.with(this.handlers).on(store, this.folder, this.postgres).concurrency(20).pollInterval(NEVER);
	}

	private TestQueue start(String store) {
		return builder(store).start();
	}

	private static List<String> enqueue(TestQueue queue, String task, int number) {
		return queue.service()
			.enqueueAll(Collections.nCopies(number, TaskRequest.of(task).args("a")))
			.stream()
			.map(EnqueueResult::id)
			.toList();
	}

	private static List<TaskStatus> ends(TestQueue queue, List<String> ids) throws Exception {
		List<TaskStatus> statuses = new ArrayList<>();
		for (String id : ids) {
			statuses.add(queue.await(id).status());
		}
		return statuses;
	}

	private void awaitStarted(int number) {
		await().until(() -> this.handlers.started.size() == number);
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void newTaskIsSkippedWhileAnotherRuns(String store) throws Exception {
		try (TestQueue queue = start(store)) {
			String running = enqueue(queue, "skip", 1).get(0);
			awaitStarted(1);
			assertThat(ends(queue, enqueue(queue, "skip", 3))).containsOnly(TaskStatus.CANCELLED);
			queue.service().enqueue("skip", "b");
			awaitStarted(2);
			this.handlers.permits.release(100);
			assertThat(queue.await(running).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(ends(queue, enqueue(queue, "skip", 1))).containsExactly(TaskStatus.SUCCESS);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskThatIsTriedAgainIsNotSkipped(String store) throws Exception {
		try (TestQueue queue = start(store)) {
			String retried = queue.service().enqueue("skip_once", "a");
			await().until(() -> queue.find(retried).status() == TaskStatus.RETRY);
			String running = enqueue(queue, "skip", 1).get(0);
			awaitStarted(2);
			await().until(() -> queue.find(retried).waitingFor() != null);
			assertThat(ends(queue, enqueue(queue, "skip", 1))).containsExactly(TaskStatus.CANCELLED);
			this.handlers.permits.release(100);
			assertThat(ends(queue, List.of(running, retried))).containsOnly(TaskStatus.SUCCESS);
		}
	}

	@ParameterizedTest
	@CsvSource({ "duckdb,skip,one", "duckdb,replace,latest", "duckdb,newest,newest", "postgresql,skip,one",
			"postgresql,replace,latest", "postgresql,newest,newest" })
	void nothingGivesWayWhileTheLimitIsPaused(String store, String task, String limit) throws Exception {
		try (TestQueue queue = start(store)) {
			String running = enqueue(queue, task, 1).get(0);
			awaitStarted(1);
			queue.limits().pause(limit);
			List<String> waiting = enqueue(queue, task, 2);
			queue.limits().pause("plain");
			String plain = queue.service().enqueue("plain");
			queue.limits().resume("plain");
			queue.await(plain);
			assertThat(queue.find(running).status()).isEqualTo(TaskStatus.STARTED);
			assertThat(waiting).allMatch((id) -> queue.find(id).status() == TaskStatus.PENDING);
			this.handlers.permits.release(100);
			queue.await(running);
			queue.limits().resume(limit);
			assertThat(queue.await(waiting.get(1)).status()).isIn(TaskStatus.SUCCESS, TaskStatus.CANCELLED);
		}
	}

	@Test
	void allOfVeryManyThatAreEnqueuedAtOnceGiveWay() throws Exception {
		try (TestQueue queue = start("duckdb")) {
			List<TaskRequest> requests = new ArrayList<>();
			for (int i = 0; i < 7500; i++) {
				requests.add(TaskRequest.of("replace").args("key-" + i % 2500));
			}
			List<EnqueueResult> all = queue.service().enqueueAll(requests);
			await().until(() -> queue.service().count(TaskQuery.all().status(TaskStatus.CANCELLED)) == 2500);
			assertThat(queue.find(all.get(4999).id()).status()).isEqualTo(TaskStatus.CANCELLED);
			assertThat(queue.find(all.get(5000).id()).status()).isEqualTo(TaskStatus.PENDING);
			this.handlers.permits.release(7500);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void onlyTheNewestWaits(String store) throws Exception {
		try (TestQueue queue = start(store)) {
			String running = enqueue(queue, "replace", 1).get(0);
			awaitStarted(1);
			List<String> waiting = new ArrayList<>(enqueue(queue, "replace", 2));
			waiting.addAll(enqueue(queue, "replace", 1));
			assertThat(ends(queue, waiting.subList(0, 2))).containsOnly(TaskStatus.CANCELLED);
			TaskInfo last = queue.find(waiting.get(2));
			assertThat(last.status()).isEqualTo(TaskStatus.PENDING);
			assertThat(last.waitingFor()).isEqualTo("limit latest/a, 1st of 1");
			this.handlers.permits.release(100);
			assertThat(ends(queue, List.of(running, last.id()))).containsOnly(TaskStatus.SUCCESS);
			assertThat(this.handlers.started).hasSize(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void whatRunsIsAskedToStopForANewerOne(String store) throws Exception {
		try (TestQueue queue = start(store)) {
			String running = enqueue(queue, "newest", 1).get(0);
			queue.service().enqueue("newest", "b");
			awaitStarted(2);
			List<String> more = enqueue(queue, "newest", 5);
			assertThat(queue.await(running).status()).isEqualTo(TaskStatus.CANCELLED);
			assertThat(ends(queue, more.subList(0, 4))).containsOnly(TaskStatus.CANCELLED);
			await().until(() -> queue.find(more.get(4)).status() == TaskStatus.STARTED);
			this.handlers.permits.release(100);
			assertThat(queue.await(more.get(4)).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(this.handlers.started).contains(more.get(4));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void newestTwoStayWhereTwoMayRun(String store) throws Exception {
		try (TestQueue queue = start(store)) {
			List<String> running = enqueue(queue, "newest_two", 2);
			awaitStarted(2);
			String next = enqueue(queue, "newest_two", 1).get(0);
			assertThat(queue.await(running.get(0)).status()).isEqualTo(TaskStatus.CANCELLED);
			awaitStarted(3);
			this.handlers.permits.release(100);
			assertThat(ends(queue, List.of(running.get(1), next))).containsOnly(TaskStatus.SUCCESS);
		}
	}

	@Test
	void tasksOfOtherProcessesGiveWay() throws Exception {
		try (TestQueue one = start("postgresql"); TestQueue other = builder("postgresql").enqueueOnly()) {
			String running = enqueue(one, "newest", 1).get(0);
			awaitStarted(1);
			String newest = enqueue(other, "newest", 1).get(0);
			assertThat(one.await(running).status()).isEqualTo(TaskStatus.CANCELLED);
			this.handlers.permits.release(100);
			assertThat(one.await(newest).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	static class Handlers {

		final Semaphore permits = new Semaphore(0);

		final List<String> started = Collections.synchronizedList(new ArrayList<>());

		@GobstopperTask("skip")
		@TaskLimit(name = "one", key = "#key", perKey = 1, onConflict = OnConflict.SKIP)
		void skip(String key, TaskContext context) throws InterruptedException {
			run(context);
		}

		@GobstopperTask(name = "skip_once", maxRetries = 1)
		@TaskLimit(name = "one", key = "#key", perKey = 1, onConflict = OnConflict.SKIP)
		void skipOnce(String key, TaskContext context) throws InterruptedException {
			if (context.attempt() == 1) {
				this.started.add(context.id());
				throw new RetryLaterException(Duration.ofMillis(300));
			}
			run(context);
		}

		@GobstopperTask("replace")
		@TaskLimit(name = "latest", key = "#key", perKey = 1, onConflict = OnConflict.REPLACE_WAITING)
		void replace(String key, TaskContext context) throws InterruptedException {
			run(context);
		}

		@GobstopperTask("newest")
		@TaskLimit(name = "newest", key = "#key", perKey = 1, onConflict = OnConflict.CANCEL_RUNNING)
		void newest(String key, TaskContext context) throws InterruptedException {
			run(context);
		}

		@GobstopperTask("newest_two")
		@TaskLimit(name = "newest_two", key = "#key", perKey = 2, onConflict = OnConflict.CANCEL_RUNNING)
		void newestTwo(String key, TaskContext context) throws InterruptedException {
			run(context);
		}

		@GobstopperTask("plain")
		@TaskLimit(name = "plain", total = 5)
		void plain() {
		}

		private void run(TaskContext context) throws InterruptedException {
			this.started.add(context.id());
			this.permits.acquire();
		}

	}

}

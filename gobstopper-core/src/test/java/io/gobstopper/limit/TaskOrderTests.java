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
import org.junit.jupiter.params.provider.ValueSource;

import io.gobstopper.GobstopperTask;
import io.gobstopper.NonRetryableTaskException;
import io.gobstopper.RetryLaterException;
import io.gobstopper.SnoozeException;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for limits by whose keys tasks start in order, on each database.
 */
@Timeout(60)
class TaskOrderTests {

	private static final Duration OFTEN = Duration.ofMillis(50);

	@TempDir
	private Path folder;

	private final Handlers handlers = new Handlers();

	private final PostgresSettings postgres = PostgresServer.newSettings();

	private TestQueue start(String store) {
		return TestQueue.with(this.handlers)
			.on(store, this.folder, this.postgres)
			.concurrency(20)
			.pollInterval(OFTEN)
			.start();
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void tasksOfAKeyStartInTheOrderInWhichTheyWereEnqueued(String store) throws Exception {
		try (TestQueue queue = start(store)) {
			List<String> ids = new ArrayList<>();
			for (TaskPriority priority : TaskPriority.values()) {
				ids.add(queue.service()
					.enqueue(TaskRequest.of("ship").args("a", priority.name()).priority(priority))
					.id());
			}
			queue.service().enqueue("ship", "b", "other");
			await().until(() -> this.handlers.started.size() == 2);
			assertThat(queue.find(ids.get(2)).waitingFor()).isEqualTo("limit orders/a, 2nd of 3");
			this.handlers.permits.release(100);
			for (String id : ids) {
				assertThat(queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
			}
			assertThat(this.handlers.startedOf("a"))
				.isEqualTo(List.of(TaskPriority.values()).stream().map(TaskPriority::name).toList());
			assertThat(this.handlers.startedOf("b")).hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskThatFailsKeepsOthersWaitingUntilItIsGivenUp(String store) throws Exception {
		this.handlers.permits.release(100);
		try (TestQueue queue = start(store)) {
			String failing = queue.service().enqueue("ship", "a", "fail");
			String next = queue.service().enqueue("ship", "a", "next");
			String other = queue.service().enqueue("ship", "b", "other");
			assertThat(queue.await(other).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(queue.await(failing).status()).isEqualTo(TaskStatus.FAILED);
			assertThat(queue.await(next).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(this.handlers.startedOf("a")).containsExactly("fail", "fail", "fail", "next");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskThatIsPutOffKeepsOthersWaitingAlsoAfterARestart(String store) throws Exception {
		this.handlers.permits.release(100);
		String next;
		try (TestQueue queue = start(store)) {
			String first = queue.service().enqueue("ship", "a", "snooze");
			next = queue.service().enqueue("ship", "a", "next");
			await().until(() -> queue.find(first).snoozeCount() == 1);
			assertThat(queue.find(next).waitingFor()).isEqualTo("limit orders/a, 2nd of 2");
		}
		try (TestQueue queue = start(store)) {
			assertThat(queue.await(next).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(this.handlers.startedOf("a")).containsExactly("snooze", "snooze", "next");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskThatIsEnqueuedForLaterKeepsNobodyWaiting(String store) throws Exception {
		try (TestQueue queue = start(store)) {
			String later = queue.service()
				.enqueue(TaskRequest.of("ship").args("a", "later").delay(Duration.ofMillis(500)))
				.id();
			queue.service().enqueue("ship", "a", "first");
			String last = queue.service().enqueue("ship", "a", "last");
			await().until(() -> "limit orders/a, 1st of 2".equals(queue.find(later).waitingFor()));
			this.handlers.permits.release(100);
			queue.await(last);
			assertThat(this.handlers.startedOf("a")).containsExactly("first", "later", "last");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskThatNobodyMayRunNowKeepsOthersWaiting(String store) throws Exception {
		this.handlers.permits.release(100);
		try (TestQueue queue = start(store)) {
			queue.service().pause("slow");
			String paused = queue.service().enqueue(TaskRequest.of("ship").args("a", "paused").category("slow")).id();
			String next = queue.service().enqueue("ship", "a", "next");
			queue.await(queue.service().enqueue("ship", "b", "other"));
			assertThat(queue.find(next).waitingFor()).isEqualTo("limit orders/a, 2nd of 2");
			queue.service().resume("slow");
			queue.await(paused);
			queue.await(next);
			assertThat(this.handlers.startedOf("a")).containsExactly("paused", "next");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void whenTheFirstIsCancelledTheNextOneStarts(String store) throws Exception {
		this.handlers.permits.release(100);
		try (TestQueue queue = start(store)) {
			String first = queue.service().enqueue("ship", "a", "snooze_long");
			String next = queue.service().enqueue("ship", "a", "next");
			await().until(() -> queue.find(first).snoozeCount() == 1);
			assertThat(queue.service().cancel(first)).isTrue();
			assertThat(queue.await(next).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void orderIsKeptBesideOtherLimits(String store) throws Exception {
		this.handlers.permits.release(100);
		try (TestQueue queue = start(store)) {
			String failing = queue.service().enqueue("ship_by_truck", "a", "fail");
			List<String> next = new ArrayList<>();
			for (int i = 0; i < 10; i++) {
				next.add(queue.service().enqueue("ship_by_truck", "a", "next-" + i));
				queue.service().enqueue("ship_by_truck", "key-" + i, "other");
			}
			assertThat(queue.await(failing).status()).isEqualTo(TaskStatus.FAILED);
			for (String id : next) {
				assertThat(queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
			}
			assertThat(this.handlers.startedOf("a")).containsExactly("fail", "fail", "fail", "next-0", "next-1",
					"next-2", "next-3", "next-4", "next-5", "next-6", "next-7", "next-8", "next-9");
		}
	}

	@Test
	void moreThanOneOfAKeyCannotBeAskedFor() {
		try (TestQueue queue = start("duckdb")) {
			assertThatIllegalArgumentException().isThrownBy(
					() -> queue.limits().override("orders", new LimitNumbers(2, null, null, null), Duration.ofHours(1)))
				.withMessage("'perKey' must be 1, but is 2, as limit 'orders' is 'ordered'");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> queue.service().enqueue(TaskRequest.of("ship").args("a", "x").limit("lines", "b")))
				.withMessage("Task 'ship' can have only one limit that is 'ordered', but has lines, orders");
		}
	}

	static class Handlers {

		final Semaphore permits = new Semaphore(0);

		final List<String> started = Collections.synchronizedList(new ArrayList<>());

		List<String> startedOf(String key) {
			return List.copyOf(this.started)
				.stream()
				.filter((each) -> each.startsWith(key + "/"))
				.map((each) -> each.substring(key.length() + 1))
				.toList();
		}

		@GobstopperTask(name = "ship", maxRetries = 2)
		@TaskLimit(name = "orders", key = "#order", ordered = true)
		void ship(String order, String what, TaskContext context) throws InterruptedException {
			run(order, what, context);
		}

		@GobstopperTask(name = "ship_by_truck", maxRetries = 2)
		@TaskLimit(name = "orders", key = "#order", ordered = true)
		@TaskLimit(name = "a_truck", key = "'truck'", perKey = 1)
		@TaskLimit(name = "trucks", total = 2)
		void shipByTruck(String order, String what, TaskContext context) throws InterruptedException {
			run(order, what, context);
		}

		@GobstopperTask("line")
		@TaskLimit(name = "lines", key = "#line", ordered = true)
		void line(String line) {
		}

		private void run(String order, String what, TaskContext context) throws InterruptedException {
			this.started.add(order + "/" + what);
			if (what.equals("fail") && context.attempt() < 3) {
				throw new RetryLaterException(Duration.ofMillis(150));
			}
			if (what.equals("fail")) {
				throw new NonRetryableTaskException("given up");
			}
			if (what.startsWith("snooze") && context.snoozeCount() == 0) {
				throw new SnoozeException(what.endsWith("long") ? Duration.ofHours(1) : Duration.ofMillis(300));
			}
			this.permits.acquire();
		}

	}

}

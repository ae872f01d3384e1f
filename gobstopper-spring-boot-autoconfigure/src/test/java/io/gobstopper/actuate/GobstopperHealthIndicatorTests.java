package io.gobstopper.actuate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.dao.DataAccessResourceFailureException;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.limit.LimitInfo;
import io.gobstopper.limit.TaskLimit;
import io.gobstopper.schedule.TaskSchedule;
import io.gobstopper.store.InterceptedTaskStore;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestClock;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * When the queue is healthy and when it is not.
 */
@Timeout(60)
class GobstopperHealthIndicatorTests {

	private static final Duration NOTICED_WITHIN = Duration.ofSeconds(5);

	@TempDir
	private Path folder;

	@Test
	void workingQueueIsUpAndTellsWhatItDoes() throws Exception {
		Path file = this.folder.resolve("tasks.duckdb");
		try (TestQueue queue = TestQueue.with(new Handlers()).path(file.toString()).start()) {
			queue.await(queue.service().enqueue("succeed"));
			Health health = health(queue, null);
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).containsEntry("store", file.toString())
				.containsEntry("pending", 0L)
				.containsEntry("limit", 10)
				.containsKeys("node", "active", "lastClaimAt")
				.doesNotContainKeys("oldestAgeSeconds", "warning");
		}
	}

	@Test
	void probesInQuickSuccessionCountTheBacklogOnce() {
		AtomicInteger counted = new AtomicInteger();
		try (TestQueue queue = TestQueue.with(new Handlers())
			.store((store) -> InterceptedTaskStore.before(store, "snapshot", counted::incrementAndGet))
			.enqueueOnly()) {
			GobstopperHealthIndicator health = new GobstopperHealthIndicator(queue.groupCommit(), null, null,
					Clock.systemUTC());
			for (int i = 0; i < 500; i++) {
				assertThat(health.health().getStatus()).isEqualTo(Status.UP);
			}
			assertThat(counted.get()).isBetween(1, 250);
		}
	}

	@Test
	void queueWithoutAWorkerIsUp() {
		try (TestQueue queue = TestQueue.with(new Handlers()).enqueueOnly()) {
			Health health = new GobstopperHealthIndicator(queue.groupCommit(), null, null, Clock.systemUTC()).health();
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).doesNotContainKey("node");
		}
	}

	@Test
	void backlogAloneIsNoReasonButMayBeWorthAWarning() {
		try (TestQueue queue = TestQueue.with(new Handlers()).start()) {
			queue.service().pause("default");
			queue.service().enqueueAll(Collections.nCopies(1000, TaskRequest.of("succeed")));
			Health unbounded = health(queue, null);
			assertThat(unbounded.getStatus()).isEqualTo(Status.UP);
			assertThat(unbounded.getDetails()).containsEntry("pending", 1000L)
				.containsKey("oldestAgeSeconds")
				.doesNotContainKey("warning");
			assertThat(health(queue, Duration.ofHours(1)).getDetails()).doesNotContainKey("warning");
			Health bounded = health(queue, Duration.ZERO);
			assertThat(bounded.getStatus()).isEqualTo(Status.UP);
			assertThat(bounded.getDetails().get("warning")).asString().contains("longer than PT0S");
		}
	}

	@Test
	void scheduleThatNobodyFiresIsNamed() {
		TestClock clock = new TestClock(Instant.parse("2026-05-10T12:00:00Z"));
		try (TestQueue queue = TestQueue.with(new Handlers()).clock(clock).enqueueOnly()) {
			queue.schedules().create(TaskSchedule.every("s", Duration.ofHours(1), TaskRequest.of("succeed")));
			GobstopperHealthIndicator health = new GobstopperHealthIndicator(queue.groupCommit(), null, null, clock);
			clock.advance(Duration.ofMinutes(61));
			assertThat(health.health().getDetails()).doesNotContainKey("overdueSchedules");
			clock.advance(Duration.ofSeconds(1));
			assertThat(health.health().getDetails()).containsEntry("overdueSchedules",
					Map.of("s", "2026-05-10T13:00:00Z"));
			queue.service().pause("default");
			assertThat(health.health().getDetails()).doesNotContainKey("overdueSchedules");
		}
	}

	@Test
	void fileThatIsTakenAwayIsDownUntilItIsBackWithAllTasks() throws Exception {
		Path file = this.folder.resolve("tasks.duckdb");
		Path elsewhere = this.folder.resolve("elsewhere.duckdb");
		List<String> ids = new ArrayList<>();
		try (TestQueue queue = TestQueue.with(new Handlers()).path(file.toString()).start()) {
			ids.add(queue.service().enqueue("succeed"));
			Files.move(file, elsewhere);
			await().atMost(NOTICED_WITHIN)
				.untilAsserted(() -> assertThat(health(queue, null).getStatus()).isEqualTo(Status.DOWN));
			assertThat(health(queue, null).getDetails().get("error")).asString().contains("is gone");
			ids.add(queue.service().enqueue("succeed"));
			Files.move(elsewhere, file);
			await().atMost(NOTICED_WITHIN)
				.untilAsserted(() -> assertThat(health(queue, null).getStatus()).isEqualTo(Status.UP));
			ids.add(queue.service().enqueue("succeed"));
		}
		try (TestQueue queue = TestQueue.with(new Handlers()).path(file.toString()).start()) {
			for (String id : ids) {
				assertThat(queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
			}
		}
	}

	@Test
	void databaseThatCannotBeWrittenIsDownUntilItCanWithAllTasks() throws Exception {
		AtomicBoolean full = new AtomicBoolean();
		AtomicInteger tries = new AtomicInteger();
		try (TestQueue queue = TestQueue.with(new Handlers())
			.store((store) -> InterceptedTaskStore.before(store, "inTransaction", () -> {
				if (full.get()) {
					tries.incrementAndGet();
					throw new DataAccessResourceFailureException("No space left on device");
				}
				return null;
			}))
			.start()) {
			queue.service().pause("default");
			String id = queue.service().enqueue("succeed");
			full.set(true);
			await().atMost(NOTICED_WITHIN)
				.untilAsserted(() -> assertThat(health(queue, null).getStatus()).isEqualTo(Status.DOWN));
			assertThat(health(queue, null).getDetails().get("reason")).asString()
				.contains("has not asked for work with success");
			assertThat(tries).as("not tried all the time").hasValueLessThan(200);
			full.set(false);
			await().atMost(NOTICED_WITHIN)
				.untilAsserted(() -> assertThat(health(queue, null).getStatus()).isEqualTo(Status.UP));
			queue.service().resume("default");
			TaskInfo task = queue.await(id);
			assertThat(task.status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(task.crashCount()).isZero();
		}
	}

	@Test
	void workerThatCannotClaimIsDownEvenIfOthersCanWrite() {
		try (TestQueue queue = TestQueue.with(new Handlers())
			.store((store) -> InterceptedTaskStore.before(store, "claim", () -> {
				throw new DataAccessResourceFailureException("no claims today");
			}))
			.start()) {
			await().pollInterval(Duration.ofMillis(100)).atMost(NOTICED_WITHIN).untilAsserted(() -> {
				queue.service().enqueue(TaskRequest.of("succeed").category("other"));
				assertThat(health(queue, null).getStatus()).isEqualTo(Status.DOWN);
			});
		}
	}

	@Test
	void databaseThatAnswersButTakesNoTasksIsDownUntilItDoes() {
		AtomicBoolean full = new AtomicBoolean(true);
		try (TestQueue queue = TestQueue.with(new Handlers())
			.store((store) -> InterceptedTaskStore.before(store, "insert", () -> {
				if (full.get()) {
					throw new DataAccessResourceFailureException("No space left on device");
				}
				return null;
			}))
			.start()) {
			assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> queue.service().enqueue("succeed"));
			Health down = health(queue, null);
			assertThat(down.getStatus()).isEqualTo(Status.DOWN);
			assertThat(down.getDetails().get("reason")).asString()
				.contains("No task was stored since", "No space left on device");
			full.set(false);
			queue.service().enqueue("succeed");
			assertThat(health(queue, null).getStatus()).isEqualTo(Status.UP);
		}
	}

	@Test
	void databaseThatCannotBeOpenedIsDown() {
		try (TestQueue queue = TestQueue.with(new Handlers()).path("/dev/null/tasks.duckdb").start()) {
			Health health = health(queue, null);
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails().get("error")).asString().contains("cannot be opened");
		}
	}

	@Test
	void limitsOfWhichAnotherProcessSaysOtherNumbersAreNamed() {
		PostgresSettings settings = PostgresServer.newSettings();
		try (TestQueue first = TestQueue.with(new OneAtOnce()).on("postgresql", this.folder, settings).start();
				TestQueue last = TestQueue.with(new TwoAtOnce()).on("postgresql", this.folder, settings).start()) {
			await().untilAsserted(() -> assertThat(health(first, null).getDetails()).containsEntry("differingLimits",
					Map.of("crm", "{total=1, rate=60/1m} here, but {total=2} in the process that started last")));
			assertThat(health(last, null).getDetails()).doesNotContainKey("differingLimits");
			assertThat(first.limits().findAll()).extracting(LimitInfo::total).containsExactly(2);
		}
	}

	private static Health health(TestQueue queue, Duration threshold) {
		return new GobstopperHealthIndicator(queue.groupCommit(), queue.worker(), threshold, Clock.systemUTC())
			.health();
	}

	static class OneAtOnce {

		@GobstopperTask("sync")
		@TaskLimit(name = "crm", total = 1, rate = "60/1m")
		void sync() {
		}

	}

	static class TwoAtOnce {

		@GobstopperTask("sync")
		@TaskLimit(name = "crm", total = 2)
		void sync() {
		}

	}

	static class Handlers {

		@GobstopperTask(name = "succeed")
		void succeed() {
		}

	}

}

package io.gobstopper.worker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.GobstopperTask;
import io.gobstopper.NonRetryableTaskException;
import io.gobstopper.RetryLaterException;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.TaskTimeoutException;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.event.TaskListener;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.InterceptedTaskStore;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.worker.dispatch.CategoryActivity;
import io.gobstopper.worker.execution.AttemptInterceptor;
import io.gobstopper.worker.maintenance.RetentionSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * {@link TaskWorker} on a real database.
 */
@Timeout(60)
class TaskWorkerTests {

	private final Handlers handlers = new Handlers();

	@Test
	void resultIsStored() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			TaskInfo task = queue.await(queue.service().enqueue("echo", Map.of("a", List.of(1, 2))));
			assertThat(task.status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(task.result()).isEqualTo(Map.of("a", List.of(1, 2)));
			assertThat(task.progress()).isEqualTo(100);
			assertThat(task.attempt()).isEqualTo(1);
			assertThat(task.startedAt()).isBetween(task.createdAt(), task.completedAt());
			assertThat(task.leaseOwner()).isNull();
		}
	}

	@Test
	void valueOfCompletionStageIsTheResult() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			assertThat(queue.await(queue.service().enqueue("later", 5)).result()).isEqualTo(5);
			TaskInfo failed = queue.await(queue.service().enqueue("later", -1));
			assertThat(failed.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(failed.error()).isEqualTo("negative");
		}
	}

	@Test
	void mixedPrioritiesRunInExactOrderAndAnotherCategoryIsNotHeldUp() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).concurrency(1).start()) {
			queue.service().pause("default");
			List<TaskRequest> requests = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				requests.add(TaskRequest.of("record").args(i).priority(TaskPriority.ofLevel(1 + (i * 7) % 4)));
			}
			List<String> ids = new ArrayList<>();
			queue.service().enqueueAll(requests).forEach((result) -> ids.add(result.id()));
			TaskInfo other = queue
				.await(queue.service().enqueue(TaskRequest.of("record").args(1000).category("other")).id());
			assertThat(other.status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(queue.service().stats().byStatus()).containsEntry(TaskStatus.PENDING, 100L);
			this.handlers.recorded.clear();
			queue.service().resume("default");
			for (String id : ids) {
				queue.await(id);
			}
			List<Integer> expected = new ArrayList<>();
			for (int priority = 3; priority >= 0; priority--) {
				for (int i = 0; i < 100; i++) {
					if ((i * 7) % 4 == priority) {
						expected.add(i);
					}
				}
			}
			assertThat(this.handlers.recorded).isEqualTo(expected);
		}
	}

	@Test
	void moreUrgentTaskOvertakesWhatWasClaimedAhead() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).concurrency(1).start()) {
			for (int i = 0; i < 20; i++) {
				queue.await(queue.service().enqueue("record", -1));
			}
			this.handlers.recorded.clear();
			String first = queue.service().enqueue("block");
			this.handlers.blocking.acquire();
			List<TaskRequest> normal = new ArrayList<>();
			for (int i = 0; i < 500; i++) {
				normal.add(TaskRequest.of("record").args(i));
			}
			String last = queue.service().enqueueAll(normal).get(499).id();
			queue.service().enqueue(TaskRequest.of("record").args(9999).priority(TaskPriority.CRITICAL));
			this.handlers.release.release();
			queue.await(first);
			queue.await(last);
			assertThat(this.handlers.recorded).startsWith(9999, 0, 1, 2).hasSize(501);
		}
	}

	@Test
	void concurrencyCanBeRaisedAndLoweredWhileTasksRun() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).concurrency(1).start()) {
			List<String> ids = new ArrayList<>();
			queue.service()
				.enqueueAll(Collections.nCopies(8, TaskRequest.of("block")))
				.forEach((result) -> ids.add(result.id()));
			this.handlers.blocking.acquire(1);
			assertThat(this.handlers.blocking.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
			queue.worker().resize("default", 4);
			this.handlers.blocking.acquire(3);
			assertThat(activity(queue)).isEqualTo(new CategoryActivity("default", 4, 4, 0, false));
			queue.worker().resize("default", 1);
			this.handlers.release.release(4);
			this.handlers.blocking.acquire(1);
			await().untilAsserted(() -> assertThat(activity(queue).active()).isEqualTo(1));
			assertThat(this.handlers.blocking.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
			this.handlers.release.release(4);
			for (String id : ids) {
				assertThat(queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
			}
		}
	}

	@Test
	void longTasksBehindManyShortOnesAllRunAtOnce() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).pollInterval(Duration.ofHours(1)).start()) {
			List<TaskRequest> requests = new ArrayList<>();
			for (int i = 0; i < 3000; i++) {
				requests.add(TaskRequest.of("record").args(i));
			}
			requests.addAll(Collections.nCopies(10, TaskRequest.of("hold")));
			queue.service().enqueueAll(requests);
			assertThat(this.handlers.blocking.tryAcquire(10, 20, TimeUnit.SECONDS)).isTrue();
			assertThat(activity(queue)).isEqualTo(new CategoryActivity("default", 10, 10, 0, false));
			this.handlers.release.release(10);
		}
	}

	@Test
	void concurrencyThatMakesNoSenseIsRefused() {
		try (TestQueue queue = TestQueue.with(this.handlers).categories("default").start()) {
			assertThatIllegalArgumentException().isThrownBy(() -> queue.worker().resize("default", 0))
				.withMessage("'concurrency' must be between 1 and 100000, but is 0");
			assertThatIllegalArgumentException().isThrownBy(() -> queue.worker().resize("default", Integer.MAX_VALUE));
			assertThatIllegalArgumentException().isThrownBy(() -> queue.worker().resize("mails", 1))
				.withMessage("Category 'mails' is not run by this process");
			queue.worker().stop();
			assertThatIllegalStateException().isThrownBy(() -> queue.worker().resize("default", 1))
				.withMessage("The worker is not running");
			assertThat(queue.worker().status()).isNull();
		}
	}

	@Test
	void statusTellsWhoRunsAndThatClaimsSucceedEvenWithNothingToDo() {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			Instant before = Instant.now();
			await().untilAsserted(() -> assertThat(queue.worker().status().lastClaimAt()).isAfter(before));
			WorkerStatus status = queue.worker().status();
			assertThat(status.node()).contains("/%d/".formatted(ProcessHandle.current().pid()));
			assertThat(status.isStalled(status.lastClaimAt().plusSeconds(3))).isFalse();
			assertThat(status.isStalled(status.lastClaimAt().plusSeconds(4))).isTrue();
			assertThat(status.categories()).containsExactly(new CategoryActivity("default", 0, 10, 0, false));
		}
	}

	@Test
	void databaseThatBreaksIsOpenedAgainAndRunningTasksGoOn(@TempDir Path folder) throws Exception {
		DuckDbDatabase[] database = new DuckDbDatabase[1];
		try (TestQueue queue = TestQueue.with(this.handlers)
			.path(folder.resolve("tasks.duckdb").toString())
			.database((created) -> database[0] = created)
			.start()) {
			String running = queue.service().enqueue("block");
			this.handlers.blocking.acquire();
			JdbcTemplate reader = new JdbcTemplate(database[0].readers());
			for (int i = 0; i < 2; i++) {
				await().untilAsserted(() -> assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> reader.execute("set debug_checkpoint_abort = 'before_header'; checkpoint"))
					.withMessageContaining("FATAL Error"));
				TaskInfo next = queue.await(queue.service().enqueue("echo", i));
				assertThat(next.result()).isEqualTo(i);
			}
			this.handlers.release.release();
			TaskInfo ended = queue.await(running);
			assertThat(ended.status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(ended.attempt()).isEqualTo(1);
			assertThat(ended.crashCount()).isZero();
		}
	}

	@Test
	void observationThatFailsLosesNoTask() throws Exception {
		AttemptInterceptor failsBefore = (task, attempt) -> {
			throw new IllegalStateException("before");
		};
		AttemptInterceptor failsAfter = (task, attempt) -> {
			var unused = attempt.get();
			throw new IllegalStateException("after");
		};
		for (AttemptInterceptor interceptor : List.of(failsBefore, failsAfter)) {
			this.handlers.recorded.clear();
			try (TestQueue queue = TestQueue.with(this.handlers).interceptor(interceptor).start()) {
				assertThat(queue.await(queue.service().enqueue("record", 7)).status()).isEqualTo(TaskStatus.SUCCESS);
				assertThat(this.handlers.recorded).containsExactly(7);
			}
		}
	}

	@Test
	void pausedCategoryStaysPausedAfterACrash(@TempDir Path folder) throws Exception {
		String path = folder.resolve("queue.duckdb").toString();
		try (TestQueue queue = TestQueue.with(this.handlers).path(path).enqueueOnly()) {
			queue.service().enqueue("record", 1);
			Lease dead = new Lease("dead", Instant.EPOCH, Instant.now());
			queue.groupCommit()
				.write((store) -> store.claim(new ClaimRequest("default", List.of("record"), 1, 1, 0, dead)))
				.get();
			queue.service().pause("default");
		}
		try (TestQueue queue = TestQueue.with(this.handlers).path(path).start()) {
			await().until(() -> queue.service().stats().byStatus().get(TaskStatus.STARTED) == 0);
			assertThat(activity(queue).paused()).isTrue();
			for (int i = 0; i < 20; i++) {
				queue.service().enqueue("record", 2);
			}
			queue.await(queue.service().enqueue(TaskRequest.of("record").args(3).category("other")).id());
			assertThat(this.handlers.recorded).containsExactly(3);
		}
	}

	@Test
	void tasksAtTheirLastChanceRunOneByOneBesideOthers() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).enqueueOnly()) {
			for (int i = 0; i < 3; i++) {
				queue.service().enqueue("block");
			}
			for (int i = 0; i < 2; i++) {
				crashRunning(queue, "block", 3);
			}
			queue.worker().start();
			for (int i = 0; i < 3; i++) {
				this.handlers.blocking.acquire();
				queue.await(queue.service().enqueue("record", i));
				assertThat(queue.service().stats().byStatus().get(TaskStatus.STARTED)).isEqualTo(1);
				this.handlers.release.release();
			}
			await().until(() -> queue.service().stats().byStatus().get(TaskStatus.SUCCESS) == 6);
		}
	}

	@Test
	void lastChanceDoesNotPassMoreUrgentTasks() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).concurrency(1).enqueueOnly()) {
			String last = queue.service().enqueue("block");
			for (int i = 0; i < 2; i++) {
				crashRunning(queue, "block", 1);
			}
			queue.service().enqueue(TaskRequest.of("record").args(1).priority(TaskPriority.HIGH));
			queue.service().enqueue("record", 2);
			queue.worker().start();
			this.handlers.blocking.acquire();
			assertThat(this.handlers.recorded).containsExactly(1);
			this.handlers.release.release();
			assertThat(queue.await(last).status()).isEqualTo(TaskStatus.SUCCESS);
			await().untilAsserted(() -> assertThat(this.handlers.recorded).containsExactly(1, 2));
		}
	}

	@Test
	void retryOfATaskThatCrashedIsFoundWhileAllSlotsAreTaken() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers)
			.concurrency(1)
			.pollInterval(Duration.ofHours(1))
			.enqueueOnly()) {
			String crashed = queue.service().enqueue("once_more");
			crashRunning(queue, "once_more", 1);
			queue.worker().start();
			await().until(() -> queue.find(crashed).status() == TaskStatus.RETRY);
			queue.await(queue.service().enqueue("short"));
			queue.service().enqueueAll(Collections.nCopies(1500, TaskRequest.of("short")));
			assertThat(queue.await(crashed).attempt()).isEqualTo(3);
			await().until(() -> queue.service().stats().byStatus().get(TaskStatus.PENDING) == 0);
		}
	}

	private static void crashRunning(TestQueue queue, String name, int tasks) throws Exception {
		Lease dead = new Lease("dead", Instant.EPOCH, Instant.now());
		List<StoredTask> reclaimed = queue.groupCommit().write((store) -> {
			store.claim(new ClaimRequest("default", List.of(name), tasks, tasks, 0, dead));
			return store.reclaimExpired(Instant.now(), 3);
		}).get();
		assertThat(reclaimed).hasSize(tasks);
	}

	@Test
	void prefetchedTaskThatIsCancelledWasNeverStarted() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).concurrency(1).start()) {
			for (int i = 0; i < 20; i++) {
				queue.await(queue.service().enqueue("record", i));
			}
			queue.service().enqueue("block");
			this.handlers.blocking.acquire();
			String prefetched = queue.service().enqueue("record", 99);
			queue.service().cancel(prefetched);
			TaskInfo task = queue.await(prefetched);
			assertThat(task.status()).isEqualTo(TaskStatus.CANCELLED);
			assertThat(task.attempt()).isZero();
			assertThat(queue.service().findAttempts(prefetched)).isEmpty();
			this.handlers.release.release();
		}
	}

	@Test
	void databaseThatIsGoneIsOpenedAgainOnceItIsBack(@TempDir Path folder) throws Exception {
		Path file = folder.resolve("tasks.duckdb");
		Path elsewhere = folder.resolve("elsewhere.duckdb");
		DuckDbDatabase[] database = new DuckDbDatabase[1];
		try (TestQueue queue = TestQueue.with(this.handlers)
			.path(file.toString())
			.database((created) -> database[0] = created)
			.start()) {
			String before = queue.service().enqueue(TaskRequest.of("echo").args(1).delay(Duration.ofHours(1))).id();
			Files.move(file, elsewhere);
			JdbcTemplate reader = new JdbcTemplate(database[0].readers());
			// While the worker writes something there is no checkpoint.
			await().untilAsserted(() -> assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> reader.execute("set debug_checkpoint_abort = 'before_header'; checkpoint"))
				.withMessageContaining("Checkpoint aborted"));
			assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> queue.service().enqueue("echo", 2));
			assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> queue.service().enqueue("echo", 2))
				.withMessageContaining("has failed and cannot be opened again yet");
			Files.move(elsewhere, file);
			await().ignoreExceptions().until(() -> queue.find(before).status() == TaskStatus.PENDING);
			assertThat(queue.await(queue.service().enqueue("echo", 3)).result()).isEqualTo(3);
			assertThat(queue.service().stats().total()).isEqualTo(2);
		}
	}

	@Test
	void handlerIsToldOfItsTask() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			String id = queue.service().enqueue(TaskRequest.of("told").category("mails").maxRetries(3)).id();
			TaskInfo task = queue.await(id);
			assertThat(task.result()).isEqualTo(
					List.of("told", "mails", 3, task.startedAt().plus(Duration.ofMinutes(5)).toString(), "none"));
		}
	}

	@Test
	void handlerIsToldWhyItShouldStop() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			String id = queue.service().enqueue("why");
			this.handlers.blocking.acquire();
			queue.service().cancel(id);
			queue.await(id);
			assertThat(this.handlers.stopReason).isEqualTo(TaskContext.StopReason.CANCELLED);
		}
	}

	@Test
	void logLinesOfAHandlerCarryItsTask() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).concurrency(1).start()) {
			String id = queue.service().enqueue(TaskRequest.of("logging_context").category("mails").maxRetries(1)).id();
			assertThat(queue.await(id).result()).isEqualTo(
					Map.of("taskId", id, "taskName", "logging_context", "taskCategory", "mails", "taskAttempt", "2"));
			assertThat(this.handlers.loggingContextBefore.get(1)).isEqualTo(id);
		}
	}

	private static CategoryActivity activity(TestQueue queue) {
		return queue.worker().status().categories().get(0);
	}

	@Test
	void failedTaskIsTriedAgainUntilItSucceeds() throws Exception {
		List<TaskStatus> told = Collections.synchronizedList(new ArrayList<>());
		TaskListener listener = new TaskListener() {

			@Override
			public void onRetry(TaskInfo task) {
				told.add(task.status());
			}

			@Override
			public void onSuccess(TaskInfo task) {
				told.add(task.status());
				throw new IllegalStateException("a listener that fails changes nothing");
			}

		};
		try (TestQueue queue = TestQueue.with(this.handlers).listener(listener).start()) {
			TaskInfo task = queue.await(queue.service().enqueue("flaky", 2));
			assertThat(task.status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(task.retryCount()).isEqualTo(2);
			assertThat(task.attempt()).isEqualTo(3);
			assertThat(task.crashCount()).isZero();
			assertThat(told).containsExactly(TaskStatus.RETRY, TaskStatus.RETRY, TaskStatus.SUCCESS);
		}
	}

	@Test
	void taskFailsWhenRetriesAreExhausted() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			TaskInfo task = queue.await(queue.service().enqueue("flaky", 99));
			assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(task.retryCount()).isEqualTo(3);
			assertThat(task.error()).isEqualTo("attempt 4 fails");
			assertThat(task.errorTrace()).contains("IllegalStateException").contains("Handlers.flaky");
			assertThat(task.result()).isNull();
		}
	}

	@Test
	void nonRetryableFailureFailsAtOnce() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			TaskInfo task = queue.await(queue.service().enqueue("hopeless"));
			assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(task.retryCount()).isZero();
		}
	}

	@Test
	void handlerChoosesDelayOfNextAttempt() {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			String id = queue.service().enqueue("come_back");
			await().until(() -> queue.find(id).status() == TaskStatus.RETRY);
			TaskInfo task = queue.find(id);
			assertThat(task.dueAt()).isBetween(task.createdAt().plusSeconds(3600), Instant.now().plusSeconds(3600));
			assertThat(queue.service().cancel(id)).isTrue();
			assertThat(queue.find(id).status()).isEqualTo(TaskStatus.CANCELLED);
		}
	}

	@Test
	void delayedTaskRunsWhenDue() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			Duration delay = Duration.ofMillis(400);
			TaskInfo task = queue.await(queue.service().enqueue(TaskRequest.of("record").args(1).delay(delay)).id());
			assertThat(task.startedAt()).isAfterOrEqualTo(task.createdAt().plus(delay));
			assertThat(task.startedAt()).isBefore(task.createdAt().plus(delay).plusMillis(600));
		}
	}

	@Test
	void progressOfRunningTaskIsFoundWithinASecond() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			String id = queue.service().enqueue("block");
			this.handlers.blocking.acquire();
			await().atMost(Duration.ofSeconds(1)).until(() -> queue.find(id).progress() == 37.5);
			TaskInfo task = queue.find(id);
			assertThat(task.progressMessage()).isEqualTo("waiting");
			assertThat(task.isRunning()).isTrue();
			this.handlers.release.release();
			assertThat(queue.await(id).progress()).isEqualTo(100);
		}
	}

	@Test
	void runningTaskHeedsCancellation() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			String id = queue.service().enqueue("block");
			this.handlers.blocking.acquire();
			assertThat(queue.service().cancel(id)).isTrue();
			TaskInfo task = queue.await(id);
			assertThat(task.status()).isEqualTo(TaskStatus.CANCELLED);
			assertThat(task.cancelRequested()).isTrue();
			assertThat(queue.service().cancel(id)).isFalse();
		}
	}

	@Test
	void handlerThatFinishesDespiteCancellationSucceeds() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			String id = queue.service().enqueue("stubborn");
			this.handlers.blocking.acquire();
			queue.service().cancel(id);
			this.handlers.release.release();
			assertThat(queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@Test
	void taskClaimedAheadIsCancelledBeforeItRuns() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).concurrency(1).start()) {
			for (int i = 0; i < 20; i++) {
				queue.await(queue.service().enqueue("record", -1));
			}
			this.handlers.recorded.clear();
			String blocker = queue.service().enqueue("block");
			this.handlers.blocking.acquire();
			String waiting = queue.service().enqueue("record", 7);
			assertThat(queue.service().cancel(waiting)).isTrue();
			assertThat(queue.await(waiting).status()).isEqualTo(TaskStatus.CANCELLED);
			this.handlers.release.release();
			queue.await(blocker);
			assertThat(this.handlers.recorded).isEmpty();
		}
	}

	@Test
	void handlerThatRunsTooLongIsInterruptedAndFails() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			TaskInfo task = queue.await(queue.service().enqueue("slow"));
			assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(task.error()).contains("longer than its timeout of PT0.05S");
			assertThat(task.errorTrace()).contains(TaskTimeoutException.class.getName(), "InterruptedException");
		}
	}

	@Test
	void handlerThatIgnoresItsTimeoutLosesItsSlotAndItsResult() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).concurrency(1).start()) {
			String stuck = queue.service().enqueue("stuck");
			this.handlers.blocking.acquire();
			String next = queue.service().enqueue("record", 1);
			assertThat(queue.await(stuck).status()).isEqualTo(TaskStatus.FAILED);
			assertThat(queue.await(next).status()).isEqualTo(TaskStatus.SUCCESS);
			this.handlers.release.release();
			queue.await(queue.service().enqueue("record", 2));
			assertThat(queue.find(stuck).result()).isNull();
			assertThat(queue.find(stuck).errorTrace()).contains("Handlers.stuck");
		}
	}

	@Test
	void cancelledHandlerThatIgnoresItsTimeoutLosesItsSlotToo() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).concurrency(1).start()) {
			String stuck = queue.service().enqueue("stuck_for_long");
			this.handlers.blocking.acquire();
			assertThat(queue.service().cancel(stuck)).isTrue();
			String next = queue.service().enqueue("record", 1);
			assertThat(queue.await(stuck).status()).isEqualTo(TaskStatus.CANCELLED);
			assertThat(queue.await(next).status()).isEqualTo(TaskStatus.SUCCESS);
			this.handlers.release.release();
		}
	}

	@Test
	void failedTaskRunsAgainWhenAsked() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			String id = queue.service().enqueue("fails_once");
			assertThat(queue.await(id).status()).isEqualTo(TaskStatus.FAILED);
			assertThat(queue.service().retry(id)).isTrue();
			TaskInfo again = queue.await(id);
			assertThat(again.status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(again.error()).isNull();
			assertThat(again.attempt()).isEqualTo(2);
			assertThat(queue.service().retry(id)).isFalse();
		}
	}

	@Test
	void resultOverTheLimitFailsTheTask() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			TaskInfo task = queue.await(queue.service().enqueue("big", 20_000));
			assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(task.error())
				.isEqualTo("The result has 20002 bytes, more than gobstopper.max-size.result allows (10240)");
		}
	}

	@Test
	void resultThatIsNoJsonFailsTheTask() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			TaskInfo task = queue.await(queue.service().enqueue("no_json"));
			assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(task.error()).contains("cannot be written as JSON");
		}
	}

	@Test
	void exceptionThatCannotBeDescribedFailsTheTask() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			TaskInfo task = queue.await(queue.service().enqueue("unspeakable"));
			assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(task.error())
				.endsWith("whose message cannot be read because of java.lang.IllegalStateException");
		}
	}

	@Test
	void handlerMayEnqueueTenThousandChildren() throws Exception {
		Parent parent = new Parent();
		try (TestQueue queue = TestQueue.with(this.handlers, parent).start()) {
			parent.queue.complete(queue.service());
			assertThat(queue.await(queue.service().enqueue("parent")).status()).isEqualTo(TaskStatus.SUCCESS);
			await().atMost(Duration.ofSeconds(30))
				.until(() -> queue.service().stats().byStatus().get(TaskStatus.SUCCESS) == 10_001);
		}
	}

	@Test
	void longStackTraceIsCut() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			TaskInfo task = queue.await(queue.service().enqueue("overflow"));
			assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(task.error()).isEqualTo(StackOverflowError.class.getName());
			assertThat(task.errorTrace()).hasSize(2048);
		}
	}

	@Test
	void taskWithUnknownNameWaitsUntilItsHandlerIsBack(@TempDir Path folder) throws Exception {
		String path = folder.resolve("queue.duckdb").toString();
		String id;
		try (TestQueue queue = TestQueue.with(new OldName()).path(path).enqueueOnly()) {
			id = queue.service().enqueue("old_name", 1);
		}
		try (TestQueue queue = TestQueue.with(this.handlers).path(path).start()) {
			queue.await(queue.service().enqueue("record", 1));
			assertThat(queue.find(id).status()).isEqualTo(TaskStatus.PENDING);
		}
		try (TestQueue queue = TestQueue.with(new NewName()).path(path).start()) {
			assertThat(queue.await(id).result()).isEqualTo("new 1");
		}
	}

	@Test
	void shutdownGivesRunningTasksBackUncounted(@TempDir Path folder) throws Exception {
		String path = folder.resolve("queue.duckdb").toString();
		String id;
		try (TestQueue queue = TestQueue.with(this.handlers).path(path).start()) {
			id = queue.service().enqueue("block");
			this.handlers.blocking.acquire();
		}
		try (TestQueue queue = TestQueue.with(this.handlers).path(path).enqueueOnly()) {
			TaskInfo task = queue.find(id);
			assertThat(task.status()).isEqualTo(TaskStatus.PENDING);
			assertThat(task.attempt()).isZero();
			assertThat(task.retryCount()).isZero();
			assertThat(task.crashCount()).isZero();
			queue.worker().start();
			this.handlers.release.release();
			assertThat(queue.await(id).attempt()).isEqualTo(1);
		}
	}

	@Test
	void shutdownGivesBackEvenWhatIgnoresTheInterrupt(@TempDir Path folder) throws Exception {
		String path = folder.resolve("queue.duckdb").toString();
		String id;
		try (TestQueue queue = TestQueue.with(this.handlers).path(path).start()) {
			id = queue.service().enqueue("stubborn");
			this.handlers.blocking.acquire();
		}
		this.handlers.release.release();
		try (TestQueue queue = TestQueue.with(this.handlers).path(path).enqueueOnly()) {
			assertThat(queue.find(id).status()).isEqualTo(TaskStatus.PENDING);
		}
	}

	@Test
	void shutdownGivesBackWhatACommitUnderWayClaims() throws Exception {
		CountDownLatch claiming = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		try (TestQueue queue = TestQueue.with(this.handlers)
			.store((store) -> InterceptedTaskStore.after(store, "claim", () -> {
				claiming.countDown();
				return release.await(10, TimeUnit.SECONDS);
			}))
			.enqueueOnly()) {
			String id = queue.service().enqueue("record", 1);
			queue.worker().start();
			claiming.await();
			CompletableFuture<Void> stopping = CompletableFuture.runAsync(queue.worker()::stop);
			await().during(Duration.ofMillis(300)).until(() -> !stopping.isDone());
			release.countDown();
			stopping.get(10, TimeUnit.SECONDS);
			TaskInfo task = queue.find(id);
			assertThat(task.status()).isEqualTo(TaskStatus.PENDING);
			assertThat(task.attempt()).isZero();
			assertThat(this.handlers.recorded).isEmpty();
		}
	}

	@Test
	void runningTaskMayFinishWithinTheGracePeriod() throws Exception {
		String id;
		TestQueue queue = TestQueue.with(this.handlers).start();
		try (queue) {
			id = queue.service().enqueue("block");
			this.handlers.blocking.acquire();
			CompletableFuture<Void> stopping = CompletableFuture.runAsync(queue.worker()::stop);
			this.handlers.release.release();
			stopping.get(10, TimeUnit.SECONDS);
			assertThat(queue.find(id).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@Test
	void stoppedWorkerStartsAgain() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			queue.await(queue.service().enqueue("record", 1));
			queue.worker().stop();
			assertThat(queue.worker().isRunning()).isFalse();
			String id = queue.service().enqueue("record", 2);
			assertThat(queue.find(id).status()).isEqualTo(TaskStatus.PENDING);
			queue.worker().start();
			assertThat(queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@Test
	void workerRunsOnlyItsCategories() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).categories("mine").start()) {
			String other = queue.service().enqueue("record", 1);
			queue.await(queue.service().enqueue(TaskRequest.of("record").args(2).category("mine")).id());
			assertThat(queue.find(other).status()).isEqualTo(TaskStatus.PENDING);
		}
	}

	@Test
	void pausedCategoryStaysPausedAfterRestart(@TempDir Path folder) throws Exception {
		String path = folder.resolve("queue.duckdb").toString();
		try (TestQueue queue = TestQueue.with(this.handlers).path(path).start()) {
			queue.service().pause("default");
		}
		try (TestQueue queue = TestQueue.with(this.handlers).path(path).start()) {
			String waiting = queue.service().enqueue("record", 1);
			queue.await(queue.service().enqueue(TaskRequest.of("record").args(2).category("other")).id());
			assertThat(queue.find(waiting).status()).isEqualTo(TaskStatus.PENDING);
			queue.service().resume("default");
			assertThat(queue.await(waiting).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@Test
	void retentionDeletesFinishedTasksOnly() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers)
			.retention(new RetentionSettings(Duration.ZERO, Duration.ofMillis(50), 10))
			.start()) {
			String waiting = queue.service().enqueue(TaskRequest.of("record").args(1).delay(Duration.ofHours(1))).id();
			for (int i = 0; i < 25; i++) {
				queue.service().enqueue("record", i);
			}
			await().until(() -> this.handlers.recorded.size() == 25 && queue.service().stats().total() == 1);
			assertThat(queue.find(waiting).status()).isEqualTo(TaskStatus.PENDING);
		}
	}

	@Test
	void everyTaskOfManyRunsOnce() {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			List<TaskRequest> requests = new ArrayList<>();
			for (int i = 0; i < 5000; i++) {
				requests.add(TaskRequest.of("record").args(i));
			}
			queue.service().enqueueAll(requests);
			for (int i = 5000; i < 5200; i++) {
				queue.service().enqueue("record", i);
			}
			await().atMost(Duration.ofSeconds(30))
				.until(() -> queue.service().stats().byStatus().get(TaskStatus.SUCCESS) == 5200);
			assertThat(this.handlers.recorded).hasSize(5200).doesNotHaveDuplicates();
		}
	}

	/**
	 * Handlers that block until the test lets them go.
	 */
	static class Handlers {

		final List<Integer> recorded = Collections.synchronizedList(new ArrayList<>());

		final List<String> loggingContextBefore = Collections.synchronizedList(new ArrayList<>());

		private volatile TaskContext.StopReason stopReason;

		final Semaphore blocking = new Semaphore(0);

		final Semaphore release = new Semaphore(0);

		private final AtomicInteger failures = new AtomicInteger();

		@GobstopperTask(name = "echo")
		Object echo(Object value) {
			return value;
		}

		@GobstopperTask(name = "later")
		CompletionStage<Integer> later(int value) {
			return CompletableFuture.supplyAsync(() -> {
				if (value < 0) {
					throw new IllegalStateException("negative");
				}
				return value;
			});
		}

		@GobstopperTask(name = "record")
		void record(int value) {
			this.recorded.add(value);
		}

		@GobstopperTask(name = "told", timeout = "5m")
		List<Object> told(TaskContext context) {
			return List.of(context.name(), context.category(), context.maxRetries(),
					context.deadline().orElseThrow().toString(), context.stopReason().map(Enum::name).orElse("none"));
		}

		@GobstopperTask("why")
		void why(TaskContext context) throws InterruptedException {
			this.blocking.release();
			try {
				new CountDownLatch(1).await();
			}
			finally {
				this.stopReason = context.stopReason().orElse(null);
			}
		}

		@GobstopperTask(name = "block")
		void block(TaskContext context) throws InterruptedException {
			context.progress(37.5, "waiting");
			this.blocking.release();
			this.release.acquire();
		}

		// Nothing is stored meanwhile.
		@GobstopperTask(name = "hold")
		void hold() throws InterruptedException {
			this.blocking.release();
			this.release.acquire();
		}

		@GobstopperTask(name = "stubborn")
		void stubborn() {
			this.blocking.release();
			this.release.acquireUninterruptibly();
		}

		@GobstopperTask(name = "stuck", timeout = "50ms")
		String stuck() {
			this.blocking.release();
			this.release.acquireUninterruptibly();
			return "too late";
		}

		// Long enough for a cancellation.
		@GobstopperTask(name = "stuck_for_long", timeout = "2s")
		String stuckForLong() {
			return stuck();
		}

		@GobstopperTask(name = "slow", timeout = "50ms")
		void slow() throws InterruptedException {
			new CountDownLatch(1).await();
		}

		@GobstopperTask(name = "flaky", maxRetries = 3)
		String flaky(int failures, TaskContext context) {
			if (context.attempt() <= failures) {
				throw new IllegalStateException("attempt %d fails".formatted(context.attempt()));
			}
			return "done";
		}

		@GobstopperTask(name = "fails_once")
		void failsOnce() {
			if (this.failures.getAndIncrement() == 0) {
				throw new IllegalStateException("once");
			}
		}

		@GobstopperTask(name = "logging_context")
		Map<String, String> loggingContext(TaskContext context) {
			this.loggingContextBefore.add(MDC.get("taskId"));
			if (context.attempt() == 1) {
				throw new IllegalStateException("once");
			}
			return MDC.getCopyOfContextMap();
		}

		@GobstopperTask(name = "hopeless", maxRetries = 9)
		void hopeless() {
			throw new NonRetryableTaskException("never");
		}

		@GobstopperTask(name = "come_back", maxRetries = 1)
		void comeBack() {
			throw new RetryLaterException(Duration.ofHours(1));
		}

		@GobstopperTask(name = "short")
		void takeAMillisecond() throws InterruptedException {
			boolean unused = new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
		}

		@GobstopperTask(name = "once_more", maxRetries = 1)
		void onceMore(TaskContext context) {
			if (context.attempt() == 2) {
				throw new RetryLaterException(Duration.ofSeconds(1));
			}
		}

		@GobstopperTask(name = "big")
		String big(int size) {
			char[] text = new char[size];
			Arrays.fill(text, 'x');
			return new String(text);
		}

		@GobstopperTask(name = "no_json")
		Object noJson() {
			Map<String, Object> loop = new HashMap<>();
			loop.put("self", loop);
			return loop;
		}

		@GobstopperTask(name = "unspeakable")
		void unspeakable() {
			throw new IllegalArgumentException() {

				@Override
				public String getMessage() {
					throw new IllegalStateException("no message");
				}

			};
		}

		@GobstopperTask(name = "overflow")
		int overflow() {
			return deeper(1);
		}

		private static int deeper(int depth) {
			return (depth > 0) ? deeper(depth + 1) + 1 : 0;
		}

	}

	static class Parent {

		final CompletableFuture<TaskQueueService> queue = new CompletableFuture<>();

		@GobstopperTask(name = "parent")
		void parent() throws Exception {
			this.queue.get().enqueueAll(Collections.nCopies(9_900, TaskRequest.of("record").args(1)));
			for (int i = 0; i < 100; i++) {
				this.queue.get().enqueue("record", 2);
			}
		}

	}

	static class OldName {

		@GobstopperTask(name = "old_name")
		void run(int value) {
		}

	}

	static class NewName {

		@GobstopperTask(name = "new_name", aliases = "old_name")
		String run(int value) {
			return "new " + value;
		}

	}

}

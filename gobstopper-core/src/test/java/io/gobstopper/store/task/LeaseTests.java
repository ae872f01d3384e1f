package io.gobstopper.store.task;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.writer.TaskStoreListener;
import io.gobstopper.worker.TestQueue;
import io.gobstopper.worker.maintenance.LeaseSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Leases, heartbeats and the loss of both.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class LeaseTests {

	private static final LeaseSettings SHORT = new LeaseSettings(Duration.ofSeconds(2), Duration.ofMillis(100), 3);

	private final Handlers handlers = new Handlers();

	@Test
	void heartbeatsRenewTheLeaseOfARunningTask() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).leases(SHORT).start()) {
			String id = queue.service().enqueue("wait_for_interrupt");
			await().until(() -> queue.find(id).isRunning());
			Instant first = queue.find(id).heartbeatAt();
			await().until(() -> queue.find(id).heartbeatAt().isAfter(first.plusMillis(200)));
			TaskInfo task = queue.find(id);
			assertThat(task.leaseUntil()).isEqualTo(task.heartbeatAt().plusSeconds(2));
			assertThat(task.leaseOwner()).isNotNull();
			queue.service().cancel(id);
			queue.await(id);
		}
	}

	@Test
	void noTwoClaimsOfAWorkerHaveOneOwner() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).concurrency(2).start()) {
			String first = queue.service().enqueue("wait_for_interrupt");
			await().until(() -> queue.find(first).isRunning());
			String second = queue.service().enqueue("wait_for_interrupt");
			await().until(() -> queue.find(second).isRunning());
			assertThat(queue.find(second).leaseOwner()).isNotEqualTo(queue.find(first).leaseOwner())
				.startsWith(queue.find(first).node() + "#");
			queue.service().cancelAll(TaskQuery.all());
			queue.await(first);
			queue.await(second);
		}
	}

	@Test
	void taskTakenByAnotherWorkerIsInterruptedAndItsResultDiscarded() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).leases(SHORT).start()) {
			String id = queue.service().enqueue("wait_for_interrupt");
			await().until(() -> queue.find(id).isRunning());
			StoredTask running = queue.store().reads().find(UUID.fromString(id)).orElseThrow();
			CompletableFuture<UUID> fenced = new CompletableFuture<>();
			queue.groupCommit().addListener(new TaskStoreListener() {

				@Override
				public void fenced(StoredTask task) {
					fenced.complete(task.id());
				}

			});
			queue.groupCommit()
				.write((store) -> store.settle(List.of(Settlement.unstarted(running,
						running.failed(Instant.parse("2026-01-01T00:00:00Z"),
								new TaskError(null, "by the other", null))))))
				.get();
			assertThat(this.handlers.interrupted.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
			assertThat(queue.await(queue.service().enqueue("quick")).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(queue.find(id).error()).isEqualTo("by the other");
			assertThat(fenced.get(10, TimeUnit.SECONDS)).isEqualTo(UUID.fromString(id));
		}
	}

	@Test
	void cancellationSeenByTheHeartbeatStopsTheTask() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).leases(SHORT).start()) {
			String id = queue.service().enqueue("wait_for_interrupt");
			await().until(() -> queue.find(id).isRunning());
			queue.groupCommit().write((store) -> store.cancel(List.of(UUID.fromString(id)), Instant.EPOCH)).get();
			assertThat(queue.await(id).status()).isEqualTo(TaskStatus.CANCELLED);
		}
	}

	@Test
	void leaseOfATaskThatJustEndedIsNotLost(CapturedOutput output) throws Exception {
		LeaseSettings constant = new LeaseSettings(Duration.ofSeconds(2), Duration.ofMillis(1), 3);
		try (TestQueue queue = TestQueue.with(this.handlers).leases(constant).start()) {
			List<TaskRequest> requests = Collections.nCopies(5000, TaskRequest.of("quick"));
			queue.await(queue.service().enqueueAll(requests).get(4999).id());
			await().until(() -> queue.service().stats().byStatus().get(TaskStatus.SUCCESS) == 5000);
		}
		assertThat(output).doesNotContain("was lost");
	}

	static class Handlers {

		final CompletableFuture<String> interrupted = new CompletableFuture<>();

		@GobstopperTask(name = "wait_for_interrupt")
		String waitForInterrupt() throws InterruptedException {
			try {
				new CountDownLatch(1).await();
				return "never";
			}
			catch (InterruptedException ex) {
				this.interrupted.complete("interrupted");
				throw ex;
			}
		}

		@GobstopperTask(name = "quick")
		void quick() {
		}

	}

}

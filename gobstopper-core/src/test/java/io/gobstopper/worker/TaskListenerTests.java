package io.gobstopper.worker;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ApplicationListener;

import io.gobstopper.GobstopperTask;
import io.gobstopper.NonRetryableTaskException;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.event.TaskCancelledEvent;
import io.gobstopper.event.TaskFailedEvent;
import io.gobstopper.event.TaskListener;
import io.gobstopper.event.TaskSucceededEvent;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.task.Lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What listeners and the application's events tell of the life of tasks.
 */
@Timeout(60)
class TaskListenerTests {

	private final Handlers handlers = new Handlers();

	private final Recorder recorder = new Recorder();

	private final List<Object> events = Collections.synchronizedList(new ArrayList<>());

	@Test
	void lifeOfATaskIsToldInOrder() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).listener(this.recorder).start()) {
			queue.await(queue.service().enqueue("flaky"));
			await().untilAsserted(() -> assertThat(this.recorder.told).containsExactly("enqueue pending",
					"start started", "retry retry", "start started", "success success"));
		}
	}

	@Test
	void enqueueIsToldBeforeTheStartOfATaskThatIsClaimedAtOnce() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).concurrency(1).listener(this.recorder).start()) {
			queue.await(queue.service().enqueue("succeed"));
			await().until(() -> this.recorder.told.contains("success success"));
			this.recorder.told.clear();
			queue.await(queue.service().enqueue("succeed"));
			await().untilAsserted(() -> assertThat(this.recorder.told).containsExactly("enqueue started",
					"start started", "success success"));
		}
	}

	@Test
	void progressIsTold() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).listener(this.recorder).start()) {
			String id = queue.service().enqueue("report");
			await().untilAsserted(() -> assertThat(this.recorder.told).contains("progress 42.0 half-way"));
			this.handlers.release.release();
			queue.await(id);
		}
	}

	@Test
	void failureAndCancellationAreTold() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).listener(this.recorder).start()) {
			queue.await(queue.service().enqueue("fail"));
			queue.service().pause("default");
			String cancelled = queue.service().enqueue("succeed");
			queue.service().cancel(cancelled);
			await().untilAsserted(() -> assertThat(this.recorder.told).endsWith("failure failed", "enqueue pending",
					"cancel cancelled"));
		}
	}

	@Test
	void recoveryIsTold() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).listener(this.recorder).enqueueOnly()) {
			String id = queue.service().enqueue("succeed");
			Lease dead = new Lease("dead", Instant.EPOCH, Instant.now());
			queue.groupCommit()
				.write((store) -> store.claim(new ClaimRequest("default", List.of("succeed"), 1, 1, 0, dead)))
				.get();
			queue.worker().start();
			assertThat(queue.await(id).crashCount()).isEqualTo(1);
			assertThat(this.recorder.told).containsExactly("enqueue pending", "recover pending", "start started",
					"success success");
		}
	}

	@Test
	void recoveryThatCompletesATaskIsToldTwice() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).listener(this.recorder).enqueueOnly()) {
			String id = queue.service().enqueue("succeed");
			Lease dead = new Lease("dead", Instant.EPOCH, Instant.now());
			for (int crash = 1; crash <= 3; crash++) {
				queue.groupCommit()
					.write((store) -> store.claim(new ClaimRequest("default", List.of("succeed"), 1, 1, 0, dead)))
					.get();
				if (crash < 3) {
					queue.groupCommit().write((store) -> store.reclaimExpired(Instant.now(), 3)).get();
				}
			}
			queue.worker().start();
			assertThat(queue.await(id).status()).isEqualTo(TaskStatus.FAILED);
			assertThat(this.recorder.told).containsExactly("enqueue pending", "recover failed", "failure failed");
		}
	}

	@Test
	void completedTasksArePublishedAsApplicationEvents() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers)
			.applicationListener(ApplicationListener.forPayload(this.events::add))
			.start()) {
			TaskInfo succeeded = queue.await(queue.service().enqueue("flaky"));
			TaskInfo failed = queue.await(queue.service().enqueue("fail"));
			queue.service().pause("default");
			String id = queue.service().enqueue("succeed");
			queue.service().cancel(id);
			TaskInfo cancelled = queue.await(id);
			assertThat(this.events).containsExactly(new TaskSucceededEvent(succeeded), new TaskFailedEvent(failed),
					new TaskCancelledEvent(cancelled));
		}
	}

	@Test
	void listenerThatFailsBadlyChangesNothing() throws Exception {
		TaskListener bad = new TaskListener() {

			@Override
			public void onSuccess(TaskInfo task) {
				throw new NoClassDefFoundError("gone");
			}

		};
		try (TestQueue queue = TestQueue.with(this.handlers).listener(bad).listener(this.recorder).start()) {
			for (int i = 0; i < 10; i++) {
				queue.await(queue.service().enqueue("succeed"));
			}
			await().untilAsserted(() -> assertThat(queue.worker().status().categories().get(0).active()).isZero());
			assertThat(this.recorder.told.stream().filter("success success"::equals)).hasSize(10);
		}
	}

	@Test
	void applicationListenerThatFailsChangesNothing() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers)
			.applicationListener(ApplicationListener.forPayload((event) -> {
				throw new IllegalStateException("not my day");
			}))
			.start()) {
			assertThat(queue.await(queue.service().enqueue("succeed")).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(queue.await(queue.service().enqueue(TaskRequest.of("succeed")).id()).status())
				.isEqualTo(TaskStatus.SUCCESS);
		}
	}

	static class Recorder implements TaskListener {

		final List<String> told = Collections.synchronizedList(new ArrayList<>());

		@Override
		public void onEnqueue(TaskInfo task) {
			this.told.add("enqueue " + task.status().value());
		}

		@Override
		public void onStart(TaskInfo task) {
			this.told.add("start " + task.status().value());
		}

		@Override
		public void onProgress(TaskInfo task) {
			this.told.add("progress %s %s".formatted(task.progress(), task.progressMessage()));
		}

		@Override
		public void onSuccess(TaskInfo task) {
			this.told.add("success " + task.status().value());
		}

		@Override
		public void onRetry(TaskInfo task) {
			this.told.add("retry " + task.status().value());
		}

		@Override
		public void onFailure(TaskInfo task) {
			this.told.add("failure " + task.status().value());
		}

		@Override
		public void onCancel(TaskInfo task) {
			this.told.add("cancel " + task.status().value());
		}

		@Override
		public void onRecover(TaskInfo task) {
			this.told.add("recover " + task.status().value());
		}

	}

	static class Handlers {

		final Semaphore release = new Semaphore(0);

		@GobstopperTask(name = "succeed")
		void succeed() {
		}

		@GobstopperTask(name = "fail", maxRetries = 3)
		void fail() {
			throw new NonRetryableTaskException("no");
		}

		@GobstopperTask(name = "flaky", maxRetries = 1)
		void flaky(TaskContext context) {
			if (context.attempt() == 1) {
				throw new IllegalStateException("once");
			}
		}

		@GobstopperTask(name = "report")
		void report(TaskContext context) throws InterruptedException {
			context.progress(42, "half-way");
			this.release.acquire();
		}

	}

}

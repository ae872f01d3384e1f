package io.gobstopper.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.TaskQueueClosedException;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Operations that meet at the same task or category, many times over. A subclass for each
 * database.
 */
@Timeout(60)
public abstract class RaceTests {

	private static final int TASKS = 300;

	private final Handlers handlers = new Handlers();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	/**
	 * Returns a builder for a queue in the database of this test.
	 * @param handlers an object with annotated methods
	 * @return the builder
	 */
	protected abstract TestQueue.Builder queue(Object handlers);

	@AfterEach
	void stopThreads() {
		this.threads.shutdownNow();
	}

	@Test
	void cancelledTaskEitherNeverRanOrEndedOnce() throws Exception {
		try (TestQueue queue = queue(this.handlers).start()) {
			for (int i = 0; i < TASKS; i++) {
				String id = queue.service().enqueue("quick");
				boolean cancelled = queue.service().cancel(id);
				TaskInfo ended = queue.await(id);
				assertThat(ended.status()).isIn(TaskStatus.SUCCESS, TaskStatus.CANCELLED);
				assertThat(cancelled || ended.status() == TaskStatus.SUCCESS).isTrue();
				int runs = this.handlers.runs.getOrDefault(id, new AtomicInteger()).get();
				assertThat(runs).isEqualTo((ended.startedAt() != null) ? 1 : 0);
			}
			assertSound(queue);
		}
	}

	@Test
	void taskThatIsRetriedWhileItIsPurgedIsQueuedOrGone() throws Exception {
		try (TestQueue queue = queue(this.handlers).start()) {
			List<String> ids = new ArrayList<>();
			for (int i = 0; i < TASKS; i++) {
				ids.add(queue.service().enqueue("fail"));
			}
			await().until(() -> queue.service().stats().byStatus().get(TaskStatus.FAILED) == TASKS);
			this.handlers.failing = false;
			CyclicBarrier start = new CyclicBarrier(2);
			Future<Set<String>> retried = this.threads.submit(() -> {
				start.await();
				return ids.stream().filter(queue.service()::retry).collect(Collectors.toSet());
			});
			start.await();
			long purged = 0;
			while (!retried.isDone()) {
				purged += queue.service().purge(Duration.ZERO);
			}
			Set<String> queued = retried.get();
			await().until(() -> queue.service().stats().queued() + queue.service().stats().running() == 0);
			assertThat(this.handlers.runs.entrySet().stream().filter((run) -> run.getValue().get() == 2))
				.extracting(Map.Entry::getKey)
				.containsExactlyInAnyOrderElementsOf(queued);
			assertThat(purged + queue.service().stats().total()).isEqualTo(TASKS);
			assertSound(queue);
		}
	}

	@Test
	void nothingStartsInAPausedCategory() throws Exception {
		try (TestQueue queue = queue(this.handlers).start()) {
			TaskQueueService service = queue.service();
			for (int i = 0; i < 50; i++) {
				List<String> ids = service.enqueueAll(List.of(TaskRequest.of("quick"), TaskRequest.of("quick")))
					.stream()
					.map(EnqueueResult::id)
					.toList();
				service.pause("default");
				String later = service.enqueue("quick");
				await().until(() -> ids.stream().map(queue::find).noneMatch(TaskInfo::isRunning));
				assertThat(queue.find(later).status()).isEqualTo(TaskStatus.PENDING);
				service.resume("default");
				assertThat(queue.await(later).status()).isEqualTo(TaskStatus.SUCCESS);
			}
			await().until(() -> service.stats().queued() + service.stats().running() == 0);
			assertThat(this.handlers.runs.values()).allSatisfy((runs) -> assertThat(runs).hasValue(1));
			assertSound(queue);
		}
	}

	@Test
	void taskEnqueuedDuringAShutdownIsStoredOrRefused() throws Exception {
		Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
		List<Future<Boolean>> producers = new ArrayList<>();
		try (TestQueue queue = queue(this.handlers).start()) {
			for (int i = 0; i < 8; i++) {
				producers.add(this.threads.submit(() -> produceUntilClosed(queue, acknowledged)));
			}
			await().until(() -> acknowledged.size() > 100);
		}
		for (Future<Boolean> producer : producers) {
			assertThat(producer.get(10, TimeUnit.SECONDS)).isTrue();
		}
		try (TestQueue queue = queue(this.handlers).start()) {
			await().until(() -> queue.service().stats().queued() + queue.service().stats().running() == 0);
			assertThat(acknowledged)
				.allSatisfy((id) -> assertThat(queue.find(id).status()).isEqualTo(TaskStatus.SUCCESS));
			assertThat(this.handlers.runs.values()).allSatisfy((runs) -> assertThat(runs).hasValue(1));
			assertSound(queue);
		}
	}

	@Test
	void sixtyFourThreadsWithEightKeysStoreEightTasks() throws Exception {
		try (TestQueue queue = queue(this.handlers).start()) {
			CyclicBarrier start = new CyclicBarrier(64);
			List<Callable<Set<String>>> callers = new ArrayList<>();
			for (int i = 0; i < 64; i++) {
				callers.add(() -> {
					start.await();
					Set<String> ids = new HashSet<>();
					for (int key = 0; key < 8; key++) {
						ids.add(queue.service().enqueue(TaskRequest.of("quick").idempotencyKey("key-" + key)).id());
					}
					return ids;
				});
			}
			Set<String> ids = new HashSet<>();
			for (Future<Set<String>> caller : this.threads.invokeAll(callers)) {
				ids.addAll(caller.get());
			}
			assertThat(ids).hasSize(8);
			for (String id : ids) {
				queue.await(id);
			}
			assertThat(queue.service().findTasks(TaskQuery.all()).tasks()).hasSize(8);
			assertThat(this.handlers.runs.values()).hasSize(8).allSatisfy((runs) -> assertThat(runs).hasValue(1));
			assertSound(queue);
		}
	}

	private static boolean produceUntilClosed(TestQueue queue, Queue<String> acknowledged) {
		try {
			while (true) {
				acknowledged.add(queue.service().enqueue("quick"));
			}
		}
		catch (TaskQueueClosedException ex) {
			return true;
		}
	}

	private static void assertSound(TestQueue queue) {
		assertThat(queue.store().reads().findDamage(true)).isEmpty();
	}

	static class Handlers {

		final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

		volatile boolean failing = true;

		@GobstopperTask(name = "quick")
		void quick(TaskContext context) {
			count(context);
		}

		@GobstopperTask(name = "fail")
		void fail(TaskContext context) {
			count(context);
			if (this.failing) {
				throw new IllegalStateException("no");
			}
		}

		private void count(TaskContext context) {
			this.runs.computeIfAbsent(context.id(), (id) -> new AtomicInteger()).incrementAndGet();
		}

	}

}

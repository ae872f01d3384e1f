package io.gobstopper.worker.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.TaskStoreListener;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class SharedSlotsTests {

	private final Handlers handlers = new Handlers();

	@Test
	void moreCategoriesThanThreadsAreServedByThatManyThreads() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).maxThreads(8).start()) {
			this.handlers.gate.release(800);
			List<EnqueueResult> all = queue.service()
				.enqueueAll(IntStream.range(0, 800).mapToObj((number) -> request("tenant_" + number)).toList());
			for (EnqueueResult each : all) {
				assertThat(queue.await(each.id()).status()).isEqualTo(TaskStatus.SUCCESS);
			}
			assertThat(this.handlers.most).hasValueBetween(1, 8);
			assertThat(this.handlers.threads.size()).isLessThanOrEqualTo(16);
		}
	}

	@Test
	void categoryThatComesLaterNeedNotWaitForTheBacklogOfAnother() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).maxThreads(4).start()) {
			List<TaskRequest> backlog = IntStream.range(0, 200).mapToObj((number) -> request("large")).toList();
			queue.service().enqueueAll(backlog);
			await().until(() -> this.handlers.running.get() == 4);
			EnqueueResult late = queue.service().enqueue(request("small"));
			await().until(() -> waits(queue, "small"));
			this.handlers.gate.release(6);
			await().until(() -> this.handlers.finished.size() == 6 && this.handlers.running.get() == 4);
			assertThat(this.handlers.started).contains(late.id());
			this.handlers.gate.release(300);
			assertThat(queue.await(late.id()).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@Test
	void slotThatOneHasTooMuchIsKeptForTheOneThatWaits() {
		AtomicInteger told = new AtomicInteger();
		SharedSlots slots = new SharedSlots(4, told::incrementAndGet);
		CategoryQueue large = queue(slots);
		CategoryQueue small = queue(slots);
		for (int i = 0; i < 4; i++) {
			assertThat(slots.take(large)).isTrue();
		}
		assertThat(slots.take(small)).isFalse();
		assertThat(slots.isWantedFrom(large, false)).isTrue();
		slots.putBack(large, true);
		assertThat(told).hasPositiveValue();
		assertThat(slots.available(large)).isZero();
		assertThat(slots.available(small)).isEqualTo(1);
		assertThat(slots.take(large)).isFalse();
		assertThat(slots.take(small)).isTrue();
		slots.await(small);
		assertThat(slots.isWantedFrom(large, false)).isTrue();
		slots.leave(small);
		assertThat(slots.isWantedFrom(large, false)).isFalse();
	}

	@Test
	void whoWasRefusedIsToldOfASlotThatNobodyWaitsFor() {
		AtomicInteger told = new AtomicInteger();
		SharedSlots slots = new SharedSlots(2, told::incrementAndGet);
		CategoryQueue first = queue(slots);
		CategoryQueue second = queue(slots);
		assertThat(slots.take(first)).isTrue();
		assertThat(slots.take(second)).isTrue();
		assertThat(slots.take(first)).isFalse();
		assertThat(told).hasValue(0);
		slots.putBack(second, false);
		assertThat(told).hasValue(1);
		assertThat(slots.take(first)).isTrue();
	}

	private static CategoryQueue queue(SharedSlots slots) {
		return new CategoryQueue("any", false, Supply.unknown(), new Slots(10, new PrefetchEstimate(Duration.ZERO, 10)),
				null, null, slots, Runnable::run);
	}

	@Test
	void threadsAreSharedAlikeWhenThereAreTooFew() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).maxThreads(10).start()) {
			enqueue(queue, "a", 100);
			await().until(() -> this.handlers.running.get() == 10);
			enqueue(queue, "b", 100);
			await().until(() -> waits(queue, "b"));
			for (int i = 1; i <= 20; i++) {
				int finished = i;
				this.handlers.gate.release();
				await().pollInterval(Duration.ofMillis(2))
					.until(() -> this.handlers.finished.size() == finished && this.handlers.running.get() == 10);
			}
			assertThat(this.handlers.byCategory.get("b").get()).isBetween(4, 6);
			this.handlers.gate.release(300);
		}
	}

	@Test
	void taskIsClaimedByNoProcessThatHasNoThreadForIt() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).maxThreads(2).start()) {
			List<EnqueueResult> all = queue.service()
				.enqueueAll(IntStream.range(0, 50).mapToObj((number) -> request("tenant_" + number)).toList());
			await().until(() -> this.handlers.running.get() == 2);
			await().during(Duration.ofMillis(300))
				.until(() -> all.stream()
					.filter((each) -> queue.find(each.id()).status() == TaskStatus.STARTED)
					.count() == 2);
			this.handlers.gate.release(50);
			for (EnqueueResult each : all) {
				assertThat(queue.await(each.id()).status()).isEqualTo(TaskStatus.SUCCESS);
				assertThat(queue.service().findAttempts(each.id())).hasSize(1);
			}
		}
	}

	@Test
	void pausedOneThatWaitedKeepsNoThreadFromOthers() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).maxThreads(1).start()) {
			queue.service().enqueue(request("first"));
			await().until(() -> this.handlers.running.get() == 1);
			queue.service().enqueue(request("paused"));
			await().until(() -> waits(queue, "paused"));
			queue.service().pause("paused");
			this.handlers.gate.release(2);
			EnqueueResult other = queue.service().enqueue(request("other"));
			assertThat(queue.await(other.id()).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@Test
	void categoriesThatHaveBeenIdleAreLetGo() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).pollInterval(Duration.ofMillis(5)).start()) {
			this.handlers.gate.release(100);
			for (EnqueueResult each : queue.service()
				.enqueueAll(IntStream.range(0, 40).mapToObj((number) -> request("tenant_" + number)).toList())) {
				queue.await(each.id());
			}
			queue.worker().resize("tenant_7", 3);
			await().until(() -> categories(queue).size() == 2);
			assertThat(categories(queue)).containsExactlyInAnyOrder("default", "tenant_7");
			EnqueueResult again = queue.service().enqueue(request("tenant_1"));
			assertThat(queue.await(again.id()).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@Test
	void firstTaskOfACategoryIsClaimedWithItsInsertion() {
		Map<String, Boolean> claimed = new ConcurrentHashMap<>();
		AtomicInteger tenants = new AtomicInteger();
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			this.handlers.gate.release(10_000);
			queue.groupCommit().addListener(new TaskStoreListener() {
				@Override
				public void inserted(List<StoredTask> tasks) {
					tasks.forEach((task) -> claimed.put(task.details().category(), task.state().lease() != null));
				}
			});
			await().untilAsserted(() -> {
				String tenant = "tenant_" + tenants.incrementAndGet();
				queue.service().enqueue(request(tenant));
				assertThat(claimed).containsEntry(tenant, true);
			});
		}
	}

	@Test
	void categoryIsNotResizedBeyondTheThreads() {
		try (TestQueue queue = TestQueue.with(this.handlers).maxThreads(20).start()) {
			await().until(() -> categories(queue).contains("default"));
			assertThatIllegalArgumentException().isThrownBy(() -> queue.worker().resize("default", 21))
				.withMessage("'concurrency' of category 'default' must be at most 'max-threads', 20, but is 21");
		}
	}

	private static TaskRequest request(String category) {
		return TaskRequest.of("gated").args(category).category(category);
	}

	// Its queue is there, and nothing of it runs.
	private static boolean waits(TestQueue queue, String category) {
		return queue.worker()
			.status()
			.categories()
			.stream()
			.anyMatch((activity) -> activity.category().equals(category) && activity.active() == 0);
	}

	private static Set<String> categories(TestQueue queue) {
		Set<String> names = new HashSet<>();
		queue.worker().status().categories().forEach((activity) -> names.add(activity.category()));
		return names;
	}

	private static void enqueue(TestQueue queue, String category, int count) {
		List<TaskRequest> requests = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			requests.add(request(category));
		}
		queue.service().enqueueAll(requests);
	}

	static class Handlers {

		final Semaphore gate = new Semaphore(0);

		final AtomicInteger running = new AtomicInteger();

		final AtomicInteger most = new AtomicInteger();

		final Set<String> started = ConcurrentHashMap.newKeySet();

		final Set<String> finished = ConcurrentHashMap.newKeySet();

		final Set<Thread> threads = ConcurrentHashMap.newKeySet();

		final Map<String, AtomicInteger> byCategory = new ConcurrentHashMap<>();

		@GobstopperTask(name = "gated")
		void gated(String category, TaskContext context) throws InterruptedException {
			this.most.accumulateAndGet(this.running.incrementAndGet(), Math::max);
			this.byCategory.computeIfAbsent(category, (key) -> new AtomicInteger()).incrementAndGet();
			this.started.add(context.id());
			this.threads.add(Thread.currentThread());
			this.gate.acquire();
			this.running.decrementAndGet();
			this.byCategory.get(category).decrementAndGet();
			this.finished.add(context.id());
		}

	}

}

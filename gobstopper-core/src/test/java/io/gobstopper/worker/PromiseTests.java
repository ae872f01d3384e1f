package io.gobstopper.worker;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;
import org.springframework.jdbc.core.JdbcTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskAttempt;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.UnreadableTaskException;
import io.gobstopper.error.UnreadableValue;
import io.gobstopper.event.TaskListener;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What handlers return, listeners do and deploys change, and what has to hold all the
 * same.
 */
class PromiseTests {

	private final Handlers handlers = new Handlers();

	@Test
	void reactiveResultsAreAwaited() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			TaskInfo failed = queue.await(queue.service().enqueue("mono_error"));
			assertThat(failed.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(failed.error()).isEqualTo("planned");
			assertThat(queue.await(queue.service().enqueue("mono")).result()).isEqualTo("later");
			assertThat(queue.await(queue.service().enqueue("flux")).result()).isEqualTo(List.of("a", "b"));
			assertThat(queue.await(queue.service().enqueue("hidden_mono")).result()).isEqualTo("hidden");
			assertThat(queue.await(queue.service().enqueue("hidden_work")).error()).contains("cannot be awaited");
		}
	}

	@Test
	void longestTimeoutIsForEver() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			assertThat(queue.await(queue.service().enqueue("for_ever")).result()).isEqualTo("ran");
		}
	}

	@Test
	void nullAndArraysAreOneArgument() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			TaskQueueService service = queue.service();
			assertThat(queue.await(service.enqueue("nullable", (Object[]) null)).result()).isEqualTo("null");
			assertThat(queue.await(service.enqueue("one", (Object[]) new String[] { "p", "q" })).result())
				.isEqualTo(List.of("p", "q"));
			assertThat(queue.await(service.enqueue("nullable")).result()).isEqualTo("null");
		}
	}

	@Test
	void arrayIsOneArgument() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			String id = queue.service().enqueue("one", (Object[]) new String[] { "p" });
			TaskInfo task = queue.await(id);
			assertThat(task.args()).isEqualTo(List.of(List.of("p")));
			assertThat(task.result()).isEqualTo(List.of("p"));
		}
	}

	@Test
	void numbersAndTimesComeBackAsTheyWere() throws Exception {
		BigDecimal exact = new BigDecimal("0.12345678901234567890123456789");
		OffsetDateTime offset = OffsetDateTime.parse("2026-01-02T03:04:05+05:00");
		ZonedDateTime zoned = ZonedDateTime.parse("2026-01-02T03:04:05+01:00[Europe/Berlin]");
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			TaskInfo task = queue.await(queue.service().enqueue("exact", exact, offset, zoned));
			assertThat(this.handlers.exact).containsExactly(exact, offset, zoned);
			assertThat(task.args().get(0)).isEqualTo(exact);
		}
	}

	@Test
	void numberIsShownExactly() throws Exception {
		BigDecimal exact = new BigDecimal("0.12345678901234567890123456789");
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			TaskInfo task = queue.await(queue.service().enqueue("number", exact));
			assertThat(task.args()).isEqualTo(List.of(exact));
			assertThat(task.result()).isEqualTo(exact);
		}
	}

	@Test
	void resultThatCannotBeReadAgainFailsTheTaskAndHidesNoOther() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			TaskInfo failed = queue.await(queue.service().enqueue("huge"));
			assertThat(failed.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(failed.error()).contains("cannot be written as JSON that can be read again");
		}
	}

	@Test
	void storedValueThatCannotBeReadIsMarkedAndHidesNoOther() throws Exception {
		CompletableFuture<DuckDbDatabase> database = new CompletableFuture<>();
		try (TestQueue queue = TestQueue.with(this.handlers).database(database::complete).start()) {
			String id = queue.await(queue.service().enqueue("mono")).id();
			new JdbcTemplate(database.join().readers()).update("update gobstopper_task_history set result = ?",
					"1" + "0".repeat(2567));
			TaskInfo marked = queue.find(id);
			assertThat(marked.status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(marked.result()).isInstanceOf(UnreadableValue.class);
			assertThat(queue.service().findTasks(TaskQuery.all()).tasks()).hasSize(1);
		}
	}

	@Test
	void taskThatCannotBeReadWaitsAndIsRunByCodeThatCan(@TempDir Path folder) throws Exception {
		String path = folder.resolve("tasks.duckdb").toString();
		assertUnreadableTaskWaits((builder) -> builder.path(path));
	}

	@Test
	void taskThatCannotBeReadWaitsInPostgresToo() throws Exception {
		PostgresSettings settings = PostgresServer.newSettings();
		assertUnreadableTaskWaits((builder) -> builder.postgres(settings));
	}

	private static void assertUnreadableTaskWaits(UnaryOperator<TestQueue.Builder> on) throws Exception {
		String id;
		try (TestQueue before = on.apply(TestQueue.with(new Before())).enqueueOnly()) {
			id = before.service().enqueue("deployed", "a");
		}
		try (TestQueue changed = on.apply(TestQueue.with(new After())).start()) {
			await()
				.untilAsserted(() -> assertThat(changed.find(id).error()).contains("lacks the argument(s) [second]"));
			TaskInfo waiting = changed.find(id);
			assertThat(waiting.status()).isEqualTo(TaskStatus.PENDING);
			assertThat(waiting.errorType()).isEqualTo(UnreadableTaskException.class.getName());
			assertThat(waiting.attempt()).isZero();
			assertThat(waiting.retryCount()).isZero();
			assertThat(changed.service().findAttempts(id)).extracting(TaskAttempt::outcome).isEmpty();
			assertThat(Objects.requireNonNull(changed.worker().status()).unreadable()).containsExactly("deployed");
			assertThat(changed.store().reads().statistics().attention(Instant.EPOCH, List.of("deployed")).unreadable())
				.isEqualTo(1);
		}
		try (TestQueue restored = on.apply(TestQueue.with(new Before())).start()) {
			TaskInfo done = restored.await(id);
			assertThat(done.result()).isEqualTo("a");
			assertThat(done.attempt()).isEqualTo(1);
			assertThat(done.error()).isNull();
		}
	}

	@Test
	void valueThatDoesNotFitIsNotInTheStoredError(@TempDir Path folder) throws Exception {
		String path = folder.resolve("tasks.duckdb").toString();
		String id;
		try (TestQueue before = TestQueue.with(new Before()).path(path).enqueueOnly()) {
			id = before.service().enqueue("deployed", "s3cr3t");
		}
		try (TestQueue changed = TestQueue.with(new OtherType()).path(path).start()) {
			await().until(() -> changed.find(id).error() != null);
			TaskInfo waiting = changed.find(id);
			assertThat(waiting.error()).contains("does not accept what is stored").doesNotContain("s3cr3t");
			assertThat(String.valueOf(waiting.errorTrace())).doesNotContain("s3cr3t");
		}
	}

	@Test
	void listenerThatEnqueuesIsServedBesideLargeRequests() throws Exception {
		AtomicInteger followUps = new AtomicInteger();
		CompletableFuture<TaskQueueService> service = new CompletableFuture<>();
		TaskListener listener = new TaskListener() {

			@Override
			public void onSuccess(TaskInfo task) {
				if (task.name().equals("nullable")) {
					service.join().enqueue("count");
					followUps.incrementAndGet();
				}
			}

		};
		try (TestQueue queue = TestQueue.with(this.handlers).listener(listener).start()) {
			service.complete(queue.service());
			queue.service().enqueueAll(requests("nullable", 600));
			queue.service().enqueueAll(requests("count", 20_000));
			queue.service().enqueueAll(requests("count", 20_000));
			await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
				assertThat(followUps).hasValue(600);
				assertThat(this.handlers.counted).hasValue(40_600);
			});
		}
	}

	@Test
	void sweepMeetsNoTaskTwice() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).concurrency(20).start()) {
			queue.service().enqueueAll(requests("fails", 2000));
			await().atMost(Duration.ofSeconds(30))
				.until(() -> queue.service().count(TaskQuery.all().status(TaskStatus.FAILED)) == 2000);
			assertThat(queue.service().retryAll(TaskQuery.all().status(TaskStatus.FAILED))).isEqualTo(2000);
			await().atMost(Duration.ofSeconds(30))
				.until(() -> queue.service().count(TaskQuery.all().status(TaskStatus.FAILED)) == 2000);
			assertThat(this.handlers.failures).hasValue(4000);
		}
	}

	@Test
	void threadIsAsItWasBeforeEachTask() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).concurrency(1).start()) {
			List<EnqueueResult> both = queue.service().enqueueAll(requests("leaves_traces", 2));
			assertThat(queue.await(both.get(1).id()).result()).isEqualTo(queue.await(both.get(0).id()).result());
		}
	}

	@Test
	void completionsThatNobodyWaitsForAreForgotten() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).start()) {
			String id = queue.service().enqueue("blocks");
			List<CompletableFuture<TaskInfo>> given = IntStream.range(0, 100)
				.mapToObj((number) -> queue.service().completion(id))
				.toList();
			given.forEach((future) -> future.cancel(false));
			CompletableFuture<String> thread = queue.service()
				.completion(id)
				.thenApply((task) -> Thread.currentThread().getName());
			CompletableFuture<String> chained = queue.service()
				.completion(id)
				.thenApplyAsync((task) -> Thread.currentThread().getName());
			CompletableFuture<ClassLoader> loader = queue.service()
				.completion(id)
				.thenApplyAsync((task) -> Thread.currentThread().getContextClassLoader());
			this.handlers.release.countDown();
			assertThat(thread.get(10, TimeUnit.SECONDS)).startsWith("gobstopper-completions-");
			assertThat(chained.get(10, TimeUnit.SECONDS)).startsWith("gobstopper-completions-");
			assertThat(loader.get(10, TimeUnit.SECONDS)).isSameAs(TestQueue.class.getClassLoader());
		}
	}

	@Test
	void chainedWorkHasTheClassLoaderOfTheApplication() throws Exception {
		ClassLoader application = new ClassLoader(getClass().getClassLoader()) {
		};
		try (TestQueue queue = startedWith(application)) {
			CompletableFuture<TaskInfo> completion = queue.service().completion(queue.service().enqueue("blocks"));
			CompletableFuture<ClassLoader> chained = completion
				.thenApply((task) -> Thread.currentThread().getContextClassLoader());
			this.handlers.release.countDown();
			assertThat(chained.get(10, TimeUnit.SECONDS)).isSameAs(application);
			assertThat(completion.thenApplyAsync((task) -> Thread.currentThread().getContextClassLoader())
				.get(10, TimeUnit.SECONDS)).isSameAs(application);
		}
	}

	private TestQueue startedWith(ClassLoader classLoader) {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(classLoader);
		try {
			return TestQueue.with(this.handlers).start();
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static List<TaskRequest> requests(String name, int number) {
		return Collections.nCopies(number, TaskRequest.of(name));
	}

	static class Before {

		@GobstopperTask(name = "deployed")
		String deployed(String first) {
			return first;
		}

	}

	static class After {

		@GobstopperTask(name = "deployed")
		String deployed(String first, int second) {
			return first + second;
		}

	}

	static class OtherType {

		@GobstopperTask(name = "deployed")
		int deployed(int first) {
			return first;
		}

	}

	static class Handlers {

		private final AtomicInteger counted = new AtomicInteger();

		private final AtomicInteger failures = new AtomicInteger();

		private final List<Object> exact = new CopyOnWriteArrayList<>();

		private final CountDownLatch release = new CountDownLatch(1);

		@GobstopperTask(name = "mono_error")
		Mono<String> monoError() {
			return Mono.error(new IllegalStateException("planned"));
		}

		@GobstopperTask(name = "mono")
		Mono<String> mono() {
			return Mono.delay(Duration.ofMillis(20)).map((tick) -> "later");
		}

		@GobstopperTask(name = "flux")
		Flux<String> flux() {
			return Flux.just("a", "b");
		}

		@GobstopperTask(name = "hidden_mono")
		Object hiddenMono() {
			return Mono.just("hidden");
		}

		@GobstopperTask(name = "hidden_work")
		Object hiddenWork() {
			Callable<String> work = () -> "never called";
			return work;
		}

		@GobstopperTask(name = "for_ever", timeout = "365000d")
		String forEver() {
			return "ran";
		}

		@GobstopperTask(name = "nullable")
		String nullable(@Nullable String text) {
			return String.valueOf(text);
		}

		@GobstopperTask(name = "one")
		List<String> one(List<String> texts) {
			return texts;
		}

		@GobstopperTask(name = "exact")
		void exact(BigDecimal number, OffsetDateTime offset, ZonedDateTime zoned) {
			this.exact.addAll(List.of(number, offset, zoned));
		}

		@GobstopperTask(name = "number")
		BigDecimal number(BigDecimal number) {
			return number;
		}

		@GobstopperTask(name = "huge")
		Map<String, BigInteger> huge() {
			return Map.of("f", BigInteger.TEN.pow(2567));
		}

		@GobstopperTask(name = "count")
		void count() {
			this.counted.incrementAndGet();
		}

		@GobstopperTask(name = "fails")
		void fails() {
			this.failures.incrementAndGet();
			throw new IllegalStateException("planned");
		}

		@GobstopperTask(name = "leaves_traces")
		List<String> leavesTraces() {
			Thread thread = Thread.currentThread();
			List<String> found = new ArrayList<>(
					List.of(thread.getName(), String.valueOf(thread.getContextClassLoader()), "" + MDC.get("left")));
			MDC.put("left", "behind");
			thread.setName("renamed");
			thread.setContextClassLoader(null);
			return found;
		}

		@GobstopperTask(name = "blocks")
		void blocks() throws InterruptedException {
			this.release.await();
		}

	}

}

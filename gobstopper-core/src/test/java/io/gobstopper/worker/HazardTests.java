package io.gobstopper.worker;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskAttempt;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.InvalidTaskArgumentsException;
import io.gobstopper.store.InterceptedTaskStore;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.worker.execution.AttemptEnd;
import io.gobstopper.worker.maintenance.LeaseSettings;
import io.gobstopper.worker.maintenance.RetentionSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Failures and loads at places where one task, category or chore could hold up others.
 */
@Timeout(60)
class HazardTests {

	private static final LeaseSettings LONG = new LeaseSettings(Duration.ofHours(2), Duration.ofHours(1), 3);

	private static final LeaseSettings SHORT = new LeaseSettings(Duration.ofSeconds(3), Duration.ofMillis(200), 3);

	private static final TaskQuery FINISHED = TaskQuery.all().status(TaskStatus.SUCCESS);

	private final Handlers handlers = new Handlers();

	@Test
	void commitThatClaimsOfVeryManyCategoriesIsNoLongerThanThatOfAFew() throws Exception {
		AtomicInteger claims = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		try (TestQueue queue = TestQueue.with(this.handlers)
			.store((store) -> InterceptedTaskStore.before(
					InterceptedTaskStore.before(store, "claim",
							() -> most.accumulateAndGet(claims.incrementAndGet(), Math::max)),
					"inTransaction", () -> claims.getAndSet(0)))
			.start()) {
			List<EnqueueResult> all = queue.service()
				.enqueueAll(IntStream.range(0, 200)
					.mapToObj((number) -> TaskRequest.of("quick").category("tenant_" + number))
					.toList());
			for (EnqueueResult each : all) {
				assertThat(queue.await(each.id()).status()).isEqualTo(TaskStatus.SUCCESS);
			}
			assertThat(most.get()).isBetween(2, 16);
		}
	}

	@Test
	void threadThatCannotBeStartedCostsNoOtherCategoryACrash() throws Exception {
		AtomicBoolean refusing = new AtomicBoolean(true);
		ExecutorService threads = Executors.newCachedThreadPool();
		Executor refusingOnce = (work) -> {
			if (refusing.getAndSet(false)) {
				throw new RejectedExecutionException("planned");
			}
			threads.execute(work);
		};
		try (TestQueue queue = TestQueue.with(this.handlers)
			.leases(SHORT)
			.executors(() -> refusingOnce)
			.enqueueOnly()) {
			List<EnqueueResult> all = queue.service()
				.enqueueAll(IntStream.range(0, 4)
					.mapToObj((number) -> TaskRequest.of("quick").category("tenant_" + number))
					.toList());
			queue.worker().start();
			for (EnqueueResult each : all) {
				TaskInfo task = queue.await(each.id());
				assertThat(task.status()).isEqualTo(TaskStatus.SUCCESS);
				assertThat(task.crashCount()).isZero();
				assertThat(queue.service().findAttempts(each.id())).extracting(TaskAttempt::outcome).hasSize(1);
			}
			assertThat(refusing).isFalse();
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void whateverGoesAroundAHandlerTheTaskEnds() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers)
			.leases(LONG)
			.interceptor((task, attempt) -> nothing())
			.start()) {
			assertThat(queue.await(queue.service().enqueue("quick")).status()).isEqualTo(TaskStatus.FAILED);
		}
	}

	@SuppressWarnings("NullAway")
	private static AttemptEnd nothing() {
		return null;
	}

	@Test
	void claimsOfACommitThatFailedAreMadeAtOnce() throws Exception {
		AtomicBoolean failing = new AtomicBoolean();
		try (TestQueue queue = TestQueue.with(this.handlers)
			.leases(LONG)
			.pollInterval(Duration.ofHours(1))
			.store((store) -> InterceptedTaskStore.before(store, "claim", () -> {
				if (failing.getAndSet(false)) {
					throw new IllegalStateException("planned");
				}
				return null;
			}))
			.start()) {
			queue.service().pause("default");
			queue.await(queue.service().enqueue(TaskRequest.of("quick").category("other")).id());
			String id = queue.service().enqueue("quick");
			failing.set(true);
			queue.service().resume("default");
			assertThat(queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(failing).isFalse();
		}
	}

	@Test
	void cancellationJustBeforeTheStartIsHeardAtOnce() throws Exception {
		Slow.reading = new CountDownLatch(1);
		Slow.released = new CountDownLatch(1);
		try (TestQueue queue = TestQueue.with(this.handlers).leases(LONG).start()) {
			String id = queue.service().enqueue("slow_to_read", new Slow("x"));
			await().until(() -> Slow.reading.getCount() == 0);
			queue.service().cancel(id);
			Slow.released.countDown();
			assertThat(queue.await(id).status()).isEqualTo(TaskStatus.CANCELLED);
		}
	}

	// It becomes due after it was found not to be, and before anyone waits for that.
	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskThatIsDelayedForAMomentDoesNotWaitForThePoll(String store) throws Exception {
		TestQueue.Builder builder = TestQueue.with(this.handlers).pollInterval(Duration.ofHours(1));
		try (TestQueue queue = (store.equals("duckdb") ? builder : builder.postgres(PostgresServer.newSettings()))
			.start()) {
			for (int i = 1; i <= 100; i++) {
				TaskRequest request = TaskRequest.of("quick").delay(Duration.ofNanos(i * 50_000L));
				queue.await(queue.service().enqueue(request).id());
			}
		}
	}

	@Test
	void retentionOfVeryManyTasksDelaysNone(@TempDir Path folder) throws Exception {
		String path = folder.resolve("tasks.duckdb").toString();
		try (TestQueue queue = TestQueue.with(this.handlers).path(path).start()) {
			queue.service().enqueueAll(Collections.nCopies(5000, TaskRequest.of("quick")));
			await().until(() -> queue.service().count(FINISHED) == 5000);
		}
		try (TestQueue queue = TestQueue.with(this.handlers)
			.path(path)
			.retention(new RetentionSettings(Duration.ofMillis(1), Duration.ofMillis(10), 1))
			.start()) {
			await().until(() -> queue.service().count(FINISHED) < 5000);
			queue.service().enqueue(TaskRequest.of("late").delay(Duration.ofMillis(50)));
			this.handlers.late.await();
			assertThat(queue.service().count(FINISHED)).as("still being deleted").isGreaterThan(10);
		}
	}

	@Test
	void connectionsThatTheApplicationHoldsDelayNothing() throws Exception {
		CompletableFuture<DuckDbDatabase> database = new CompletableFuture<>();
		List<Connection> held = new ArrayList<>();
		try (TestQueue queue = TestQueue.with(this.handlers).database(database::complete).start()) {
			queue.await(queue.service().enqueue(TaskRequest.of("quick").idempotencyKey("key")).id());
			for (int i = 0; i < 4; i++) {
				held.add(database.join().readers().getConnection());
			}
			assertThat(queue.service().enqueue(TaskRequest.of("quick").idempotencyKey("key")).created()).isFalse();
			String delayed = queue.service().enqueue(TaskRequest.of("quick").delay(Duration.ofMillis(100))).id();
			assertThat(queue.await(delayed).status()).isEqualTo(TaskStatus.SUCCESS);
			for (Connection connection : held) {
				connection.close();
			}
		}
	}

	@Test
	void rawValueThatIsNoJsonIsRefused() {
		try (TestQueue queue = TestQueue.with(this.handlers).enqueueOnly()) {
			assertThatExceptionOfType(InvalidTaskArgumentsException.class)
				.isThrownBy(() -> queue.service().enqueue("raw", new Raw("\"a\u001fb\"")));
			assertThatExceptionOfType(InvalidTaskArgumentsException.class)
				.isThrownBy(() -> queue.service().enqueue("raw", new Raw("\"a\" \"b\"")))
				.withMessageContaining("'raw'");
		}
	}

	/**
	 * Takes long to be read.
	 */
	static final class Slow {

		static volatile CountDownLatch reading = new CountDownLatch(1);

		static volatile CountDownLatch released = new CountDownLatch(1);

		private final String text;

		Slow(String text) {
			this.text = text;
		}

		@JsonCreator
		static Slow read(String text) throws InterruptedException {
			if (Thread.currentThread().getName().startsWith("pool-")) {
				reading.countDown();
				released.await();
			}
			return new Slow(text);
		}

		@JsonValue
		String text() {
			return this.text;
		}

	}

	/**
	 * Is written as it is.
	 *
	 * @param json the JSON
	 */
	record Raw(@JsonRawValue @JsonValue String json) {

		@JsonCreator
		static Raw read(String text) {
			return new Raw(text);
		}

	}

	static class Handlers {

		final CountDownLatch late = new CountDownLatch(1);

		@GobstopperTask(name = "quick")
		void quick() {
		}

		@GobstopperTask(name = "late")
		void late() {
			this.late.countDown();
		}

		@GobstopperTask(name = "raw")
		String raw(Raw raw) {
			return raw.json();
		}

		@GobstopperTask(name = "slow_to_read")
		void slowToRead(Slow slow, TaskContext context) throws InterruptedException {
			assertThat(slow.text()).isEqualTo("x");
			if (!context.isCancelled()) {
				new CountDownLatch(1).await();
			}
			context.throwIfCancelled();
		}

	}

}

package io.gobstopper.store.writer;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import com.github.f4b6a3.uuid.UuidCreator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.util.unit.DataSize;

import io.gobstopper.TaskPriority;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.TaskQueueClosedException;
import io.gobstopper.error.TaskQueueFullException;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.InterceptedTaskStore;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbSettings;
import io.gobstopper.store.duckdb.DuckDbTaskStore;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * {@link GroupCommit} before a real database, whose calls can be counted, held and
 * failed.
 */
@Timeout(30)
class GroupCommitTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

	private final AtomicInteger transactions = new AtomicInteger();

	private final TaskStore database = new DuckDbTaskStore(
			new DuckDbDatabase(new DuckDbSettings(DuckDbSettings.IN_MEMORY, DataSize.ofMegabytes(256), 2)));

	private final GroupCommit groupCommit = new GroupCommit(counting(this.database),
			new GroupCommitSettings(100, 10, Duration.ofMillis(50)));

	@AfterEach
	void close() {
		this.groupCommit.close();
	}

	@Test
	void whatGathersDuringACommitIsCommittedTogether() throws Exception {
		this.groupCommit.start();
		CountDownLatch blocking = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		CompletableFuture<Integer> slow = this.groupCommit.write((store) -> hold(blocking, release));
		blocking.await();
		List<CompletableFuture<List<InsertedTask>>> inserts = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			inserts.add(this.groupCommit.insert(List.of(task("good"))));
		}
		release.countDown();
		slow.get();
		for (CompletableFuture<List<InsertedTask>> insert : inserts) {
			assertThat(insert.get()).hasSize(1);
		}
		assertThat(this.transactions).hasValue(2);
		assertThat(this.database.reads().counts()).extracting(TaskCount::count).containsExactly(10L);
	}

	@Test
	void onlyTheGuiltyWriteFails() throws Exception {
		CompletableFuture<List<InsertedTask>> good = this.groupCommit.insert(List.of(task("good")));
		CompletableFuture<Integer> bad = this.groupCommit.write((store) -> {
			throw new IllegalStateException("planned");
		});
		CompletableFuture<List<InsertedTask>> other = this.groupCommit.insert(List.of(task("good"), task("good")));
		this.groupCommit.start();
		assertThat(good.get()).hasSize(1);
		assertThat(other.get()).hasSize(2);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(bad::get)
			.withCauseInstanceOf(TaskStoreException.class)
			.withMessageContaining("The task database did not store a change: planned");
		assertThat(this.database.reads().counts()).extracting(TaskCount::count).containsExactly(3L);
	}

	@Test
	void callersArePushedBackWhenTooManyWait() throws Exception {
		List<CompletableFuture<List<InsertedTask>>> waiting = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			waiting.add(this.groupCommit.insert(List.of(task("good"))));
		}
		assertThat(waiting).allSatisfy((insert) -> assertThat(insert).isNotDone());
		assertThatExceptionOfType(TaskQueueFullException.class)
			.isThrownBy(() -> this.groupCommit.insert(List.of(task("good"))))
			.withMessage("10 tasks wait to be stored and the database did not keep up within PT0.05S; "
					+ "nothing was stored");
		this.groupCommit.start();
		for (CompletableFuture<List<InsertedTask>> insert : waiting) {
			insert.get();
		}
		assertThat(this.groupCommit.insert(List.of(task("good"))).get()).hasSize(1);
		assertThat(this.database.reads().counts()).extracting(TaskCount::count).containsExactly(11L);
	}

	@Test
	void largeRequestIsStoredInItsTurnBesideManySmallOnes() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		TaskStore held = InterceptedTaskStore.before(this.database, "inTransaction", () -> {
			release.await();
			return null;
		});
		List<String> stored = Collections.synchronizedList(new ArrayList<>());
		List<CompletableFuture<List<InsertedTask>>> inserts = Collections.synchronizedList(new ArrayList<>());
		List<Thread> callers = new ArrayList<>();
		try (GroupCommit writer = new GroupCommit(held, new GroupCommitSettings(100, 10, Duration.ofMinutes(1)))) {
			writer.addListener(new TaskStoreListener() {
				@Override
				public void inserted(List<StoredTask> tasks) {
					tasks.forEach((task) -> stored.add(task.details().name()));
				}
			});
			writer.start();
			callers.add(caller(() -> inserts.add(writer.insert(Collections.nCopies(5, task("first"))))));
			callers.add(caller(() -> inserts.add(writer.insert(Collections.nCopies(10, task("large"))))));
			for (int i = 0; i < 5; i++) {
				callers.add(caller(() -> inserts.add(writer.insert(List.of(task("small"))))));
			}
			release.countDown();
			for (Thread caller : callers) {
				caller.join();
			}
		}
		assertThat(inserts).hasSize(7).allSatisfy((insert) -> assertThat(insert).isCompleted());
		assertThat(stored.stream().distinct()).containsExactly("first", "large", "small");
	}

	@Test
	void moreThanTheCapacityMayComeInOneCall() throws Exception {
		this.groupCommit.start();
		List<StoredTask> many = new ArrayList<>(Collections.nCopies(50, task("good")));
		assertThat(this.groupCommit.insert(many).get()).hasSize(50);
	}

	@Test
	void interruptedCallerStoresNothing() {
		for (int i = 0; i < 10; i++) {
			assertThat(this.groupCommit.insert(List.of(task("good")))).isNotDone();
		}
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(TaskQueueFullException.class)
			.isThrownBy(() -> this.groupCommit.insert(List.of(task("good"))));
		assertThat(Thread.interrupted()).isTrue();
		this.groupCommit.start();
		assertThat(this.groupCommit.reads().counts()).isNotNull();
	}

	@Test
	void closingCommitsWhatWasSubmitted() throws Exception {
		this.groupCommit.start();
		CompletableFuture<List<InsertedTask>> insert = this.groupCommit.insert(List.of(task("good")));
		this.groupCommit.close();
		assertThat(insert.get(1, TimeUnit.SECONDS)).hasSize(1);
		assertThatExceptionOfType(TaskQueueClosedException.class)
			.isThrownBy(() -> this.groupCommit.insert(List.of(task("good"))));
		assertThat(this.groupCommit.write((writes) -> writes)).failsWithin(Duration.ofSeconds(1))
			.withThrowableThat()
			.withCauseInstanceOf(TaskQueueClosedException.class);
	}

	@Test
	void settlementTellsListenersBeforeThoseWhoWaitForIt() throws Exception {
		this.groupCommit.start();
		List<String> events = Collections.synchronizedList(new ArrayList<>());
		this.groupCommit.addListener(new TaskStoreListener() {
			@Override
			public void settled(StoredTask task, StoredAttempt attempt) {
				throw new IllegalStateException("a listener that fails changes nothing");
			}
		});
		this.groupCommit.addListener(new TaskStoreListener() {
			@Override
			public void settled(StoredTask task, StoredAttempt attempt) {
				events.add("listener " + task.status().value());
			}

			@Override
			public void fenced(StoredTask task) {
				events.add("listener fenced");
			}
		});
		Lease lease = new Lease("me", NOW.plusSeconds(30), NOW);
		StoredTask claimed = this.groupCommit.insert(List.of(task("good").claimed(lease))).get().get(0).task();
		assertThat(claimed).isNotNull();
		Settlement settlement = Settlement.of(claimed, claimed.succeeded(NOW, null), NOW);
		this.groupCommit.settle(settlement).thenAccept((won) -> events.add("won " + won)).get();
		this.groupCommit.settle(settlement).thenAccept((won) -> events.add("won " + won)).get();
		assertThat(events).containsExactly("listener success", "won true", "listener fenced", "won false");
	}

	@Test
	void taskAskedToStopDoesNotGoOnAfterAnAttemptWhoseEndWasOnTheWay() throws Exception {
		this.groupCommit.start();
		List<TaskStatus> told = Collections.synchronizedList(new ArrayList<>());
		this.groupCommit.addListener(new TaskStoreListener() {
			@Override
			public void settled(StoredTask task, StoredAttempt attempt) {
				told.add(task.status());
			}
		});
		Lease lease = new Lease("me", NOW.plusSeconds(30), NOW);
		List<StoredTask> running = this.groupCommit
			.insert(List.of(task("good").claimed(lease), task("good").claimed(lease), task("good").claimed(lease)))
			.get()
			.stream()
			.map(InsertedTask::task)
			.toList();
		StoredTask retried = running.get(0);
		StoredTask givenBack = running.get(1);
		StoredTask other = running.get(2);
		this.groupCommit.write((store) -> store.cancel(List.of(retried.id(), givenBack.id()), NOW)).get();
		TaskError error = new TaskError(null, "planned", null);
		this.groupCommit.settle(Settlement.of(retried, retried.retrying(NOW, NOW, error), NOW)).get();
		this.groupCommit.settle(Settlement.unstarted(givenBack, givenBack.givenBack())).get();
		this.groupCommit.settle(Settlement.of(other, other.retrying(NOW, NOW, error), NOW)).get();
		StoredTask cancelled = this.database.reads().find(retried.id()).orElseThrow();
		assertThat(cancelled.status()).isEqualTo(TaskStatus.CANCELLED);
		assertThat(cancelled.state().outcome().error()).isEqualTo(error);
		assertThat(cancelled.state().counts().retries()).isZero();
		assertThat(this.database.reads().find(givenBack.id()).orElseThrow().status()).isEqualTo(TaskStatus.CANCELLED);
		assertThat(this.database.reads().find(other.id()).orElseThrow().status()).isEqualTo(TaskStatus.RETRY);
		assertThat(told).containsExactly(TaskStatus.CANCELLED, TaskStatus.CANCELLED, TaskStatus.RETRY);
	}

	@Test
	void commitThatBreaksTheDatabaseButWasMadeIsNotMadeTwice(@TempDir Path folder) throws Exception {
		TaskStore store = store(folder);
		AtomicBoolean breaks = new AtomicBoolean(true);
		TaskStore breaking = InterceptedTaskStore.after(store, "inTransaction", () -> breakOnce(breaks));
		try (GroupCommit broken = new GroupCommit(breaking, new GroupCommitSettings(100, 10, Duration.ofSeconds(5)))) {
			broken.start();
			StoredTask plain = task("good");
			List<InsertedTask> inserted = broken.insert(List.of(plain)).get();
			assertThat(inserted).extracting(InsertedTask::id).containsExactly(plain.id());
			assertThat(broken.insert(List.of(task("good"))).get()).hasSize(1);
			assertThat(broken.store().reads().counts()).extracting(TaskCount::count).containsExactly(2L);
		}
	}

	@Test
	void writerGoesOnIfABrokenDatabaseCannotTellWhatItCommitted(@TempDir Path folder) throws Exception {
		AtomicBoolean breaks = new AtomicBoolean(true);
		TaskStore breaking = InterceptedTaskStore
			.before(InterceptedTaskStore.after(store(folder), "inTransaction", () -> breakOnce(breaks)), "find", () -> {
				throw new IllegalStateException("cannot read");
			});
		try (GroupCommit broken = new GroupCommit(breaking, new GroupCommitSettings(100, 10, Duration.ofSeconds(5)))) {
			broken.start();
			assertThat(broken.insert(List.of(task("good")))).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.withMessageContaining("cannot tell whether it was made: cannot read");
			assertThat(broken.insert(List.of(task("good"))).get()).hasSize(1);
		}
	}

	private static TaskStore store(Path folder) {
		return new DuckDbTaskStore(new DuckDbDatabase(
				new DuckDbSettings(folder.resolve("tasks.duckdb").toString(), DataSize.ofMegabytes(256), 2)));
	}

	private static int breakOnce(AtomicBoolean breaks) {
		if (breaks.getAndSet(false)) {
			throw new UncategorizedSQLException("commit", null, new SQLException("FATAL Error: it broke"));
		}
		return 0;
	}

	@Test
	void failureAfterACommitNeitherStopsTheWriterNorStoresTwice() throws Exception {
		AtomicBoolean fails = new AtomicBoolean(true);
		TaskStore failing = InterceptedTaskStore.before(this.database, "logBytes", () -> {
			if (fails.getAndSet(false)) {
				throw new OutOfMemoryError("planned");
			}
			return null;
		});
		try (GroupCommit writer = new GroupCommit(failing, new GroupCommitSettings(100, 10, Duration.ofSeconds(1)))) {
			writer.start();
			assertThat(writer.insert(List.of(task("first"))).get(5, TimeUnit.SECONDS)).hasSize(1);
			assertThat(fails).isFalse();
			assertThat(writer.insert(List.of(task("second"))).get(5, TimeUnit.SECONDS)).hasSize(1);
			assertThat(failing.reads().counts()).containsExactly(new TaskCount("default", TaskStatus.PENDING, 2));
		}
	}

	@Test
	void logIsMovedIntoTheTablesWhenNobodyWrites(@TempDir Path folder) throws Exception {
		DuckDbTaskStore store = new DuckDbTaskStore(new DuckDbDatabase(
				new DuckDbSettings(folder.resolve("tasks.duckdb").toString(), DataSize.ofMegabytes(256), 1)));
		try (GroupCommit writer = new GroupCommit(store,
				new GroupCommitSettings(5000, 10_000, Duration.ofSeconds(1)))) {
			CompletableFuture<Long> checkpointed = new CompletableFuture<>();
			writer.addListener(new TaskStoreListener() {

				@Override
				public void checkpointed(long nanos) {
					checkpointed.complete(store.logBytes());
				}

			});
			writer.start();
			writer.insert(Collections.nCopies(10_000, task("good"))).get();
			assertThat(checkpointed.get(20, TimeUnit.SECONDS)).isLessThan(1000);
		}
	}

	@Test
	void databaseThatCannotBeOpenedFailsEveryCall() {
		GroupCommit broken = new GroupCommit(
				new DuckDbTaskStore(
						new DuckDbDatabase(new DuckDbSettings("/dev/null/queue.duckdb", DataSize.ofMegabytes(256), 2))),
				new GroupCommitSettings(100, 10, Duration.ofMillis(50)));
		try (broken) {
			broken.start();
			assertThatExceptionOfType(TaskStoreException.class).isThrownBy(broken::store)
				.withMessageContaining("'/dev/null/queue.duckdb' cannot be opened");
			assertThat(broken.insert(List.of(task("good")))).failsWithin(Duration.ofSeconds(5))
				.withThrowableThat()
				.withCauseInstanceOf(TaskStoreException.class);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "it fails", "it breaks", "it breaks when it has committed" })
	void databaseThatGoesAwayIsNotAwaitedForEachOfManyWrites(String moment) throws Exception {
		CountDownLatch gathered = new CountDownLatch(1);
		AtomicInteger calls = new AtomicInteger();
		TaskStore before = InterceptedTaskStore.before(this.database, "inTransaction", () -> {
			int call = calls.incrementAndGet();
			gathered.await();
			return switch (call) {
				case 1 -> true;
				case 2 -> failFirst(moment);
				default -> throw new CannotCreateTransactionException("gone");
			};
		});
		TaskStore away = InterceptedTaskStore.after(before, "inTransaction",
				() -> breakOnce(new AtomicBoolean(calls.get() == 2)));
		try (GroupCommit writer = new GroupCommit(away, new GroupCommitSettings(100, 1000, Duration.ofSeconds(1)))) {
			writer.start();
			var unused = writer.insert(List.of(task("good")));
			await().until(() -> calls.get() == 1);
			List<CompletableFuture<List<InsertedTask>>> waiting = IntStream.range(0, 50)
				.mapToObj((number) -> writer.insert(List.of(task("good"))))
				.toList();
			gathered.countDown();
			assertThat(waiting).allSatisfy((each) -> assertThat(each).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.withMessageContaining("The task database"));
			assertThat(calls.get()).isBetween(3, 10);
		}
	}

	private static Object failFirst(String moment) {
		return switch (moment) {
			case "it fails" -> throw new IllegalStateException("planned");
			case "it breaks" -> breakOnce(new AtomicBoolean(true));
			default -> true;
		};
	}

	@Test
	void closingADatabaseThatFailsEndsThoughManyWait() throws Exception {
		AtomicLong skippedNanos = new AtomicLong();
		AtomicInteger failures = new AtomicInteger();
		CountDownLatch closing = new CountDownLatch(1);
		TaskStore failing = InterceptedTaskStore.before(this.database, "inTransaction", () -> {
			closing.await();
			if (failures.incrementAndGet() > 1) {
				skippedNanos.set(Duration.ofSeconds(11).toNanos());
			}
			throw new IllegalStateException("planned");
		});
		GroupCommit writer = new GroupCommit(failing, new GroupCommitSettings(100, 1000, Duration.ofSeconds(1)), null,
				() -> System.nanoTime() + skippedNanos.get());
		writer.start();
		List<CompletableFuture<List<InsertedTask>>> waiting = IntStream.range(0, 200)
			.mapToObj((number) -> writer.insert(List.of(task("late"))))
			.toList();
		Thread closer = new Thread(writer::close);
		closer.start();
		await().until(() -> isClosing(writer));
		closing.countDown();
		closer.join();
		assertThat(waiting).allSatisfy((each) -> assertThat(each).isCompletedExceptionally());
		assertThat(failures.get()).isBetween(1, 20);
	}

	private static boolean isClosing(GroupCommit writer) {
		try {
			var unused = writer.insert(List.of(task("late")));
			return false;
		}
		catch (TaskQueueClosedException ex) {
			return true;
		}
	}

	private static Thread caller(Runnable call) {
		Thread caller = new Thread(call);
		caller.start();
		await().until(
				() -> caller.getState() == Thread.State.TIMED_WAITING || caller.getState() == Thread.State.TERMINATED);
		return caller;
	}

	private TaskStore counting(TaskStore delegate) {
		return InterceptedTaskStore.before(delegate, "inTransaction", this.transactions::incrementAndGet);
	}

	private static int hold(CountDownLatch blocking, CountDownLatch release) {
		blocking.countDown();
		try {
			return release.await(10, TimeUnit.SECONDS) ? 1 : 0;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static StoredTask task(String name) {
		return new StoredTask(0, new TaskDetails(UuidCreator.getPrefixComb(), name, "default", TaskPriority.NORMAL,
				"[]", "{}", NOW, 0, null, null), TaskState.pending(NOW));
	}

}

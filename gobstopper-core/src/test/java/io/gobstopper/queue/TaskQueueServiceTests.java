package io.gobstopper.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskPage;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.InvalidTaskArgumentsException;
import io.gobstopper.error.TaskQueueClosedException;
import io.gobstopper.error.UnknownTaskException;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * {@link DefaultTaskQueueService} on a real database.
 */
@Timeout(60)
class TaskQueueServiceTests {

	private final TestQueue testQueue = TestQueue.with(new Handlers()).enqueueOnly();

	private final TaskQueueService queue = this.testQueue.service();

	private final TransactionTemplate applicationTransaction = new TransactionTemplate(
			new JdbcTransactionManager(new DriverManagerDataSource("jdbc:duckdb:")));

	@BeforeEach
	void startsEmpty() {
		assertThat(this.queue.stats().total()).isZero();
	}

	@AfterEach
	void close() {
		this.testQueue.close();
	}

	@Test
	void enqueuedTaskIsFound() {
		Instant before = Instant.now();
		EnqueueResult result = this.queue.enqueue(TaskRequest.of("mail")
			.args("a@example.com")
			.kwarg("subject", "Hi")
			.priority(TaskPriority.HIGH)
			.category("urgent")
			.maxRetries(5)
			.delay(Duration.ofMinutes(5))
			.idempotencyKey("welcome-42"));
		assertThat(result.created()).isTrue();
		TaskInfo task = this.queue.findTask(result.id()).orElseThrow();
		assertThat(UUID.fromString(task.id()).version()).isEqualTo(4);
		assertThat(task.name()).isEqualTo("mail");
		assertThat(task.args()).containsExactly("a@example.com");
		assertThat(task.kwargs()).isEqualTo(Map.of("subject", "Hi"));
		assertThat(task.priority()).isEqualTo(TaskPriority.HIGH);
		assertThat(task.category()).isEqualTo("urgent");
		assertThat(task.maxRetries()).isEqualTo(5);
		assertThat(task.status()).isEqualTo(TaskStatus.PENDING);
		assertThat(task.createdAt()).isBetween(before.minusMillis(1), Instant.now());
		assertThat(task.dueAt()).isEqualTo(task.createdAt().plus(Duration.ofMinutes(5)));
		assertThat(task.idempotencyKey()).isEqualTo("welcome-42");
		assertThat(task.elapsedSeconds()).isZero();
		assertThat(task.isCompleted()).isFalse();
	}

	@Test
	void allThatMatchAreCancelledAndRetriedAndNoOthers() {
		List<TaskRequest> requests = new ArrayList<>(Collections.nCopies(1201, TaskRequest.of("nothing")));
		requests.add(TaskRequest.of("nothing").category("other"));
		this.queue.enqueueAll(requests);
		TaskQuery query = TaskQuery.all().category("default").limit(1);
		assertThat(this.queue.count(query)).isEqualTo(1201);
		assertThat(this.queue.count(query.status(TaskStatus.SUCCESS))).isZero();
		assertThat(this.queue.retryAll(query)).isZero();
		assertThat(this.queue.cancelAll(query.status(TaskStatus.FAILED))).isZero();
		assertThat(this.queue.cancelAll(query)).isEqualTo(1201);
		assertThat(this.queue.stats().byStatus()).containsEntry(TaskStatus.CANCELLED, 1201L)
			.containsEntry(TaskStatus.PENDING, 1L);
		assertThat(this.queue.retryAll(query.status(TaskStatus.CANCELLED))).isEqualTo(1201);
		assertThat(this.queue.stats().byStatus()).containsEntry(TaskStatus.CANCELLED, 0L)
			.containsEntry(TaskStatus.PENDING, 1202L);
	}

	@Test
	void retryOfManyKeepsTheirOrder() {
		List<TaskRequest> requests = new ArrayList<>();
		for (int i = 0; i < 1100; i++) {
			requests.add(TaskRequest.of("mail").args("a@example.com", "%04d".formatted(i)));
		}
		this.queue.enqueueAll(requests);
		this.queue.cancelAll(TaskQuery.all().name("mail"));
		assertThat(this.queue.retryAll(TaskQuery.all().name("mail"))).isEqualTo(1100);
		List<Object> newestFirst = new ArrayList<>();
		this.queue.findTasks(TaskQuery.all().limit(1000))
			.tasks()
			.forEach((task) -> newestFirst.add(task.args().get(1)));
		assertThat(newestFirst).startsWith("1099", "1098", "1097").endsWith("0101", "0100").hasSize(1000);
	}

	@Test
	void taskThatNeverStartedHasNoAttempts() {
		assertThat(this.queue.findAttempts(this.queue.enqueue("nothing"))).isEmpty();
		assertThat(this.queue.findAttempts("no-id")).isEmpty();
		assertThat(this.queue.findAttempts(UUID.randomUUID().toString())).isEmpty();
	}

	@Test
	void runAtIsTheDueTime() {
		Instant runAt = Instant.parse("2030-01-01T00:00:00Z");
		String id = this.queue.enqueue(TaskRequest.of("nothing").runAt(runAt)).id();
		assertThat(this.queue.findTask(id).orElseThrow().dueAt()).isEqualTo(runAt);
	}

	@Test
	void aliasIsStoredAsThePresentName() {
		String id = this.queue.enqueue("post", "a", "b");
		assertThat(this.queue.findTask(id).orElseThrow().name()).isEqualTo("mail");
	}

	@Test
	void secondRequestWithAKeyGetsTheFirstTask() {
		EnqueueResult first = this.queue.enqueue(TaskRequest.of("nothing").idempotencyKey("k"));
		EnqueueResult second = this.queue.enqueue(TaskRequest.of("nothing").idempotencyKey("k"));
		assertThat(second).isEqualTo(new EnqueueResult(first.id(), EnqueueResult.Outcome.EXISTING));
		assertThat(this.queue.stats().total()).isEqualTo(1);
	}

	@Test
	void taskIsFoundByItsKey() {
		String id = this.queue.enqueue(TaskRequest.of("nothing").idempotencyKey("k")).id();
		assertThat(this.queue.findByIdempotencyKey("k").orElseThrow().id()).isEqualTo(id);
		assertThat(this.queue.findByIdempotencyKey("other")).isEmpty();
	}

	@Test
	void whatCanBeEnqueuedIsTold() {
		assertThat(this.queue.taskNames()).containsExactly("mail", "nothing", "post");
	}

	@Test
	void pausedCategoriesAreTold() {
		this.queue.pause("b");
		this.queue.pause("a");
		assertThat(this.queue.pausedCategories()).containsExactly("a", "b");
		this.queue.resume("b");
		assertThat(this.queue.pausedCategories()).containsExactly("a");
	}

	@Test
	void unknownTaskIsRefused() {
		assertThatExceptionOfType(UnknownTaskException.class).isThrownBy(() -> this.queue.enqueue("mial"))
			.withMessage("No @GobstopperTask is named 'mial'; known: [mail, nothing, post]");
	}

	@Test
	void argumentsOverTheLimitAreRefused() {
		assertThatExceptionOfType(InvalidTaskArgumentsException.class)
			.isThrownBy(() -> this.queue.enqueue("mail", "a", "x".repeat(20_000)))
			.withMessage(
					"The arguments of task 'mail' have 20025 bytes as JSON, more than gobstopper.max-size.arguments "
							+ "allows (10240); store the data elsewhere and pass a reference");
		assertThat(this.queue.enqueue("mail", "a", "x".repeat(10_215))).isNotNull();
	}

	@Test
	void timeThatCannotBeStoredIsRefusedAndAnEndlessDelayIsLong() {
		for (Instant time : List.of(Instant.MIN, Instant.MAX, Instant.parse("+10000-01-01T00:00:00Z"))) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> this.queue.enqueue(TaskRequest.of("nothing").runAt(time)))
				.withMessage("A task can be due from 1970-01-01T00:00:00Z to 9999-12-31T23:59:59Z, but not at " + time);
		}
		String id = this.queue.enqueue(TaskRequest.of("nothing").delay(Duration.ofSeconds(Long.MAX_VALUE))).id();
		assertThat(this.queue.findTask(id).orElseThrow().dueAt()).isEqualTo(Instant.parse("9999-12-31T23:59:59Z"));
		assertThat(this.queue.findTasks(TaskQuery.all().createdBetween(Instant.MIN, Instant.MAX)).tasks()).hasSize(1);
	}

	@Test
	void textThatHasNoFormInUtf8IsKeptInArgumentsAndRefusedElsewhere() {
		String half = "a\uD800b\uDC00\uD83D\uDE00";
		String id = this.queue.enqueue("mail", half, "x");
		assertThat(this.queue.findTask(id).orElseThrow().args()).containsExactly(half, "x");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.queue.enqueue(TaskRequest.of("nothing").category(half)))
			.withMessageStartingWith("'category' must not contain half of a surrogate pair");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.queue.enqueue(TaskRequest.of("nothing").idempotencyKey(half)))
			.withMessageStartingWith("'idempotencyKey' must not contain half of a surrogate pair");
	}

	@Test
	void textThatNotEveryDatabaseCanIndexIsRefused() {
		String longest = "\uFFFC".repeat(500);
		this.queue.pause(longest);
		assertThat(this.queue.enqueue(TaskRequest.of("nothing").category(longest).idempotencyKey(longest)).id())
			.isNotEmpty();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.queue.enqueue(TaskRequest.of("nothing").category(longest + "x")))
			.withMessage("'category' must not be longer than 500 characters, but has 501");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.queue.enqueue(TaskRequest.of("nothing").idempotencyKey(longest + "x")))
			.withMessageStartingWith("'idempotencyKey' must not be longer");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.queue.enqueue(TaskRequest.of("nothing").idempotencyKey("a\0")))
			.withMessageStartingWith("'idempotencyKey' must not contain U+0000");
		assertThatIllegalArgumentException().isThrownBy(() -> this.queue.pause("a\0"))
			.withMessageStartingWith("'category' must not contain U+0000");
		assertThat(this.queue.stats().total()).isEqualTo(1);
	}

	@Test
	void negativeDelayIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> TaskRequest.of("mail").delay(Duration.ofSeconds(-1)))
			.withMessage("'delay' of task 'mail' must not be negative, but is PT-1S");
	}

	@Test
	void requestThatMakesNoSenseIsRefused() {
		TaskRequest request = TaskRequest.of("mail");
		assertThatIllegalArgumentException().isThrownBy(() -> TaskRequest.of(" "));
		assertThatIllegalArgumentException().isThrownBy(() -> request.maxRetries(-1))
			.withMessage("'maxRetries' of task 'mail' must not be negative, but is -1");
		assertThatIllegalArgumentException().isThrownBy(() -> request.idempotencyKey(""));
		assertThatIllegalArgumentException().isThrownBy(() -> request.category(""));
		assertThatIllegalArgumentException().isThrownBy(() -> request.delay(Duration.ofSeconds(1)).runAt(Instant.EPOCH))
			.withMessage("Task 'mail' has both a 'delay' and a 'runAt'; set one of them");
	}

	@Test
	void oneBadRequestOfManyStoresNone() {
		assertThatExceptionOfType(InvalidTaskArgumentsException.class)
			.isThrownBy(() -> this.queue.enqueueAll(List.of(TaskRequest.of("nothing"), TaskRequest.of("mail"))));
		assertThat(this.queue.stats().total()).isZero();
		assertThat(this.queue.enqueueAll(List.of())).isEmpty();
	}

	@Test
	void manyAreStoredInOrder() {
		List<TaskRequest> requests = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			requests.add(TaskRequest.of("mail").args("a", Integer.toString(i)));
		}
		List<String> ids = this.queue.enqueueAll(requests).stream().map(EnqueueResult::id).toList();
		List<String> found = new ArrayList<>();
		TaskQuery query = TaskQuery.all().limit(100);
		TaskPage page = this.queue.findTasks(query);
		page.tasks().forEach((task) -> found.add(0, task.id()));
		while (page.next() != null) {
			page = this.queue.findTasks(query.after(page.next()));
			page.tasks().forEach((task) -> found.add(0, task.id()));
		}
		assertThat(found).isEqualTo(ids);
	}

	@Test
	void queriesRestrict() {
		this.queue.enqueue("mail", "Alice@example.com", "x");
		this.queue.enqueue("nothing");
		assertThat(this.queue.findTasks(TaskQuery.all().name("nothing")).tasks()).hasSize(1);
		assertThat(this.queue.findTasks(TaskQuery.all().text("alice@")).tasks()).hasSize(1);
		assertThat(this.queue.findTasks(TaskQuery.all().status(TaskStatus.FAILED)).tasks()).isEmpty();
		assertThat(this.queue.findTasks(TaskQuery.all().category("default")).tasks()).hasSize(2);
		assertThat(this.queue.findTasks(TaskQuery.all().createdBetween(Instant.now().plusSeconds(60), null)).tasks())
			.isEmpty();
	}

	@Test
	void queryThatMakesNoSenseIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> TaskQuery.all().limit(0))
			.withMessage("'limit' of a task query must be between 1 and 1000, but is 0");
		assertThatIllegalArgumentException().isThrownBy(() -> this.queue.findTasks(TaskQuery.all().after("?!")))
			.withMessageStartingWith("'?!' is not the 'next' of a page of tasks");
	}

	@Test
	void cancelledTaskIsCompleted() throws Exception {
		String id = this.queue.enqueue("nothing");
		CompletableFuture<TaskInfo> completion = this.queue.completion(id);
		assertThat(this.queue.cancel(id)).isTrue();
		assertThat(completion.get(5, TimeUnit.SECONDS).status()).isEqualTo(TaskStatus.CANCELLED);
		assertThat(this.queue.cancel(id)).isFalse();
		assertThat(this.queue.retry(id)).isTrue();
		assertThat(this.queue.findTask(id).orElseThrow().status()).isEqualTo(TaskStatus.PENDING);
	}

	@Test
	void idThatIsNoneFindsNothing() {
		assertThat(this.queue.findTask("no-id")).isEmpty();
		assertThat(this.queue.cancel("no-id")).isFalse();
		assertThat(this.queue.retry("no-id")).isFalse();
		assertThat(this.queue.cancel(UUID.randomUUID().toString())).isFalse();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> this.queue.completion("no-id").get())
			.withMessageContaining("'no-id' is not the id of a task");
		String unknown = UUID.randomUUID().toString();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> this.queue.completion(unknown).get())
			.withMessageContaining("There is no task with the id " + unknown);
	}

	@Test
	void completionOfCompletedTaskIsThereAtOnce() throws Exception {
		String id = this.queue.enqueue("nothing");
		this.queue.cancel(id);
		assertThat(this.queue.completion(id).get(5, TimeUnit.SECONDS).status()).isEqualTo(TaskStatus.CANCELLED);
	}

	@Test
	void completionComesAfterTheCommit() throws Exception {
		this.testQueue.worker().start();
		for (int i = 0; i < 50; i++) {
			String id = this.queue.enqueue("nothing");
			TaskInfo found = this.queue.completion(id)
				.thenApply((info) -> this.queue.findTask(id).orElseThrow())
				.get(5, TimeUnit.SECONDS);
			assertThat(found.status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@Test
	void statsCountAllTasks() {
		String cancelled = this.queue.enqueue("nothing");
		this.queue.cancel(cancelled);
		this.queue.enqueue(TaskRequest.of("nothing").category("other"));
		this.queue.enqueue("nothing");
		assertThat(this.queue.stats().total()).isEqualTo(3);
		assertThat(this.queue.stats().queued()).isEqualTo(2);
		assertThat(this.queue.stats().running()).isZero();
		assertThat(this.queue.stats().byCategory()).isEqualTo(Map.of("default", 2L, "other", 1L));
		assertThat(this.queue.stats().byStatus()).containsEntry(TaskStatus.CANCELLED, 1L)
			.containsEntry(TaskStatus.PENDING, 2L)
			.containsEntry(TaskStatus.FAILED, 0L);
	}

	@Test
	void purgeDeletesCompletedTasks() {
		for (int i = 0; i < 5; i++) {
			this.queue.cancel(this.queue.enqueue("nothing"));
		}
		this.queue.enqueue("nothing");
		assertThat(this.queue.purge(Duration.ofHours(1))).isZero();
		assertThat(this.queue.purge(Duration.ZERO)).isEqualTo(5);
		assertThat(this.queue.stats().total()).isEqualTo(1);
		assertThatIllegalArgumentException().isThrownBy(() -> this.queue.purge(Duration.ofSeconds(-1)));
	}

	@Test
	void taskOfATransactionIsStoredAfterItsCommit() {
		List<EnqueueResult> results = new ArrayList<>();
		this.applicationTransaction.executeWithoutResult((status) -> {
			results.add(this.queue.enqueue(TaskRequest.of("nothing").idempotencyKey("k")));
			results.add(this.queue.enqueue(TaskRequest.of("nothing").idempotencyKey("k")));
			results.add(this.queue.enqueue(TaskRequest.of("nothing")));
			assertThat(this.queue.stats().total()).isZero();
		});
		assertThat(results).extracting(EnqueueResult::created).containsExactly(true, false, true);
		assertThat(results.get(1).id()).isEqualTo(results.get(0).id());
		assertThat(this.queue.stats().total()).isEqualTo(2);
		assertThat(this.queue.findTask(results.get(2).id())).isPresent();
		this.applicationTransaction.executeWithoutResult(
				(status) -> results.add(this.queue.enqueue(TaskRequest.of("nothing").idempotencyKey("k"))));
		assertThat(results.get(3)).isEqualTo(new EnqueueResult(results.get(0).id(), EnqueueResult.Outcome.EXISTING));
	}

	@Test
	void whatIsEnqueuedAfterTheCommitIsStoredToo() {
		this.applicationTransaction.executeWithoutResult((status) -> {
			TransactionSynchronizationManager.registerSynchronization(enqueueingAtTheEnd());
			this.queue.enqueue("nothing");
			TransactionSynchronizationManager.registerSynchronization(enqueueingAtTheEnd());
		});
		assertThat(this.queue.stats().total()).isEqualTo(5);
	}

	private TransactionSynchronization enqueueingAtTheEnd() {
		return new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				TaskQueueServiceTests.this.queue.enqueue("nothing");
			}

			@Override
			public void afterCompletion(int completion) {
				TaskQueueServiceTests.this.queue.enqueue("nothing");
			}

		};
	}

	@Test
	void taskOfARolledBackTransactionIsNeverStored() {
		assertThatIllegalStateException()
			.isThrownBy(() -> this.applicationTransaction.executeWithoutResult((status) -> {
				this.queue.enqueue("nothing");
				throw new IllegalStateException("planned");
			}));
		assertThat(this.queue.stats().total()).isZero();
	}

	@Test
	void argumentsAreCheckedAtTheCallInsideATransaction() {
		assertThatExceptionOfType(UnknownTaskException.class).isThrownBy(
				() -> this.applicationTransaction.executeWithoutResult((status) -> this.queue.enqueue("unknown")));
	}

	@Test
	void enqueueAfterShutdownIsRefused() {
		String id = this.queue.enqueue("nothing");
		CompletableFuture<TaskInfo> completion = this.queue.completion(id);
		this.testQueue.close();
		assertThatExceptionOfType(TaskQueueClosedException.class).isThrownBy(() -> this.queue.enqueue("nothing"))
			.withMessage("The task queue is closed because the application is shutting down");
		assertThatExceptionOfType(TaskQueueClosedException.class).isThrownBy(() -> this.queue.cancel(id));
		assertThat(completion).failsWithin(Duration.ofSeconds(1))
			.withThrowableThat()
			.withCauseInstanceOf(TaskQueueClosedException.class);
	}

	@Test
	void listenerMayUseTheQueue() throws Exception {
		CountDownLatch enqueued = new CountDownLatch(1);
		String id = this.queue.enqueue("nothing");
		CompletableFuture<Void> follow = this.queue.completion(id).thenAccept((task) -> {
			this.queue.enqueue("nothing");
			this.queue.pause("other");
			enqueued.countDown();
		});
		this.queue.cancel(id);
		assertThat(enqueued.await(5, TimeUnit.SECONDS)).isTrue();
		follow.get(5, TimeUnit.SECONDS);
	}

	static class Handlers {

		@GobstopperTask(name = "mail", aliases = "post")
		void mail(String to, String subject) {
		}

		@GobstopperTask(name = "nothing")
		void nothing() {
		}

	}

}

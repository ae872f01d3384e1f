package io.gobstopper.queue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.event.TaskListener;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Enqueuing within transactions of the database in which tasks are stored.
 */
@Timeout(60)
class JoinedTransactionTests {

	// None waits for another, as in the pool of a machine with few cores.
	private static final Executor THREADS = (task) -> new Thread(task).start();

	private final PostgresSettings settings = patient(PostgresServer.newSettings());

	private final JdbcTransactionManager transactionManager = new JdbcTransactionManager(PostgresServer.dataSource());

	private final TransactionTemplate transaction = new TransactionTemplate(this.transactionManager);

	private final JdbcTemplate jdbcTemplate = new JdbcTemplate(PostgresServer.dataSource());

	private final Handlers handlers = new Handlers();

	private final List<String> announced = new CopyOnWriteArrayList<>();

	private TestQueue queue;

	@BeforeEach
	void startQueue() {
		this.queue = TestQueue.with(this.handlers).postgres(this.settings).listener(new TaskListener() {

			@Override
			public void onEnqueue(TaskInfo task) {
				JoinedTransactionTests.this.announced.add(task.id());
			}

		}).start();
		this.queue.store();
	}

	@AfterEach
	void stopQueue() {
		this.queue.close();
	}

	private static PostgresSettings patient(PostgresSettings of) {
		return new PostgresSettings(of.schema(), of.initialize(), of.listen(), Duration.ofSeconds(30), null);
	}

	@Test
	void committedTaskRunsAndIsFoundInItsOwnTransactionBefore() throws Exception {
		String id = this.transaction.execute((status) -> {
			String enqueued = this.queue.service().enqueue("work");
			assertThat(this.queue.find(enqueued).status()).isEqualTo(TaskStatus.PENDING);
			assertThat(countRows(enqueued)).as("seen by others").isZero();
			return enqueued;
		});
		assertThat(this.queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
		await().untilAsserted(() -> assertThat(this.announced).containsExactly(id));
	}

	@Test
	void rolledBackTaskNeverExistedAndNobodyIsToldOfIt() throws Exception {
		String rolledBack = this.transaction.execute((status) -> {
			status.setRollbackOnly();
			return this.queue.service().enqueue(TaskRequest.of("work").idempotencyKey("key")).id();
		});
		EnqueueResult next = this.queue.service().enqueue(TaskRequest.of("work").idempotencyKey("key"));
		assertThat(next.created()).isTrue();
		this.queue.await(next.id());
		assertThat(countRows(rolledBack)).isZero();
		assertThat(this.queue.service().findTask(rolledBack)).isEmpty();
		assertThat(this.handlers.runs).containsOnlyKeys(next.id());
		assertThat(this.announced).containsExactly(next.id());
	}

	@Test
	void taskEnqueuedBeforeThereAreTablesWaitsForThem() throws Exception {
		PostgresSettings empty = PostgresServer.newSettings();
		AtomicReference<TestQueue> starting = new AtomicReference<>();
		FutureTask<EnqueueResult> enqueued = new FutureTask<>(
				() -> starting.get().service().enqueue(TaskRequest.of("work").idempotencyKey("key")));
		this.transaction.executeWithoutResult((status) -> {
			this.jdbcTemplate.execute("select pg_advisory_xact_lock(hashtext('gobstopper schema'))");
			starting.set(TestQueue.with(this.handlers).postgres(empty).start());
			Thread caller = new Thread(enqueued);
			caller.start();
			await().until(() -> enqueued.isDone() || caller.getState() == Thread.State.WAITING);
		});
		try (TestQueue started = starting.get()) {
			assertThat(enqueued.get().created()).isTrue();
			started.await(enqueued.get().id());
		}
	}

	@Test
	void requiresNewCommitsApartFromTheOuterTransaction() throws Exception {
		TransactionTemplate inner = new TransactionTemplate(this.transactionManager);
		inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		String[] ids = new String[2];
		this.transaction.executeWithoutResult((status) -> {
			ids[0] = this.queue.service().enqueue("work");
			ids[1] = inner.execute((innerStatus) -> this.queue.service().enqueue("work"));
			assertThat(this.queue.service().completion(ids[1]).orTimeout(20, TimeUnit.SECONDS).join().status())
				.isEqualTo(TaskStatus.SUCCESS);
			status.setRollbackOnly();
		});
		assertThat(countRows(ids[0])).isZero();
		assertThat(this.announced).containsExactly(ids[1]);
	}

	@Test
	void whatFollowsASavepointIsForgottenIfItIsRolledBack() throws Exception {
		TransactionTemplate nested = new TransactionTemplate(this.transactionManager);
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		String[] ids = new String[3];
		this.transaction.executeWithoutResult((status) -> {
			ids[0] = this.queue.service().enqueue("work");
			assertThatIllegalStateException().isThrownBy(() -> nested.executeWithoutResult((inner) -> {
				ids[1] = this.queue.service().enqueue("work");
				throw new IllegalStateException("planned");
			}));
			ids[2] = this.queue.service().enqueue("work");
		});
		this.queue.await(ids[0]);
		this.queue.await(ids[2]);
		assertThat(countRows(ids[1])).isZero();
		await().untilAsserted(() -> assertThat(this.announced).containsExactly(ids[0], ids[2]));
	}

	@Test
	void transactionOfAManagerThatLendsItsConnectionIsJoined() throws Exception {
		TransactionTemplate lending = new TransactionTemplate(new LendingTransactionManager());
		String rolledBack = lending.execute((status) -> {
			status.setRollbackOnly();
			return this.queue.service().enqueue("work");
		});
		String committed = lending.execute((status) -> this.queue.service().enqueue("work"));
		assertThat(this.queue.await(committed).status()).isEqualTo(TaskStatus.SUCCESS);
		assertThat(countRows(rolledBack)).isZero();
		assertThat(this.handlers.runs).containsOnlyKeys(committed);
	}

	@Test
	void whatIsEnqueuedAfterTheCommitRuns() throws Exception {
		List<String> ids = new ArrayList<>();
		this.transaction.executeWithoutResult((status) -> {
			this.jdbcTemplate.execute("select 1");
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					ids.add(enqueueWithKey());
					ids.add(JoinedTransactionTests.this.queue.service().enqueue("work"));
				}

				@Override
				public void afterCompletion(int completion) {
					ids.add(enqueueWithKey());
					ids.add(JoinedTransactionTests.this.queue.service().enqueue("work"));
				}

			});
			ids.add(this.queue.service().enqueue("work"));
		});
		assertThat(ids).hasSize(5);
		for (String id : ids) {
			assertThat(this.queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
		}
		await().untilAsserted(() -> assertThat(this.announced).containsExactlyInAnyOrderElementsOf(ids));
	}

	@Test
	void whatIsEnqueuedAfterTheCommitIsCommittedEvenIfThePoolNeverDoes() throws Exception {
		try (HikariDataSource manual = PostgresServer.newDataSource(5)) {
			manual.setAutoCommit(false);
			try (TestQueue other = TestQueue.with(this.handlers).postgres(manual, this.settings).enqueueOnly()) {
				List<String> ids = new ArrayList<>();
				new TransactionTemplate(new JdbcTransactionManager(manual)).executeWithoutResult((status) -> {
					TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

						@Override
						public void afterCommit() {
							ids.add(other.service().enqueue("work"));
						}

						@Override
						public void afterCompletion(int completion) {
							ids.add(other.service().enqueue(TaskRequest.of("work").idempotencyKey("late")).id());
						}

					});
					ids.add(other.service().enqueue("work"));
				});
				ids.add(other.service().enqueue(TaskRequest.of("work").idempotencyKey("alone")).id());
				for (String id : ids) {
					assertThat(this.queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
				}
			}
		}
	}

	@Test
	void commitOfAnInnerTransactionOfAnotherDatabaseDoesNotCommitTheOuterOne() throws Exception {
		TransactionTemplate inner = new TransactionTemplate(
				new JdbcTransactionManager(PostgresServer.newDataSource(2)));
		List<String> ids = new ArrayList<>();
		this.transaction.executeWithoutResult((status) -> {
			ids.add(this.queue.service().enqueue("work"));
			inner.executeWithoutResult((innerStatus) -> TransactionSynchronizationManager
				.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void afterCommit() {
						ids.add(JoinedTransactionTests.this.queue.service().enqueue("work"));
					}

				}));
			assertThat(countRows(ids.get(0))).isZero();
			status.setRollbackOnly();
		});
		assertThat(ids).hasSize(2).allSatisfy((id) -> assertThat(countRows(id)).isZero());
	}

	@Test
	void callersWhoHoldAllConnectionsAfterTheirCommitsDoNotKeepTheWriterWaiting() throws Exception {
		try (HikariDataSource small = PostgresServer.newDataSource(3);
				TestQueue other = TestQueue.with(this.handlers).postgres(small, this.settings).enqueueOnly()) {
			small.setConnectionTimeout(10_000);
			this.queue.await(other.service().enqueue("work"));
			TransactionTemplate transactions = new TransactionTemplate(new JdbcTransactionManager(small));
			CountDownLatch holding = new CountDownLatch(2);
			CountDownLatch go = new CountDownLatch(1);
			List<CompletableFuture<String>> enqueued = new ArrayList<>();
			for (int i = 0; i < 2; i++) {
				CompletableFuture<String> id = new CompletableFuture<>();
				enqueued.add(id);
				new Thread(() -> transactions.executeWithoutResult((status) -> TransactionSynchronizationManager
					.registerSynchronization(new TransactionSynchronization() {

						@Override
						public void afterCompletion(int completion) {
							holding.countDown();
							try {
								go.await();
								id.complete(other.service().enqueue("work"));
							}
							catch (InterruptedException | RuntimeException ex) {
								id.completeExceptionally(ex);
							}
						}

					}))).start();
			}
			holding.await();
			while (small.getHikariPoolMXBean().getActiveConnections() < small.getMaximumPoolSize()) {
				small.getConnection();
			}
			go.countDown();
			for (CompletableFuture<String> id : enqueued) {
				assertThat(this.queue.await(id.get(5, TimeUnit.SECONDS)).status()).isEqualTo(TaskStatus.SUCCESS);
			}
		}
	}

	@Test
	void transactionThatMayNotWriteIsNotJoined() throws Exception {
		TransactionTemplate readOnly = new TransactionTemplate(this.transactionManager);
		readOnly.setReadOnly(true);
		String id = readOnly.execute((status) -> {
			String enqueued = this.queue.service().enqueue("work");
			assertThat(countRows(enqueued)).isZero();
			return enqueued;
		});
		assertThat(this.queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
	}

	@Test
	void connectionBorrowedForATransactionOfAnotherDatabaseIsNotTakenForJoined() throws Exception {
		TransactionTemplate other = new TransactionTemplate(
				new JdbcTransactionManager(PostgresServer.newDataSource(2)));
		String rolledBack = other.execute((status) -> {
			this.jdbcTemplate.execute("select 1");
			status.setRollbackOnly();
			return this.queue.service().enqueue("work");
		});
		String committed = other.execute((status) -> {
			this.jdbcTemplate.execute("select 1");
			String enqueued = this.queue.service().enqueue("work");
			assertThat(countRows(enqueued)).isZero();
			return enqueued;
		});
		assertThat(this.queue.await(committed).status()).isEqualTo(TaskStatus.SUCCESS);
		assertThat(countRows(rolledBack)).isZero();
	}

	@Test
	void transactionOfAnotherDatabaseIsNotJoined() throws Exception {
		TransactionTemplate other = new TransactionTemplate(
				new JdbcTransactionManager(PostgresServer.newDataSource(2)));
		String id = other.execute((status) -> {
			String enqueued = this.queue.service().enqueue("work");
			assertThat(countRows(enqueued)).isZero();
			return enqueued;
		});
		assertThat(this.queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
	}

	@Test
	void keyThatATransactionHoldsKeepsOnlyThoseWaitingWhoWantIt() throws Exception {
		CompletableFuture<EnqueueResult> waiting = this.transaction.execute((status) -> {
			String holder = this.queue.service().enqueue(TaskRequest.of("work").idempotencyKey("key")).id();
			CompletableFuture<EnqueueResult> second = CompletableFuture
				.supplyAsync(() -> this.queue.service().enqueue(TaskRequest.of("work").idempotencyKey("key")), THREADS);
			String other = CompletableFuture.supplyAsync(() -> this.queue.service().enqueue("work"), THREADS)
				.orTimeout(20, TimeUnit.SECONDS)
				.join();
			assertThat(this.queue.service().completion(other).orTimeout(20, TimeUnit.SECONDS).join().status())
				.isEqualTo(TaskStatus.SUCCESS);
			assertThat(second).isNotDone();
			return second.thenApply(
					(result) -> new EnqueueResult(result.id().equals(holder) ? "holder" : "other", result.outcome()));
		});
		assertThat(waiting.get(20, TimeUnit.SECONDS))
			.isEqualTo(new EnqueueResult("holder", EnqueueResult.Outcome.EXISTING));
	}

	@Test
	void keyThatATransactionHoldsTooLongIsGivenUp() {
		PostgresSettings impatient = new PostgresSettings(this.settings.schema(), true, true, Duration.ofMillis(100),
				null);
		try (TestQueue other = TestQueue.with(this.handlers).postgres(impatient).enqueueOnly()) {
			TaskRequest request = TaskRequest.of("work").idempotencyKey("key");
			this.transaction.executeWithoutResult((status) -> {
				this.queue.service().enqueue(request);
				CompletableFuture<EnqueueResult> second = CompletableFuture
					.supplyAsync(() -> other.service().enqueue(request), THREADS);
				assertThat(second).failsWithin(20, TimeUnit.SECONDS)
					.withThrowableThat()
					.withCauseInstanceOf(TaskStoreException.class)
					.withMessageContaining("lock timeout");
			});
			assertThat(other.service().enqueue(request).created()).isFalse();
		}
	}

	private String enqueueWithKey() {
		return this.queue.service().enqueue(TaskRequest.of("work").idempotencyKey(UUID.randomUUID().toString())).id();
	}

	private int countRows(String id) {
		return CompletableFuture.supplyAsync(() -> this.jdbcTemplate.queryForObject(
				"select count(*) from %s.gobstopper_task_all where id = ?".formatted(this.settings.schema()),
				Integer.class, UUID.fromString(id)))
			.join();
	}

	static class Handlers {

		final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

		@GobstopperTask(name = "work")
		void work(TaskContext context) {
			this.runs.computeIfAbsent(context.id(), (id) -> new AtomicInteger()).incrementAndGet();
		}

	}

	/**
	 * Does as JPA's does: it is not a JDBC transaction manager, but binds its connection
	 * for others to use.
	 */
	private static final class LendingTransactionManager extends AbstractPlatformTransactionManager {

		private final DataSource dataSource = PostgresServer.dataSource();

		@Override
		protected Object doGetTransaction() {
			return this.dataSource;
		}

		@Override
		protected void doBegin(Object ignored, TransactionDefinition definition) {
			try {
				var connection = this.dataSource.getConnection();
				connection.setAutoCommit(false);
				TransactionSynchronizationManager.bindResource(this.dataSource, new ConnectionHolder(connection));
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private Connection connection() {
			return ((ConnectionHolder) TransactionSynchronizationManager.getResource(this.dataSource)).getConnection();
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			try {
				connection().commit();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			try {
				connection().rollback();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		protected void doCleanupAfterCompletion(Object ignored) {
			try (var connection = connection()) {
				TransactionSynchronizationManager.unbindResource(this.dataSource);
				connection.setAutoCommit(true);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}

package io.gobstopper.actuate;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.GobstopperException;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.store.postgresql.RestartablePostgres;
import io.gobstopper.worker.TestQueue;
import io.gobstopper.worker.maintenance.LeaseSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A queue whose database or connections fail while it works.
 */
@Timeout(120)
class PostgresOutageTests {

	private static final int POOL_SIZE = 6;

	@TempDir
	private Path folder;

	private final Handlers handlers = new Handlers();

	private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean producing = new AtomicBoolean(true);

	private final ExecutorService producers = Executors.newCachedThreadPool();

	private final List<Future<?>> production = new ArrayList<>();

	private RestartablePostgres server;

	private HikariDataSource pool;

	private TestQueue queue;

	@BeforeEach
	void start() throws Exception {
		this.server = new RestartablePostgres(this.folder.resolve("data"));
		this.pool = new HikariDataSource();
		this.pool.setJdbcUrl(this.server.url());
		this.pool.setMaximumPoolSize(POOL_SIZE);
		this.pool.setConnectionTimeout(3000);
		this.queue = TestQueue.with(this.handlers)
			.postgres(this.pool, new PostgresSettings("tasks", true, true, Duration.ofMillis(500), null))
			.leases(new LeaseSettings(Duration.ofSeconds(10), Duration.ofSeconds(1), 100))
			.start();
		for (int i = 0; i < 4; i++) {
			this.production.add(this.producers.submit(this::produce));
		}
		await().until(() -> this.acknowledged.size() > 20);
	}

	@AfterEach
	void stop() throws Exception {
		this.producing.set(false);
		this.producers.shutdownNow();
		this.queue.close();
		this.pool.close();
		this.server.close();
	}

	@Test
	void serverThatCrashesAndRestartsLosesNothing() throws Exception {
		for (int i = 0; i < 2; i++) {
			this.server.crashAndRestart();
			awaitProgress();
		}
		assertNothingIsLost();
	}

	@Test
	void healthTellsOfAnOutageAndOfItsEnd() throws Exception {
		GobstopperHealthIndicator health = new GobstopperHealthIndicator(this.queue.groupCommit(), this.queue.worker(),
				null, this.queue.groupCommit().clock());
		assertThat(health.health().getStatus()).isEqualTo(Status.UP);
		this.server.close();
		assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
		this.server.startAgain();
		await().until(() -> health.health().getStatus().equals(Status.UP));
		awaitProgress();
		assertNothingIsLost();
	}

	@Test
	void killedBackendsAreReplaced() throws Exception {
		for (int i = 0; i < 5; i++) {
			try (Connection own = DriverManager.getConnection(this.server.url());
					Statement statement = own.createStatement()) {
				statement.execute("""
						select pg_terminate_backend(pid) from pg_stat_activity
						where backend_type = 'client backend' and pid <> pg_backend_pid()
						""");
			}
			awaitProgress();
		}
		assertNothingIsLost();
	}

	@Test
	void poolThatIsExhaustedForAWhileLosesNothing() throws Exception {
		List<Connection> taken = new ArrayList<>();
		// Two are kept, for the writer and to listen.
		await().until(() -> {
			taken.add(this.pool.getConnection());
			return taken.size() >= POOL_SIZE - 2;
		});
		int before = this.handlers.runs.size();
		await().until(() -> this.handlers.runs.size() > before + 20);
		assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> this.queue.service().stats());
		for (Connection connection : taken) {
			connection.close();
		}
		awaitProgress();
		assertNothingIsLost();
	}

	@Test
	void rowsThatAnIdleTransactionHoldsDoNotStopTheOthers() throws Exception {
		String held = this.queue.service().enqueue("slow");
		await().until(() -> this.queue.find(held).isRunning());
		try (Connection idle = this.pool.getConnection(); Statement statement = idle.createStatement()) {
			idle.setAutoCommit(false);
			statement.execute("select * from tasks.gobstopper_task where id = '%s' for update".formatted(held));
			this.handlers.finishing = true;
			awaitProgress();
			awaitProgress();
			assertThat(this.queue.find(held).isRunning()).isTrue();
			idle.rollback();
			idle.setAutoCommit(true);
		}
		assertThat(this.queue.await(held).status()).isEqualTo(TaskStatus.SUCCESS);
		assertNothingIsLost();
	}

	private void awaitProgress() {
		int before = this.handlers.runs.size();
		await().atMost(Duration.ofSeconds(30)).until(() -> this.handlers.runs.size() > before + 20);
	}

	private void assertNothingIsLost() throws Exception {
		this.producing.set(false);
		for (Future<?> producer : this.production) {
			producer.get();
		}
		await().atMost(Duration.ofSeconds(60))
			.ignoreException(GobstopperException.class)
			.until(() -> this.queue.service().stats().running() + this.queue.service().stats().queued() == 0);
		assertThat(this.acknowledged).allSatisfy((id) -> assertThat(this.handlers.runs).containsKey(id));
		List<String> stored = new JdbcTemplate(this.pool)
			.queryForList("select id::text from tasks.gobstopper_task_history where status = 'success'", String.class);
		assertThat(stored).containsAll(this.acknowledged);
		assertThat(this.queue.store().reads().findDamage(true)).isEmpty();
	}

	private void produce() {
		while (this.producing.get()) {
			try {
				this.acknowledged.add(this.queue.service().enqueue("quick"));
			}
			catch (GobstopperException ex) {
				this.handlers.refused.incrementAndGet();
			}
		}
	}

	static class Handlers {

		final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

		final AtomicInteger refused = new AtomicInteger();

		volatile boolean finishing;

		@GobstopperTask(name = "quick")
		void quick(TaskContext context) {
			this.runs.computeIfAbsent(context.id(), (id) -> new AtomicInteger()).incrementAndGet();
		}

		@GobstopperTask(name = "slow", category = "slow")
		void slow() {
			await().forever().until(() -> this.finishing);
		}

	}

}

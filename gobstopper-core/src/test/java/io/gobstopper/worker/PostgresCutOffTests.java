package io.gobstopper.worker;

import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperException;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.store.postgresql.RestartablePostgres;
import io.gobstopper.worker.maintenance.LeaseSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Processes whose database is away for longer than their leases last.
 */
@Timeout(120)
class PostgresCutOffTests {

	private static final LeaseSettings LEASES = new LeaseSettings(Duration.ofSeconds(9), Duration.ofSeconds(4), 100);

	@TempDir
	private Path folder;

	private final Handlers handlers = new Handlers();

	private final List<TestQueue> queues = new ArrayList<>();

	private final List<HikariDataSource> pools = new ArrayList<>();

	private RestartablePostgres server;

	@BeforeEach
	void start() throws Exception {
		this.server = new RestartablePostgres(this.folder.resolve("data"));
	}

	@AfterEach
	void stop() throws Exception {
		this.queues.forEach(TestQueue::close);
		this.pools.forEach(HikariDataSource::close);
		this.server.close();
	}

	@Test
	void handlerIsToldThatItsLeaseIsOverWhileTheDatabaseIsAway() throws Exception {
		TestQueue queue = startNode("default");
		String id = queue.service().enqueue("until_told");
		await().until(() -> this.handlers.running.get() == 1);
		this.server.close();
		await().atMost(Duration.ofSeconds(20)).until(() -> this.handlers.told.get() == 1);
		this.handlers.finishing = true;
		this.server.startAgain();
		TaskInfo task = awaitEnd(queue, id);
		assertThat(task.status()).isEqualTo(TaskStatus.SUCCESS);
		assertThat(task.crashCount()).isZero();
		assertThat(task.attempt()).isEqualTo(1);
		assertThat(this.handlers.running).hasValue(2);
	}

	@Test
	void endsThatCouldNotBeStoredAreBeforeOthersTakeTheirTasks() throws Exception {
		TestQueue node = startNode("default");
		startNode("other");
		List<EnqueueResult> all = node.service()
			.enqueueAll(IntStream.range(0, 10).mapToObj((number) -> TaskRequest.of("until_released")).toList());
		await().until(() -> this.handlers.running.get() == all.size());
		this.server.close();
		this.handlers.release.countDown();
		await().until(() -> this.handlers.returned.get() == all.size());
		this.pools.get(0).getHikariPoolMXBean().suspendPool();
		await().during(LEASES.duration().plusMillis(500)).until(() -> true);
		this.server.startAgain();
		awaitABeatOfTheOther();
		this.pools.get(0).getHikariPoolMXBean().resumePool();
		for (EnqueueResult each : all) {
			assertThat(awaitEnd(node, each.id()).status()).isEqualTo(TaskStatus.SUCCESS);
		}
		assertThat(this.handlers.runs).hasSize(all.size());
		assertThat(this.handlers.runs.values()).allSatisfy((runs) -> assertThat(runs).hasValue(1));
	}

	private void awaitABeatOfTheOther() {
		JdbcTemplate jdbcTemplate = new JdbcTemplate(
				new DriverManagerDataSource(Objects.requireNonNull(this.pools.get(1).getJdbcUrl())));
		Timestamp last = lastBeat(jdbcTemplate);
		await().atMost(Duration.ofSeconds(20)).until(() -> lastBeat(jdbcTemplate).after(last));
	}

	private static Timestamp lastBeat(JdbcTemplate jdbcTemplate) {
		return Objects.requireNonNull(
				jdbcTemplate.queryForObject("select max(heartbeat_at) from tasks.gobstopper_node", Timestamp.class));
	}

	private TestQueue startNode(String category) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(this.server.url());
		pool.setMaximumPoolSize(6);
		pool.setConnectionTimeout(1000);
		pool.setAllowPoolSuspension(true);
		this.pools.add(pool);
		TestQueue queue = TestQueue.with(this.handlers)
			.categories(category)
			.postgres(pool, new PostgresSettings("tasks", true, true, Duration.ofMillis(500), null))
			.leases(LEASES)
			.start();
		this.queues.add(queue);
		assertThat(queue.store()).isNotNull();
		return queue;
	}

	private static TaskInfo awaitEnd(TestQueue queue, String id) {
		await().atMost(Duration.ofSeconds(30))
			.ignoreExceptionsInstanceOf(GobstopperException.class)
			.until(() -> queue.find(id).status().isTerminal());
		return queue.find(id);
	}

	static class Handlers {

		final AtomicInteger running = new AtomicInteger();

		final AtomicInteger told = new AtomicInteger();

		final AtomicInteger returned = new AtomicInteger();

		final CountDownLatch release = new CountDownLatch(1);

		final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

		volatile boolean finishing;

		@GobstopperTask(name = "until_told")
		void untilTold(TaskContext context) throws InterruptedException {
			this.running.incrementAndGet();
			if (this.finishing) {
				return;
			}
			try {
				new CountDownLatch(1).await();
			}
			finally {
				if (context.isCancelled()) {
					this.told.incrementAndGet();
				}
			}
		}

		@GobstopperTask(name = "until_released")
		void untilReleased(TaskContext context) throws InterruptedException {
			this.runs.computeIfAbsent(context.id(), (id) -> new AtomicInteger()).incrementAndGet();
			this.running.incrementAndGet();
			this.release.await();
			this.returned.incrementAndGet();
		}

	}

}

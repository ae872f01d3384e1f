package io.gobstopper.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperException;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.jdbc.PostgresSettings;
import io.gobstopper.store.jdbc.RestartablePostgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two processes whose database is away for longer than their leases last.
 */
@Timeout(120)
class PostgresCutOffTests {

	private static final LeaseSettings LEASES = new LeaseSettings(Duration.ofSeconds(3), Duration.ofMillis(500), 100);

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
		TestQueue queue = startNode();
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
	void endsThatCouldNotBeStoredAreAndNoTaskRunsAgain() throws Exception {
		TestQueue first = startNode();
		startNode();
		List<EnqueueResult> all = first.service()
			.enqueueAll(IntStream.range(0, 20).mapToObj((number) -> TaskRequest.of("until_released")).toList());
		await().until(() -> this.handlers.running.get() == all.size());
		this.server.close();
		this.handlers.release.countDown();
		await().until(() -> this.handlers.returned.get() == all.size());
		await().during(LEASES.duration().plusMillis(500)).until(() -> true);
		this.server.startAgain();
		for (EnqueueResult each : all) {
			assertThat(awaitEnd(first, each.id()).status()).isEqualTo(TaskStatus.SUCCESS);
		}
		assertThat(this.handlers.runs.values()).allSatisfy((runs) -> assertThat(runs).hasValue(1));
	}

	private TestQueue startNode() {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(this.server.url());
		pool.setMaximumPoolSize(6);
		pool.setConnectionTimeout(1000);
		this.pools.add(pool);
		TestQueue queue = TestQueue.with(this.handlers)
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

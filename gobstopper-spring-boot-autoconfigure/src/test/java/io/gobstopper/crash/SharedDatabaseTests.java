package io.gobstopper.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperException;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStats;
import io.gobstopper.crash.Ledger.Event;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.store.postgresql.RestartablePostgres;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Three processes that drain one PostgreSQL database, while they or the database are
 * killed. The properties {@code cluster.tasks}, {@code cluster.kill-interval} (in
 * seconds), {@code cluster.least-share} (in percent), {@code cluster.restarts} and
 * {@code cluster.lease} (in seconds) say how much.
 */
@Timeout(600)
class SharedDatabaseTests {

	private static final Log logger = LogFactory.getLog(SharedDatabaseTests.class);

	private static final int NODES = 4;

	private static final int TASKS = Integer.getInteger("cluster.tasks", 12_000);

	private static final int FLAKY = TASKS / 12;

	private static final int LIMITED = TASKS / 3;

	private static final int LIMITED_KEYS = 500;

	private static final int PACED_KILLS = 3;

	private static final int LIMIT = 20;

	private static final Duration KILL_INTERVAL = Duration.ofSeconds(Integer.getInteger("cluster.kill-interval", 4));

	private static final int LEAST_SHARE = Integer.getInteger("cluster.least-share", 10);

	private static final int RESTARTS = Integer.getInteger("cluster.restarts", 2);

	private static final Duration LEASE = Duration.ofSeconds(Integer.getInteger("cluster.lease", 3));

	private static final Duration BACK_WITHIN = Duration.ofSeconds(10);

	@TempDir
	private Path folder;

	private RestartablePostgres server;

	private HikariDataSource pool;

	private Ledger ledger;

	private TestQueue queue;

	private Nodes nodes;

	@BeforeEach
	void start() throws Exception {
		this.server = new RestartablePostgres(this.folder.resolve("data"));
		this.pool = new HikariDataSource();
		this.pool.setJdbcUrl(this.server.url());
		this.pool.setMaximumPoolSize(5);
		this.ledger = new Ledger(this.folder.resolve(NodeApplication.LEDGER), 0);
		this.queue = TestQueue.with(new RecordedHandlers(this.ledger))
			.postgres(this.pool, new PostgresSettings(NodeApplication.SCHEMA, true, true, Duration.ofSeconds(2), null))
			.fair("flaky")
			.enqueueOnly();
		this.queue.store();
		this.nodes = nodes(Duration.ofSeconds(5), Duration.ofSeconds(1));
	}

	private Nodes nodes(Duration lease, Duration heartbeat) {
		return new Nodes(this.folder, this.server.url(), new Nodes.LeaseTimes(lease, heartbeat));
	}

	@AfterEach
	void stop() throws Exception {
		this.nodes.killAll();
		this.queue.close();
		this.ledger.close();
		this.pool.close();
		this.server.close();
	}

	@Test
	void killedNodesLoseNothingAndTheWorkIsSpread() throws Exception {
		this.queue.service().pause("slow");
		this.nodes.start(NODES);
		enqueue(TASKS, 50);
		enqueue(IntStream.range(0, FLAKY).mapToObj((number) -> TaskRequest.of("flaky").args(number % 3)).toList());
		this.queue.service().enqueueAll(Collections.nCopies(5 * RecordedHandlers.PACE, TaskRequest.of("paced")));
		this.queue.service().resume("slow");
		Thread unique = new Thread(this::callWithUniqueKeys);
		unique.start();
		Thread limited = new Thread(this::enqueueLimited);
		limited.start();
		int kills = 0;
		while (!isDrainedWithin(KILL_INTERVAL)) {
			this.nodes.killAndRestart(kills % NODES);
			kills++;
			if (kills == PACED_KILLS) {
				this.queue.service().cancelAll(TaskQuery.all().category("paced"));
			}
		}
		unique.join();
		limited.join();
		assertThat(kills).isPositive();
		assertThat(audit()).isPositive();
		Map<Integer, Integer> byPlace = new HashMap<>();
		Ledger.read(this.folder.resolve(NodeApplication.LEDGER), (entry) -> {
			if (entry.event() == Event.ENDED) {
				byPlace.merge(this.nodes.placeOf(entry.process()), 1, Integer::sum);
			}
		});
		logger.info("%d tasks, %d kills, ends by place: %s".formatted(TASKS, kills, byPlace));
		assertThat(byPlace).hasSize(NODES);
		assertThat(byPlace.values())
			.allSatisfy((ends) -> assertThat(ends).isGreaterThanOrEqualTo(TASKS * LEAST_SHARE / 100));
	}

	@Test
	void databaseThatCrashesAndRestartsLosesNothingAndAllNodesGoOn() throws Exception {
		// Longer than any restart, so that nobody takes over what ended meanwhile.
		this.nodes = nodes(Duration.ofSeconds(30), Duration.ofSeconds(1));
		this.nodes.start(NODES);
		AtomicBoolean producing = new AtomicBoolean(true);
		ExecutorService producers = Executors.newFixedThreadPool(3);
		List<Future<?>> production = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			production.add(producers.submit(() -> produce(producing)));
		}
		awaitAllNodesSince(System.currentTimeMillis());
		for (int i = 0; i < RESTARTS; i++) {
			this.server.crashAndRestart();
			awaitAllNodesSince(System.currentTimeMillis());
		}
		producing.set(false);
		for (Future<?> producer : production) {
			producer.get();
		}
		producers.shutdown();
		await().atMost(Duration.ofMinutes(5)).until(() -> isDrainedWithin(Duration.ofSeconds(1)));
		audit();
	}

	@Test
	void taskOfANodeThatDiedRunsElsewhereOnceItsLeaseIsOver() throws Exception {
		Duration heartbeat = LEASE.dividedBy(3);
		this.nodes = nodes(LEASE, heartbeat);
		this.nodes.start(2);
		enqueue(1, 600_000);
		await().until(() -> starts().size() == 1);
		int place = this.nodes.placeOf(starts().get(0).process());
		this.nodes.kill(place);
		long killedAt = System.currentTimeMillis();
		Duration longest = LEASE.plus(heartbeat);
		await().atMost(longest.plus(BACK_WITHIN)).until(() -> starts().size() == 2);
		Ledger.Entry again = starts().get(1);
		Duration after = Duration.ofMillis(again.millis() - killedAt);
		logger.info("Taken over after %s, with leases of %s".formatted(after, LEASE));
		assertThat(this.nodes.placeOf(again.process())).isNotEqualTo(place);
		assertThat(after).isLessThan(longest.plusSeconds(1));
	}

	private List<Ledger.Entry> starts() throws IOException {
		List<Ledger.Entry> starts = new ArrayList<>();
		Ledger.read(this.folder.resolve(NodeApplication.LEDGER), (entry) -> {
			if (entry.event() == Event.STARTED) {
				starts.add(entry);
			}
		});
		return starts;
	}

	private void produce(AtomicBoolean producing) {
		while (producing.get()) {
			try {
				enqueue(5, 10);
			}
			catch (GobstopperException ex) {
				logger.info("Nothing was acknowledged: " + ex.getMessage());
			}
		}
	}

	private void callWithUniqueKeys() {
		Random random = new Random(1);
		UniqueCalls calls = new UniqueCalls(this.queue.service(), this.ledger, 0, 0);
		for (int i = 0; i < 500; i++) {
			calls.call(random);
			LockSupport.parkNanos(random.nextInt(20_000_000));
		}
	}

	private void enqueueLimited() {
		Random random = new Random(2);
		for (int i = 0; i < LIMITED / 10; i++) {
			this.queue.service()
				.enqueueAll(IntStream.range(0, 10)
					.mapToObj((number) -> TaskRequest.of("limited")
						.args("key-" + random.nextInt(LIMITED_KEYS), random.nextInt(10) / 8))
					.toList())
				.forEach((result) -> this.ledger.write(Event.ACKNOWLEDGED, result.id()));
		}
	}

	private void enqueue(int tasks, int millis) {
		int chunk = 1000;
		for (int from = 0; from < tasks; from += chunk) {
			enqueue(Collections.nCopies(Math.min(chunk, tasks - from), TaskRequest.of("slow").args(millis)));
		}
	}

	private void enqueue(List<TaskRequest> requests) {
		List<EnqueueResult> results = this.queue.service().enqueueAll(requests);
		results.forEach((result) -> this.ledger.write(Event.ACKNOWLEDGED, result.id()));
	}

	private void awaitAllNodesSince(long millis) {
		await().atMost(BACK_WITHIN).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
			Set<Integer> working = new HashSet<>();
			Ledger.read(this.folder.resolve(NodeApplication.LEDGER), (entry) -> {
				if (entry.event() == Event.STARTED && entry.millis() > millis) {
					working.add(entry.process());
				}
			});
			assertThat(working).containsAll(this.nodes.numbers());
		});
	}

	private boolean isDrainedWithin(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (System.nanoTime() < deadline) {
			TaskStats stats = this.queue.service().stats();
			if (stats.running() + stats.queued() == 0) {
				return true;
			}
			LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
		}
		return false;
	}

	// Returns how many tasks with unique keys were run.
	private int audit() throws IOException {
		CrashAudit audit = new CrashAudit(this.nodes.killedAt());
		UniqueAudit unique = new UniqueAudit(this.nodes.killedAt());
		LimitAudit limits = new LimitAudit(this.nodes.killedAt(), LIMIT);
		Ledger.read(this.folder.resolve(NodeApplication.LEDGER), (entry) -> {
			audit.record(entry);
			unique.record(entry);
			limits.record(entry);
		});
		assertThat(unique.complaints()).isEmpty();
		assertThat(limits.complaints()).isEmpty();
		assertThat(limits.paced()).isLessThanOrEqualTo(RecordedHandlers.PACE);
		List<StoredTask> stored = StoredTasks.all(this.queue.store());
		assertThat(audit.complaints(stored)).isEmpty();
		assertThat(this.queue.store().reads().findDamage(true)).isEmpty();
		logger.info("%d acknowledged, %d executions repeated, %d with a limit, %d of them at once at most"
			.formatted(audit.acknowledged(), audit.extraExecutions(), limits.runs(), limits.most()));
		return unique.runs();
	}

}

package io.gobstopper.worker;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.ClusterNode;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.worker.maintenance.LeaseSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Several queues on one database, as several processes have them. They ask for news so
 * seldom that they must be told.
 */
@Timeout(60)
class ClusterTests {

	private static final Duration SELDOM = Duration.ofHours(1);

	private static final LeaseSettings LONG = new LeaseSettings(SELDOM.multipliedBy(2), SELDOM, 3);

	private static final String LISTENERS = """
			select pid from pg_stat_activity where query = 'listen "gobstopper:%s"'
			""";

	private final PostgresSettings settings = PostgresServer.newSettings();

	private final JdbcTemplate jdbcTemplate = new JdbcTemplate(PostgresServer.dataSource());

	private final List<TestQueue> queues = new ArrayList<>();

	private final Handlers handlers = new Handlers();

	@AfterEach
	void stopQueues() {
		this.handlers.release.countDown();
		this.queues.forEach(TestQueue::close);
	}

	@Test
	void taskEnqueuedElsewhereStartsWithoutBeingAskedForAndItsEndIsKnownThere() throws Exception {
		TestQueue producer = enqueueOnly();
		TestQueue worker = startListening();
		for (int i = 0; i < 3; i++) {
			TaskInfo done = producer.await(producer.service().enqueue("node"));
			assertThat(done.node()).isEqualTo(nodeOf(worker));
		}
	}

	@Test
	void taskAnnouncedWhileAnotherIsClaimedStartsWithoutBeingAskedFor() throws Exception {
		TestQueue producer = enqueueOnly();
		startListening();
		for (int round = 0; round < 300; round++) {
			int tasks = 1 + round % 4;
			for (int i = 0; i < tasks; i++) {
				producer.service().enqueue("node");
			}
			assertThat(this.handlers.ran.tryAcquire(tasks, 20, TimeUnit.SECONDS)).as("round %d", round).isTrue();
		}
	}

	@Test
	void taskThatRunsElsewhereIsCancelledAtOnce() throws Exception {
		TestQueue producer = enqueueOnly();
		startListening();
		String id = producer.service().enqueue("wait");
		this.handlers.waiting.await();
		assertThat(producer.service().cancel(id)).isTrue();
		assertThat(producer.await(id).status()).isEqualTo(TaskStatus.CANCELLED);
	}

	@Test
	void pauseAndResumeAreHeardByAll() throws Exception {
		TestQueue producer = enqueueOnly();
		TestQueue worker = startListening();
		producer.service().pause("default");
		await().until(() -> worker.worker().status().categories().get(0).paused());
		String id = producer.service().enqueue("node");
		String other = producer.service().enqueue(TaskRequest.of("node").category("other")).id();
		producer.await(other);
		assertThat(producer.find(id).status()).isEqualTo(TaskStatus.PENDING);
		producer.service().resume("default");
		assertThat(producer.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
	}

	@Test
	void listenerWhoseConnectionIsCutListensOnAnother() throws Exception {
		TestQueue producer = enqueueOnly();
		startListening();
		producer.await(producer.service().enqueue("node"));
		List<Integer> before = cutListeners();
		await().until(() -> !listeners().isEmpty() && listeners().stream().noneMatch(before::contains));
		producer.await(producer.service().enqueue("node"));
	}

	@Test
	void workAnnouncedWhileNobodyListensIsFoundWhenOneDoesAgain() throws Exception {
		TestQueue producer = enqueueOnly();
		startListening();
		List<Integer> before = cutListeners();
		await().until(() -> listeners().stream().noneMatch(before::contains));
		assertThat(producer.await(producer.service().enqueue("node")).status()).isEqualTo(TaskStatus.SUCCESS);
	}

	@Test
	void manyTasksRunOnceEachAndOnAllNodes() {
		TestQueue producer = enqueueOnly();
		producer.service().pause("default");
		for (int i = 0; i < 3; i++) {
			start(TestQueue.with(this.handlers).concurrency(4));
		}
		producer.service().enqueueAll(IntStream.range(0, 12).mapToObj((i) -> TaskRequest.of("meet")).toList());
		producer.service().enqueueAll(IntStream.range(0, 2988).mapToObj((i) -> TaskRequest.of("node")).toList());
		producer.service().resume("default");
		await().until(() -> producer.service().stats().byStatus().get(TaskStatus.SUCCESS) == 3000);
		assertThat(this.handlers.runs.values()).hasSize(3000).allSatisfy((runs) -> assertThat(runs).hasValue(1));
		assertThat(this.jdbcTemplate
			.queryForList("select distinct node from %s.gobstopper_task_history".formatted(this.settings.schema())))
			.hasSize(3);
		assertThat(producer.store().reads().findDamage(true)).isEmpty();
	}

	@Test
	void tasksOfANodeThatDiedAreTakenOverByAnother() throws Exception {
		TestQueue producer = enqueueOnly();
		String id = producer.service().enqueue("node");
		Instant now = producer.groupCommit().clock().instant().truncatedTo(ChronoUnit.MICROS);
		List<StoredTask> claimed = producer.groupCommit()
			.write((store) -> store.claim(new ClaimRequest("default", List.of("node"), 1, 1, 0,
					new Lease("dead#1", now.plusMillis(300), now))))
			.get();
		assertThat(claimed).hasSize(1);
		start(TestQueue.with(this.handlers)
			.leases(new LeaseSettings(Duration.ofSeconds(3), Duration.ofMillis(200), 3)));
		TaskInfo done = producer.await(id);
		assertThat(done.status()).isEqualTo(TaskStatus.SUCCESS);
		assertThat(done.crashCount()).isEqualTo(1);
	}

	@Test
	void nodesTellOfThemselvesUntilTheyStop() throws Exception {
		TestQueue producer = enqueueOnly();
		TestQueue first = startListening();
		TestQueue second = startListening();
		await().untilAsserted(() -> assertThat(nodes(producer)).extracting(ClusterNode::name)
			.containsExactlyInAnyOrder(nodeOf(first), nodeOf(second)));
		assertThat(nodes(producer)).extracting(ClusterNode::capacity).containsOnly(20);
		producer.service().enqueue("wait");
		this.handlers.waiting.await();
		assertThat(nodes(producer)).extracting(ClusterNode::active).containsExactlyInAnyOrder(0, 1);
		this.handlers.release.countDown();
		String gone = nodeOf(first);
		this.queues.remove(first);
		first.close();
		assertThat(nodes(producer)).extracting(ClusterNode::name).isNotEmpty().doesNotContain(gone);
	}

	@Test
	void clockOfTheDatabaseCounts() {
		TestQueue producer = enqueueOnly();
		producer.store();
		Instant database = this.jdbcTemplate.queryForObject("select clock_timestamp()", Timestamp.class).toInstant();
		assertThat(producer.groupCommit().clock().instant()).isBetween(database.minusMillis(500),
				database.plusSeconds(10));
	}

	private static Set<ClusterNode> nodes(TestQueue queue) {
		return Set.copyOf(queue.groupCommit().cluster().nodes(Instant.EPOCH));
	}

	private List<Integer> listeners() {
		return this.jdbcTemplate.queryForList(LISTENERS.formatted(this.settings.schema()), Integer.class);
	}

	// Returns those that were there.
	private List<Integer> cutListeners() {
		List<Integer> there = listeners();
		there.forEach((pid) -> this.jdbcTemplate.queryForObject("select pg_terminate_backend(?)", Boolean.class, pid));
		return there;
	}

	private TestQueue enqueueOnly() {
		TestQueue queue = TestQueue.with(this.handlers).postgres(this.settings).enqueueOnly();
		this.queues.add(queue);
		return queue;
	}

	// Returns a queue that has looked for work and will hear of more.
	private TestQueue startListening() throws Exception {
		int before = listeners().size();
		TestQueue queue = start(TestQueue.with(this.handlers).pollInterval(SELDOM).leases(LONG));
		await().until(() -> listeners().size() > before && queue.worker().status().lastClaimAt() != null);
		return queue;
	}

	private TestQueue start(TestQueue.Builder builder) {
		TestQueue queue = builder.postgres(this.settings).start();
		this.queues.add(queue);
		return queue;
	}

	private static String nodeOf(TestQueue queue) {
		return queue.worker().status().node();
	}

	static class Handlers {

		final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

		final Semaphore ran = new Semaphore(0);

		final CyclicBarrier meeting = new CyclicBarrier(12);

		final CountDownLatch waiting = new CountDownLatch(1);

		final CountDownLatch release = new CountDownLatch(1);

		@GobstopperTask(name = "node")
		void node(TaskContext context) {
			this.runs.computeIfAbsent(context.id(), (id) -> new AtomicInteger()).incrementAndGet();
			this.ran.release();
		}

		// Ends when twelve of its kind run at once.
		@GobstopperTask(name = "meet")
		void meet(TaskContext context) throws Exception {
			this.meeting.await(30, TimeUnit.SECONDS);
			node(context);
		}

		@GobstopperTask(name = "wait", category = "waits")
		void hold(TaskContext context) throws InterruptedException {
			this.waiting.countDown();
			boolean unused = this.release.await(60, TimeUnit.SECONDS);
			context.throwIfCancelled();
		}

	}

}

package io.gobstopper.store.migration;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import com.github.f4b6a3.uuid.UuidCreator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.TaskPriority;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.LimitOverride;
import io.gobstopper.limit.LimitRate;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.duckdb.DuckDbDatabaseTests;
import io.gobstopper.store.duckdb.DuckDbTaskStore;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.store.postgresql.PostgresTaskStore;
import io.gobstopper.store.sql.JdbcTaskReader;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskState;
import io.gobstopper.store.task.UniqueKey;
import io.gobstopper.store.task.UniqueKey.KeptOut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Queues that are moved from a DuckDB file to PostgreSQL. The property
 * {@code migration.tasks} says how many tasks wait and how many are finished.
 */
@Timeout(300)
class DuckDbMigrationTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00.123456Z");

	private static final LimitOverride OVERRIDE = new LimitOverride(
			new LimitNumbers(2, null, LimitRate.of("60/1m"), null), NOW.plusSeconds(60));

	private static final int TASKS = Integer.getInteger("migration.tasks", 20_000);

	private static final int RUNNING = 50;

	private static final int CHUNK = 5000;

	@TempDir
	private Path folder;

	private final PostgresSettings empty = PostgresServer.newSettings();

	private final JdbcTemplate jdbcTemplate = new JdbcTemplate(PostgresServer.dataSource());

	@Test
	void processThatIsKilledHalfWayHasAnotherGoOn() throws Exception {
		Path file = this.folder.resolve("tasks.duckdb");
		List<StoredTask> before = fill(file, TASKS);
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), MovingProcess.class.getName(), PostgresServer.url(),
				this.empty.schema(), file.toString())
			.redirectErrorStream(true)
			.redirectOutput(this.folder.resolve("output.txt").toFile())
			.start();
		await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(5)).until(() -> moved() >= TASKS / 2);
		process.destroyForcibly().waitFor();
		long whenKilled = moved();
		assertThat(whenKilled).isLessThan(2L * TASKS + RUNNING);
		try (TaskStore store = open(file)) {
			assertThat(store.reads().counts()).containsExactlyInAnyOrder(
					new TaskCount("default", TaskStatus.PENDING, TASKS),
					new TaskCount("default", TaskStatus.STARTED, RUNNING),
					new TaskCount("default", TaskStatus.SUCCESS, TASKS));
			assertThat(find(store)).isEqualTo(before.stream().map(DuckDbMigrationTests::withoutPlace).toList());
			assertThat(moved()).isEqualTo(2L * TASKS + RUNNING);
			assertThat(store.reads().findDamage(true)).isEmpty();
		}
		assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> open(file))
			.withMessageContaining("were moved to PostgreSQL at")
			.withMessageContaining("gobstopper.migrate-from");
		assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> duckDb(file).open())
			.withMessageContaining("were moved to PostgreSQL");
	}

	@Test
	void whatWasRunningIsFoundAsTheWorkOfADeadProcessAndAllElseGoesOn() {
		Path file = this.folder.resolve("tasks.duckdb");
		StoredTask keyed = task("key");
		StoredTask unique = unique("key", KeptOut.UNTIL_IT_IS_FINISHED);
		try (TaskStore store = duckDb(file)) {
			store.open();
			store.writes().insert(List.of(keyed, task(null)));
			store.writes().insert(List.of(unique));
			StoredTask failing = claim(store, 1).get(0);
			store.writes()
				.settle(List.of(Settlement.of(failing,
						failing.retrying(NOW, NOW, new TaskError("java.lang.Error", "no \0 zero", null)), NOW)));
			store.writes().promoteDue(NOW);
			claim(store, 1);
			store.writes().setPaused("other", true);
			store.writes().closeGates(List.of(new Gate("crm", "a")), NOW);
			store.writes().closeGates(List.of(new Gate("crm", "a")), NOW.plusSeconds(9));
			store.writes().overrideLimit("crm", OVERRIDE);
		}
		try (TaskStore store = new PostgresTaskStore(PostgresServer.dataSource(), this.empty)) {
			store.open();
			store.writes().insert(List.of(task(null)));
		}
		try (TaskStore store = open(file)) {
			assertThat(store.reads().findByIdempotencyKey("key")).contains(keyed.id());
			assertThat(store.reads().pausedCategories()).containsExactly("other");
			assertThat(store.reads().limitOverrides(NOW)).isEqualTo(Map.of("crm", OVERRIDE));
			assertThat(new JdbcTemplate(PostgresServer.dataSource()).queryForList(
					"select gate || ' ' || closed_until from %s.gobstopper_closed_gate".formatted(this.empty.schema()),
					String.class))
				.containsExactly("crm/a " + JdbcTaskReader.timestamp(NOW.plusSeconds(9)).toString().replace('T', ' '));
			assertThat(store.writes().insert(List.of(unique("key", KeptOut.WHILE_IT_WAITS))))
				.extracting(InsertedTask::id)
				.containsExactly(unique.id());
			assertThat(store.writes().reclaimExpired(NOW, 3)).extracting(StoredTask::id).containsExactly(keyed.id());
			StoredTask found = store.reads().find(keyed.id()).orElseThrow();
			assertThat(found.state().counts().crashes()).isOne();
			assertThat(store.reads().attempts(found)).hasSize(2);
			StoredTask later = store.writes().insert(List.of(task(null))).get(0).task();
			assertThat(find(store)).extracting(StoredTask::seq).doesNotHaveDuplicates();
			assertThat(store.reads().find(later.id()).orElseThrow().seq()).isGreaterThan(found.seq());
			assertThat(claim(store, 10)).hasSize(5);
		}
	}

	@Test
	void fileThatIsNotThereStopsTheStart() {
		assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> open(this.folder.resolve("none.duckdb")))
			.withMessageContaining("There is no file");
	}

	@Test
	void manyUniqueKeysAreHeldByTheSameTasksAsBefore() {
		Path file = this.folder.resolve("tasks.duckdb");
		List<StoredTask> holders = uniqueTasks();
		try (TaskStore store = duckDb(file)) {
			store.open();
			store.writes().insert(holders);
		}
		try (TaskStore store = open(file)) {
			assertThat(store.writes().insert(uniqueTasks())).extracting(InsertedTask::id)
				.containsExactlyElementsOf(holders.stream().map(StoredTask::id).toList());
		}
	}

	private static List<StoredTask> uniqueTasks() {
		return IntStream.range(0, CHUNK)
			.mapToObj((number) -> unique("key-" + number, KeptOut.UNTIL_IT_IS_FINISHED))
			.toList();
	}

	private static StoredTask unique(String key, KeptOut kept) {
		StoredTask task = task(null);
		return new StoredTask(0, task.details().withUniqueKey(new UniqueKey(key, kept, null)), task.state());
	}

	private List<StoredTask> fill(Path file, int tasks) {
		try (TaskStore store = duckDb(file)) {
			store.open();
			for (int from = 0; from < tasks; from += CHUNK) {
				store.writes().insert(IntStream.range(0, CHUNK).mapToObj((number) -> task(null)).toList());
				List<StoredTask> claimed = claim(store, CHUNK);
				store.writes()
					.settle(claimed.stream()
						.map((task) -> Settlement.of(task, task.succeeded(NOW, "{\"a\":[1]}"), NOW))
						.toList());
			}
			store.writes().insert(IntStream.range(0, RUNNING).mapToObj((number) -> task(null)).toList());
			claim(store, RUNNING);
			for (int from = 0; from < tasks; from += CHUNK) {
				store.writes().insert(IntStream.range(0, CHUNK).mapToObj((number) -> task(null)).toList());
			}
			return find(store);
		}
	}

	private long moved() {
		try {
			List<Long> moved = this.jdbcTemplate
				.queryForList("select tasks from %s.gobstopper_migration".formatted(this.empty.schema()), Long.class);
			return moved.isEmpty() ? 0 : moved.get(0);
		}
		catch (DataAccessException ex) {
			return 0;
		}
	}

	private TaskStore open(Path file) {
		PostgresTaskStore store = new PostgresTaskStore(PostgresServer.dataSource(), new PostgresSettings(
				this.empty.schema(), true, true, this.empty.lockTimeout(), DuckDbMigration.of(file)));
		store.open();
		return store;
	}

	private static TaskStore duckDb(Path file) {
		return new DuckDbTaskStore(DuckDbDatabaseTests.database(file));
	}

	private static List<StoredTask> find(TaskStore store) {
		List<StoredTask> found = new ArrayList<>();
		List<StoredTask> page;
		do {
			Long before = found.isEmpty() ? null : found.get(found.size() - 1).seq();
			page = store.reads().find(TaskFilter.of(TaskQuery.all(), List.of()).page(before, CHUNK));
			found.addAll(page);
		}
		while (page.size() == CHUNK);
		return found;
	}

	// The numbers and the leases of tasks that ran are new.
	private static StoredTask withoutPlace(StoredTask task) {
		TaskState state = task.state();
		Lease lease = state.lease();
		return new StoredTask(task.seq() + 1, task.details(),
				new TaskState(state.status(), state.dueAt(), state.startedAt(), state.counts(), state.progress(),
						(lease != null) ? new Lease(lease.owner(), Instant.EPOCH, lease.heartbeatAt()) : null,
						state.outcome(), state.cancelRequested()));
	}

	private static List<StoredTask> claim(TaskStore store, int limit) {
		return store.writes()
			.claim(new ClaimRequest("default", List.of("email"), limit, limit, 0,
					new Lease("host/1/abc#1", NOW.plusSeconds(30), NOW)));
	}

	private static StoredTask task(String key) {
		return new StoredTask(0, new TaskDetails(UuidCreator.getPrefixComb(), "email", "default", TaskPriority.NORMAL,
				"[\"it's\"]", "{\"a\":1}", NOW, 3, key, null), TaskState.pending(NOW));
	}

}

package io.gobstopper.store.postgresql;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.task.Lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The tables on PostgreSQL, made by hand or by an earlier version.
 */
class PostgresSchemaTests {

	private static final int LATEST = PostgresSchema.SCRIPTS.size();

	private static final Duration LOCK_TIMEOUT = Duration.ofMillis(100);

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

	private static final String TASKS_OF_VERSION_1 = """
			insert into %s.gobstopper_task (id, name, category, priority, status, claimable, args, kwargs, created_at,
				due_at, started_at, lease_owner, lease_until, max_retries)
			select gen_random_uuid(), 'email', 'default', 2, status, claimable, args, '{}', '2026-05-01', due_at, due_at,
				owner, until, 3
			from (values ('running', 'started', false, timestamp '2026-05-01', 'dead#1', timestamp '2026-05-01 00:00:30'),
				('waiting', 'pending', true, '2026-05-01', null, null),
				('delayed', 'pending', false, '2026-05-01 11:00', null, null),
				('failed', 'retry', false, '2026-05-01 11:00', null, null),
				('for later', 'pending', false, '2026-05-02', null, null))
				as task (args, status, claimable, due_at, owner, until)
			""";

	private static final String CLAIM_OF_VERSION_1 = """
			update %s.gobstopper_task set status = 'started', claimable = false, lease_owner = 'old#1'
			where status = 'pending' and claimable
			""";

	private static final String FIND_UNUSABLE_INDEXES = """
			select indexrelid::regclass::text from pg_index where indrelid = ?::regclass and indcheckxmin
			""";

	private static final String IS_SOMEBODY_WAITING = """
			select exists (
				select from pg_stat_activity
				where wait_event = 'advisory' and clock_timestamp() - query_start > ?::interval + interval '100 ms'
			)
			""";

	private final PostgresSettings settings = PostgresServer.newSettings();

	private final JdbcTemplate jdbcTemplate = new JdbcTemplate(PostgresServer.dataSource());

	@BeforeEach
	void createSchema() {
		this.jdbcTemplate.execute("create schema " + this.settings.schema());
	}

	@Test
	void tablesMadeByHandAreUsed() throws Exception {
		apply(PostgresSchema.SCRIPTS);
		try (PostgresTaskStore store = open(false)) {
			assertThat(store.reads().counts()).isEmpty();
		}
		assertThat(versions()).hasSize(LATEST);
	}

	@Test
	void tablesThatAreThereAreNotMadeAgain() throws Exception {
		apply(PostgresSchema.SCRIPTS);
		try (PostgresTaskStore store = open(true)) {
			assertThat(store.reads().counts()).isEmpty();
		}
		assertThat(versions()).hasSize(LATEST);
	}

	@Test
	void tasksOfVersion1AreRunOn() throws Exception {
		apply(PostgresSchema.SCRIPTS.subList(0, 1));
		this.jdbcTemplate.execute(TASKS_OF_VERSION_1.formatted(this.settings.schema()));
		try (PostgresTaskStore store = open(true)) {
			assertThat(versions()).hasSize(LATEST);
			assertThat(store.reads().findDamage(true)).isEmpty();
			assertThat(claim(store)).containsExactly("waiting", "delayed");
			assertThat(store.writes().reclaimExpired(NOW, 3)).extracting((task) -> task.details().args())
				.containsExactly("running");
			assertThat(store.writes().promoteDue(NOW)).isEqualTo(1);
			assertThat(claim(store)).containsExactly("running", "failed");
		}
	}

	@Test
	void processOfVersion1ClaimsNoMore() throws Exception {
		apply(PostgresSchema.SCRIPTS.subList(0, 1));
		this.jdbcTemplate.execute(TASKS_OF_VERSION_1.formatted(this.settings.schema()));
		try (PostgresTaskStore store = open(true)) {
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> this.jdbcTemplate.update(CLAIM_OF_VERSION_1.formatted(this.settings.schema())))
				.withMessageContaining("gobstopper_task_claimable");
			assertThat(claim(store)).containsExactly("waiting", "delayed");
		}
	}

	@Test
	void indexesOfTheNewVersionCanBeUsedAtOnce() throws Exception {
		apply(PostgresSchema.SCRIPTS.subList(0, 1));
		this.jdbcTemplate.execute(TASKS_OF_VERSION_1.formatted(this.settings.schema()));
		open(true).close();
		assertThat(this.jdbcTemplate.queryForList(FIND_UNUSABLE_INDEXES, String.class,
				this.settings.schema() + ".gobstopper_task"))
			.isEmpty();
	}

	@Test
	void whoStartsWhileTheTablesAreMadeWaitsForThem() throws Exception {
		CompletableFuture<List<TaskCount>> counts = new TransactionTemplate(
				new JdbcTransactionManager(PostgresServer.dataSource()))
			.execute((status) -> {
				this.jdbcTemplate.execute("select pg_advisory_xact_lock(hashtext('gobstopper schema'))");
				CompletableFuture<List<TaskCount>> opening = CompletableFuture.supplyAsync(() -> {
					try (PostgresTaskStore store = open(true)) {
						return store.reads().counts();
					}
				});
				await().until(() -> this.jdbcTemplate.queryForObject(IS_SOMEBODY_WAITING, Boolean.class,
						LOCK_TIMEOUT.toMillis() + " ms"));
				return opening;
			});
		assertThat(counts.get(10, TimeUnit.SECONDS)).isEmpty();
	}

	private static List<String> claim(PostgresTaskStore store) {
		return store.writes()
			.claim(new ClaimRequest("default", List.of("email"), 9, 9, 0,
					new Lease("worker#1", NOW.plusSeconds(30), NOW)))
			.stream()
			.map((task) -> task.details().args())
			.toList();
	}

	private PostgresTaskStore open(boolean initialize) {
		PostgresTaskStore store = new PostgresTaskStore(PostgresServer.dataSource(), new PostgresSettings(
				this.settings.schema(), initialize, this.settings.listen(), LOCK_TIMEOUT, this.settings.taskImport()));
		try {
			store.open();
			return store;
		}
		catch (RuntimeException ex) {
			store.close();
			throw ex;
		}
	}

	private void apply(List<String> scripts) throws Exception {
		SingleConnectionDataSource dataSource = new SingleConnectionDataSource(
				PostgresServer.dataSource().getConnection(), true);
		try {
			new JdbcTemplate(dataSource).execute("set search_path to " + this.settings.schema());
			for (String script : scripts) {
				new ResourceDatabasePopulator(new ClassPathResource(script, PostgresSchema.class)).execute(dataSource);
			}
		}
		finally {
			new JdbcTemplate(dataSource).execute("reset search_path");
			dataSource.destroy();
		}
	}

	private List<Integer> versions() {
		return this.jdbcTemplate.queryForList(
				"select version from %s.gobstopper_schema_version order by version".formatted(this.settings.schema()),
				Integer.class);
	}

}

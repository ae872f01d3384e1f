package io.gobstopper.store.postgresql;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.TaskStatus;
import io.gobstopper.UnreadableTaskException;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.Cluster;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.sql.ApplicationTransaction;
import io.gobstopper.store.sql.DatabaseClock;
import io.gobstopper.store.sql.JdbcStatistics;
import io.gobstopper.store.sql.JdbcTaskReader;
import io.gobstopper.store.sql.StoredDamage;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.statistics.CategoryDepth;
import io.gobstopper.store.statistics.QueueSnapshot;
import io.gobstopper.store.statistics.StoreUsage;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.statistics.TaskStatistics;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskKey;

/**
 * Keeps tasks in a PostgreSQL database, which many processes can share.
 */
public final class PostgresTaskStore implements TaskStore {

	// For this transaction only. Plans for tables that are empty at one moment and full
	// at the next must not depend on what they were like when they were last looked at.
	private static final String SET_UP_TRANSACTION = """
			select set_config('lock_timeout', ?, true), set_config('idle_in_transaction_session_timeout', ?, true),
				set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
				set_config('enable_mergejoin', 'off', true), clock_timestamp() at time zone 'UTC', %s
			""".formatted(PostgresDurability.ENSURE);

	private static final int TIME_OF_TRANSACTION = 6;

	// The very first takes long, and what is read then is not exact.
	private static final int FIRST_READINGS_OF_CLOCK = 3;

	// What a machine holds that has vanished is free again then.
	static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

	private static final String LOCK_NOT_AVAILABLE = "55P03";

	// Where one row is locked, more may be; all others must not wait for each of them.
	private static final Duration SHORT_LOCK_TIMEOUT = Duration.ofMillis(50);

	private static final Duration IMPATIENCE = Duration.ofSeconds(5);

	private static final String BE_THE_ONLY_ONE = "select pg_try_advisory_xact_lock(hashtext(?))";

	private static final String PROMOTE_UNREADABLE = """
			update gobstopper_task set due_at = ?
			where not claimable and status = 'pending' and due_at > ? and error_type = '%s'
			""".formatted(UnreadableTaskException.class.getName());

	private static final String REQUEST_CANCEL = """
			update gobstopper_task set cancel_requested = true
			where id = any(?::uuid[]) and status = 'started'
			returning *
			""";

	private static final String CANCEL_WAITING = """
			with waiting as (
				delete from gobstopper_task where id = any(?::uuid[]) and status in ('pending', 'retry') returning *
			),
			cancelled as (
				insert into gobstopper_task_history (seq, id, name, category, priority, status, args, kwargs,
					created_at, due_at, started_at, completed_at, elapsed_seconds, result, error, error_type,
					error_trace, retry_count, max_retries, attempt, crash_count, progress, progress_message,
					idempotency_key, cancel_requested, node, trace_context)
				select seq, id, name, category, priority, 'cancelled', args, kwargs, created_at, due_at, started_at, ?,
					elapsed_seconds, result, error, error_type, error_trace, retry_count, max_retries, attempt,
					crash_count, progress, progress_message, idempotency_key, cancel_requested, node, trace_context
				from waiting
				returning *
			)
			select * from cancelled
			""";

	private static final String FIND_REPEATABLE = """
			select * from gobstopper_task_history
			where id = any(?::uuid[]) and status in ('failed', 'cancelled')
			order by seq
			for update
			""";

	private static final String DELETE_FINISHED = "delete from gobstopper_task_history where id = any(?::uuid[])";

	private static final String REQUEUE = """
			insert into gobstopper_task (id, name, category, priority, status, claimable, args, kwargs, created_at,
				due_at, max_retries, attempt, idempotency_key, trace_context)
			select id, name, category, priority, 'pending', true, args, kwargs, created_at, ?, max_retries, attempt,
				idempotency_key, trace_context
			from (select * from gobstopper_task_history where id = any(?::uuid[]) order by seq) as finished
			returning *
			""";

	private static final String RESTORE = """
			with restorable as (
				delete from gobstopper_task_history
				where id = any(?::uuid[]) and status = 'cancelled' and not cancel_requested
				returning *
			)
			insert into gobstopper_task (id, name, category, priority, status, claimable, args, kwargs, created_at,
				due_at, elapsed_seconds, error, error_type, error_trace, retry_count, max_retries, attempt, crash_count,
				idempotency_key, node, trace_context)
			select id, name, category, priority, 'pending', due_at <= clock_timestamp() at time zone 'UTC', args, kwargs,
				created_at, due_at, elapsed_seconds, error, error_type, error_trace, retry_count, max_retries, attempt, crash_count, idempotency_key, node,
				trace_context
			from (select * from restorable order by seq) as restored
			returning *
			""";

	private static final String DISCARD = """
			with discarded as (
				delete from gobstopper_task_history
				where id = any(?::uuid[]) and status in ('failed', 'cancelled')
				returning id, idempotency_key
			),
			released as (
				delete from gobstopper_idempotency_key as held using discarded
				where held.idempotency_key = discarded.idempotency_key and held.task_id = discarded.id
			),
			forgotten as (
				delete from gobstopper_task_attempt as attempt using discarded where attempt.task_id = discarded.id
			)
			select id from discarded
			""";

	private static final String PURGE = """
			with old as (
				select seq from gobstopper_task_history where completed_at < ?
				order by completed_at
				limit ?
				for update skip locked
			),
			purged as (
				delete from gobstopper_task_history as task using old where task.seq = old.seq
				returning task.id, task.idempotency_key
			),
			released as (
				delete from gobstopper_idempotency_key as held using purged
				where held.idempotency_key = purged.idempotency_key and held.task_id = purged.id
			),
			forgotten as (
				delete from gobstopper_task_attempt as attempt using purged where attempt.task_id = purged.id
			)
			select count(*) from purged
			""";

	private static final String SNAPSHOT = """
			select null as category, 0 as pending, 0 as scheduled, 0 as started, 0 as retry,
				null::timestamp as oldest_due_at,
				(select sum(pg_total_relation_size(to_regclass(name))) from unnest(array['gobstopper_task',
					'gobstopper_task_history', 'gobstopper_task_attempt', 'gobstopper_claim',
					'gobstopper_idempotency_key']) as name)
					as bytes
			union all
			select category, count(*) filter (where status = 'pending' and due_at <= :now),
				count(*) filter (where status = 'pending' and due_at > :now), count(*) filter (where status = 'started'),
				count(*) filter (where status = 'retry'),
				min(due_at) filter (where status in ('pending', 'retry') and due_at <= :now), 0
			from gobstopper_task
			group by category
			""";

	private static final String PAUSE = "insert into gobstopper_paused_category values (?) on conflict do nothing";

	private static final String RESUME = "delete from gobstopper_paused_category where category = ?";

	private static final String CHECK = "select count(*) from gobstopper_schema_version";

	private final ApplicationTransaction applicationTransaction;

	private final PostgresSettings settings;

	private final TableNames tables;

	private final KeptConnection connection;

	private final JdbcTemplate jdbcTemplate;

	private final JdbcTemplate readers;

	private final TransactionTemplate transactionTemplate;

	private final PostgresAnnouncements announcements;

	private final PostgresInserts inserts;

	private final PostgresClaimRecords claimRecords;

	private final PostgresClaims claims;

	private final PostgresLeases leases;

	private final PostgresAttempts attempts;

	private final PostgresCluster cluster;

	private final JdbcTaskReader reader;

	private final JdbcTaskReader joinedReader;

	private final JdbcStatistics statistics;

	private final StoredDamage damage;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	private final DatabaseClock clock = new DatabaseClock();

	private volatile String location = "postgresql";

	private int transactions;

	private long impatientUntil = System.nanoTime();

	/**
	 * Creates the store. Nothing is opened, and the data source is never closed.
	 * @param dataSource where connections come from; only what is inserted and read
	 * within a transaction of the application uses its connection
	 * @param settings how to use them
	 */
	public PostgresTaskStore(DataSource dataSource, PostgresSettings settings) {
		DataSource application = unwrap(dataSource);
		DataSource own = new DelegatingDataSource(application);
		this.settings = settings;
		this.tables = TableNames.inSchema(settings.schema());
		this.connection = new KeptConnection(own);
		this.jdbcTemplate = new JdbcTemplate(this.connection);
		this.transactionTemplate = new TransactionTemplate(new JdbcTransactionManager(this.connection));
		this.announcements = new PostgresAnnouncements(this.jdbcTemplate, this.tables.channel(), settings.listen());
		this.inserts = new PostgresInserts(this.jdbcTemplate, this.tables);
		this.attempts = new PostgresAttempts(this.jdbcTemplate, this.tables);
		this.readers = new JdbcTemplate(own);
		this.claimRecords = new PostgresClaimRecords(this.jdbcTemplate, this.tables);
		this.leases = new PostgresLeases(this.jdbcTemplate, this.tables, this.claimRecords);
		this.claims = new PostgresClaims(this.jdbcTemplate, this.readers, this.tables, this.claimRecords);
		this.reader = new JdbcTaskReader(own, this.tables::in);
		this.statistics = new JdbcStatistics(own, this.tables::in, PostgresStatistics.SQL);
		this.damage = new StoredDamage(this.readers, this.tables, List.of(PostgresClaimRecords.NONE_IS_MISSING));
		PostgresCallerInserts callerInserts = new PostgresCallerInserts(application, own, settings);
		this.applicationTransaction = callerInserts.transaction();
		this.joinedReader = new JdbcTaskReader(application, this.tables::in);
		this.cluster = new PostgresCluster(own, this.jdbcTemplate, settings, this.announcements, callerInserts,
				this.clock);
	}

	private static DataSource unwrap(DataSource dataSource) {
		return (dataSource instanceof TransactionAwareDataSourceProxy proxy && proxy.getTargetDataSource() != null)
				? proxy.getTargetDataSource() : dataSource;
	}

	/**
	 * Returns how many connections are in use at once at least: one to write, one to
	 * read, and one to listen where tasks are run, unless that is switched off.
	 * @param working whether this process runs tasks
	 * @return the number
	 */
	public int connections(boolean working) {
		return (working && this.settings.listen()) ? 3 : 2;
	}

	@Override
	public void open() {
		inTransaction(() -> {
			new PostgresSchema(this.jdbcTemplate, this.settings).migrate();
			return this;
		});
		PostgresDurability.warn(this.readers);
		for (int i = 0; i < FIRST_READINGS_OF_CLOCK; i++) {
			inTransaction(() -> this);
		}
		TaskImport taskImport = this.settings.taskImport();
		if (taskImport != null) {
			taskImport.run(this.jdbcTemplate, this.transactionTemplate, this.tables);
		}
		this.location = this.jdbcTemplate
			.execute((ConnectionCallback<String>) (connection) -> location(connection.getMetaData().getURL()));
	}

	// Parameters may hold a password.
	private static String location(@Nullable String url) {
		return (url != null) ? url.replaceFirst("\\?.*$", "") : "postgresql";
	}

	// Connections come and go; whoever lends them replaces those that broke.
	@Override
	public boolean isBroken(Throwable failure) {
		return false;
	}

	@Override
	public void reopen() {
		this.claims.changed();
	}

	@Override
	public <T extends @Nullable Object> T inTransaction(Supplier<T> writes) {
		this.transactions++;
		try {
			return this.transactionTemplate.execute((status) -> {
				if (this.transactions > 1) {
					return writes.get();
				}
				setUpTransaction();
				T result = writes.get();
				this.announcements.send();
				return result;
			});
		}
		catch (Throwable ex) {
			failed(ex);
			this.announcements.forget();
			this.claims.changed();
			this.claimRecords.forget();
			throw ex;
		}
		finally {
			this.transactions--;
		}
	}

	private void failed(Throwable failure) {
		if (isLockTimeout(failure)) {
			this.impatientUntil = System.nanoTime() + IMPATIENCE.toNanos();
		}
		else if (this.transactions == 1) {
			this.connection.close();
		}
	}

	private static boolean isLockTimeout(Throwable failure) {
		return NestedExceptionUtils.getMostSpecificCause(failure) instanceof SQLException cause
				&& LOCK_NOT_AVAILABLE.equals(cause.getSQLState());
	}

	private Duration lockTimeout() {
		boolean impatient = System.nanoTime() - this.impatientUntil < 0;
		return (impatient && this.settings.lockTimeout().compareTo(SHORT_LOCK_TIMEOUT) > 0) ? SHORT_LOCK_TIMEOUT
				: this.settings.lockTimeout();
	}

	private void setUpTransaction() {
		this.clock.read(
				() -> this.jdbcTemplate
					.query(SET_UP_TRANSACTION,
							(row, number) -> row.getObject(TIME_OF_TRANSACTION, LocalDateTime.class)
								.toInstant(ZoneOffset.UTC),
							millis(lockTimeout()), millis(LONGEST_SILENCE))
					.get(0));
	}

	static String millis(Duration duration) {
		return Long.toString(duration.toMillis());
	}

	private boolean isTheOnlyOne(String work) {
		return Boolean.TRUE
			.equals(this.jdbcTemplate.queryForObject(BE_THE_ONLY_ONE, Boolean.class, this.tables.prefix() + work));
	}

	@Override
	public List<InsertedTask> insert(List<StoredTask> tasks) {
		return inTransaction(() -> {
			List<InsertedTask> inserted = this.inserts.insert(tasks);
			List<StoredTask> rows = inserted.stream().map(InsertedTask::task).filter(Objects::nonNull).toList();
			this.claims.added(rows);
			rows.stream()
				.filter(PostgresInserts::isClaimable)
				.forEach((task) -> this.announcements.work(task.details().category()));
			return inserted;
		});
	}

	@Override
	public List<StoredTask> claim(ClaimRequest request) {
		return inTransaction(() -> {
			if (this.claims.mayHaveDue(request.now())) {
				announce(this.claims.promoteDelayed(request.now()));
			}
			return this.claims.claim(request);
		});
	}

	@Override
	public Map<Fence, Boolean> heartbeat(Collection<Fence> fences, Instant now, Instant leaseUntil) {
		return inTransaction(() -> this.leases.renew(fences, now, leaseUntil));
	}

	@Override
	public Set<Fence> progress(Collection<ProgressReport> reports) {
		return inTransaction(() -> this.leases.report(reports));
	}

	@Override
	public Set<Fence> cancelRequested(Collection<Fence> fences) {
		return inTransaction(() -> this.leases.cancelRequested(fences));
	}

	@Override
	public Set<Fence> settle(Collection<Settlement> settlements) {
		return inTransaction(() -> {
			Set<Fence> won = this.leases.end(settlements);
			List<Settlement> ended = settlements.stream()
				.filter((settlement) -> won.contains(settlement.fence()))
				.toList();
			this.attempts.remember(ended);
			List<StoredTask> tasks = ended.stream().map(Settlement::task).toList();
			tasks.stream()
				.filter((task) -> task.status() == TaskStatus.PENDING)
				.forEach((task) -> this.announcements.work(task.details().category()));
			return won;
		});
	}

	@Override
	public int promoteDue(Instant now) {
		return inTransaction(() -> {
			if (!isTheOnlyOne("promotion")) {
				return 0;
			}
			return announce(this.claims.promoteAll(now));
		});
	}

	@Override
	public int promoteUnreadable(Instant now) {
		return inTransaction(() -> {
			int promoted = this.jdbcTemplate.update(this.tables.in(PROMOTE_UNREADABLE),
					new PostgresParameters().value(now).value(now));
			announce(this.claims.promoteAll(now));
			return promoted;
		});
	}

	private int announce(PostgresClaims.Promoted promoted) {
		this.announcements.work(promoted.categories());
		return promoted.retries();
	}

	@Override
	public List<StoredTask> reclaimExpired(Instant now, int maxCrashes) {
		return inTransaction(() -> {
			List<Settlement> settlements = isTheOnlyOne("recovery") ? this.leases.findExpired(now)
				.stream()
				.map((task) -> new Settlement(task.fence(), task.crashed(now, maxCrashes),
						StoredAttempt.crashed(task, now)))
				.toList() : List.of();
			if (!settlements.isEmpty()) {
				settle(settlements);
			}
			this.claimRecords.deleteExpired(now);
			return settlements.stream().map(Settlement::task).toList();
		});
	}

	@Override
	public List<StoredTask> cancel(Collection<UUID> ids, Instant now) {
		return inTransaction(() -> {
			List<StoredTask> all = new ArrayList<>(query(CANCEL_WAITING, uuids(ids).value(now)));
			if (all.size() < ids.size()) {
				List<StoredTask> running = query(REQUEST_CANCEL, uuids(ids));
				running.forEach((task) -> this.announcements.cancel(task.id()));
				all.addAll(running);
			}
			if (all.size() < ids.size()) {
				// What ran at first may wait for its next attempt by now.
				all.addAll(query(CANCEL_WAITING, uuids(ids).value(now)));
			}
			return all;
		});
	}

	@Override
	public List<StoredTask> requeue(Collection<UUID> ids, Instant now) {
		return inTransaction(() -> {
			List<StoredTask> finished = query(FIND_REPEATABLE, uuids(ids));
			if (finished.isEmpty()) {
				return finished;
			}
			List<UUID> found = finished.stream().map(StoredTask::id).toList();
			this.attempts.rememberLast(finished);
			List<StoredTask> requeued = query(REQUEUE, new PostgresParameters().value(now).uuids(found, (id) -> id));
			this.jdbcTemplate.update(this.tables.in(DELETE_FINISHED), uuids(found));
			requeued.forEach((task) -> this.announcements.work(task.details().category()));
			return requeued;
		});
	}

	private static PostgresParameters uuids(Collection<UUID> ids) {
		return new PostgresParameters().uuids(ids, (id) -> id);
	}

	private List<StoredTask> query(String sql, PostgresParameters parameters) {
		return this.jdbcTemplate.query(this.tables.in(sql), parameters, this.rowMapper)
			.stream()
			.sorted(Comparator.comparingLong(StoredTask::seq))
			.toList();
	}

	@Override
	public List<StoredTask> restore(Collection<UUID> ids) {
		return inTransaction(() -> {
			List<StoredTask> restored = query(RESTORE, uuids(ids));
			this.claims.added(restored);
			restored.forEach((task) -> this.announcements.work(task.details().category()));
			return restored;
		});
	}

	@Override
	public List<UUID> discard(Collection<UUID> ids) {
		return inTransaction(() -> this.jdbcTemplate.query(this.tables.in(DISCARD), uuids(ids),
				(row, number) -> row.getObject(1, UUID.class)));
	}

	@Override
	public int purge(Instant completedBefore, int limit) {
		return inTransaction(() -> {
			List<Integer> purged = this.jdbcTemplate.query(this.tables.in(PURGE),
					new PostgresParameters().value(completedBefore).value(limit), (row, number) -> row.getInt(1));
			return purged.get(0);
		});
	}

	@Override
	public void setPaused(String category, boolean paused) {
		inTransaction(() -> {
			this.announcements.paused(category, paused);
			return this.jdbcTemplate.update(this.tables.in(paused ? PAUSE : RESUME), category);
		});
	}

	// A transaction sees what it has done itself.
	private JdbcTaskReader reader() {
		return this.applicationTransaction.canBeReadIn() ? this.joinedReader : this.reader;
	}

	@Override
	public Set<String> pausedCategories() {
		return this.reader.pausedCategories();
	}

	// Those are among them that another process is about to make claimable.
	@Override
	public Set<String> claimableCategories(Instant now) {
		return this.claims.claimableCategories();
	}

	@Override
	public Optional<Instant> nextDueAt(Instant now) {
		return this.claims.nextDueAt();
	}

	@Override
	public Optional<StoredTask> find(UUID id) {
		return reader().find(id);
	}

	@Override
	public Optional<UUID> findByIdempotencyKey(String idempotencyKey) {
		return reader().findByIdempotencyKey(idempotencyKey);
	}

	@Override
	public List<StoredTask> find(TaskFilter filter) {
		return reader().find(filter);
	}

	@Override
	public List<TaskKey> findKeys(TaskFilter filter, long afterSeq) {
		return reader().findKeys(filter, afterSeq);
	}

	@Override
	public long count(TaskFilter filter) {
		return reader().count(filter);
	}

	@Override
	public List<StoredAttempt> attempts(StoredTask task) {
		return reader().attempts(task);
	}

	@Override
	public List<TaskCount> counts() {
		return reader().counts();
	}

	@Override
	public QueueSnapshot snapshot(Instant now) {
		List<CategoryDepth> depths = new ArrayList<>();
		AtomicLong bytes = new AtomicLong();
		JdbcClient.create(this.readers)
			.sql(this.tables.in(SNAPSHOT))
			.param("now", JdbcTaskReader.timestamp(now))
			.query((row) -> {
				bytes.addAndGet(row.getLong("bytes"));
				String category = row.getString("category");
				if (category != null) {
					depths.add(new CategoryDepth(category, row.getLong("pending"), row.getLong("scheduled"),
							row.getLong("started"), row.getLong("retry"),
							StoredTaskRowMapper.instant(row, "oldest_due_at")));
				}
			});
		return new QueueSnapshot(now, depths, new StoreUsage(bytes.get(), 0, 0));
	}

	@Override
	public TaskStatistics statistics() {
		return this.statistics;
	}

	// The server sees to that.
	@Override
	public boolean checkpoint() {
		return false;
	}

	@Override
	public long logBytes() {
		return 0;
	}

	@Override
	public List<String> findDamage(boolean everything) {
		return this.damage.find(everything);
	}

	@Override
	public void check() {
		try {
			this.readers.queryForObject(this.tables.in(CHECK), Long.class);
		}
		catch (DataAccessException ex) {
			throw new TaskStoreException("The task database '%s' cannot be used: %s".formatted(this.location,
					ex.getMostSpecificCause().getMessage()), ex);
		}
	}

	@Override
	public Optional<Cluster> cluster() {
		return Optional.of(this.cluster);
	}

	@Override
	public String location() {
		return this.location;
	}

	// All other connections are with the application.
	@Override
	public void close() {
		this.connection.close();
	}

}

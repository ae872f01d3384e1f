package io.gobstopper.store.migration;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;

import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.duckdb.DuckDbClaimRecords;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbSchema;
import io.gobstopper.store.duckdb.DuckDbSettings;
import io.gobstopper.store.duckdb.DuckDbTaskRows;
import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.postgresql.PostgresAttempts;
import io.gobstopper.store.postgresql.PostgresScheduleWrites;
import io.gobstopper.store.postgresql.PostgresTaskRows;
import io.gobstopper.store.postgresql.TaskImport;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.schedule.ScheduleWrites;
import io.gobstopper.store.sql.JdbcLimitOverrides;
import io.gobstopper.store.sql.JdbcTaskReader;
import io.gobstopper.store.sql.ScheduleRows;
import io.gobstopper.store.sql.StoredAttemptRowMapper;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskState;

/**
 * Moves a queue from a DuckDB file into PostgreSQL, once. Each slice of tasks is read
 * back and compared before it is committed together with how far the move is, so that a
 * process that is killed has another one go on where it was. The file is brought up to
 * date and marked, so that it is not used as a queue again, and otherwise left as it is.
 */
public final class DuckDbMigration {

	private static final Log logger = LogFactory.getLog(DuckDbMigration.class);

	static final String MARK_MOVED = """
			create table if not exists gobstopper_moved (id uuid not null)
			""";

	private static final String FIND_ID = "select id from gobstopper_moved";

	private static final String SET_ID = "insert into gobstopper_moved select uuid()";

	private static final String READ = "select * from %s where seq > ? order by seq limit ?";

	private static final String FIND_LAST_SEQ = "select coalesce(max(seq), 0) from gobstopper_task_all";

	private static final String FIND_ATTEMPTS = """
			select * from gobstopper_task_attempt where task_id in (select unnest(?::varchar[])::uuid) order by started_at
			""";

	private static final String FIND_KEYS = """
			select task_id from gobstopper_idempotency_key where task_id in (select unnest(?::varchar[])::uuid)
			""";

	private static final String LOCK = "lock table gobstopper_task in exclusive mode";

	private static final String RESERVE = """
			select setval(sequence, nextval(sequence) + ?) - ?
			from (select pg_get_serial_sequence('gobstopper_task', 'seq')::regclass as sequence) as found
			""";

	private static final String BEGIN = """
			insert into gobstopper_migration (id, source, seq_offset) values (?, ?, ?)
			""";

	private static final String FIND_PROGRESS = """
			select seq_offset, history_seq, task_seq, tasks, checksum, finished_at from gobstopper_migration where id = ?
			""";

	private static final String FIND_MOVED = "select * from %s where seq > ? and seq <= ? and id = any(?::uuid[])";

	private static final String GO_ON = """
			update gobstopper_migration set %s = ?, tasks = tasks + ?, checksum = checksum + ? where id = ?
			""";

	private static final String FINISH = """
			update gobstopper_migration set finished_at = now() at time zone 'UTC' where id = ?
			""";

	private static final String HOLD_KEYS = """
			insert into gobstopper_idempotency_key (idempotency_key, task_id)
			select idempotency_key, task_id from unnest(?::text[], ?::uuid[]) as held (idempotency_key, task_id)
			on conflict do nothing
			""";

	private static final String FIND_UNIQUE_KEYS = """
			select rowid, * from gobstopper_unique_key where rowid > ? order by rowid limit ?
			""";

	private static final String HOLD_UNIQUE_KEY = """
			insert into gobstopper_unique_key (task, unique_key, task_id, enqueued_at, until_at) values (?, ?, ?, ?, ?)
			on conflict do nothing
			""";

	private static final String FIND_SPENT = "select gate, spent_until from gobstopper_spent_rate";

	private static final String SPEND = "insert into gobstopper_spent_rate values (?, ?) on conflict do nothing";

	private static final String FIND_CLOSED = "select gate, max(closed_until) from gobstopper_closed_gate group by gate";

	private static final String CLOSE = "insert into gobstopper_closed_gate values (?, ?) on conflict do nothing";

	private static final String PAUSE = "insert into gobstopper_paused_category values (?) on conflict do nothing";

	private static final String FIND_SCHEDULES = "select * from gobstopper_schedule";

	private static final String FIND_SCHEDULE_RUNS = "select * from gobstopper_schedule_run";

	private static final int SLICE = 2000;

	private final Path file;

	private final JdbcTemplate target;

	private final TransactionTemplate transactionTemplate;

	private final TableNames tables;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	private DuckDbMigration(Path file, JdbcTemplate target, TransactionTemplate transactionTemplate,
			TableNames tables) {
		this.file = file;
		this.target = target;
		this.transactionTemplate = transactionTemplate;
		this.tables = tables;
	}

	/**
	 * Returns what moves the tasks of a file.
	 * @param file the DuckDB file
	 * @return the import; it throws {@link TaskStoreException} if there is no such file,
	 * or if it was moved already
	 */
	public static TaskImport of(Path file) {
		return (target, transactionTemplate, tables) -> new DuckDbMigration(file, target, transactionTemplate, tables)
			.run();
	}

	private void run() {
		if (!Files.isRegularFile(this.file)) {
			throw new TaskStoreException("There is no file '%s' to move; remove gobstopper.migrate-from if it was moved"
				.formatted(this.file));
		}
		DuckDbDatabase database = new DuckDbDatabase(
				new DuckDbSettings(this.file.toString(), DataSize.ofMegabytes(256), 1));
		database.open();
		try {
			run(new JdbcTemplate(database.writer()));
		}
		finally {
			database.close();
		}
	}

	private void run(JdbcTemplate source) {
		bringUpToDate(source);
		UUID id = mark(source);
		Progress progress = findProgress(id);
		if (progress == null) {
			progress = begin(id, source);
		}
		if (progress.finishedAt() != null) {
			throw new TaskStoreException(
					"The tasks in '%s' were moved to PostgreSQL at %s; remove gobstopper.migrate-from"
						.formatted(this.file, progress.finishedAt()));
		}
		logger.info("Moving the tasks in '%s' to PostgreSQL, of which %d are moved already".formatted(this.file,
				progress.tasks()));
		PostgresTaskRows rows = new PostgresTaskRows(this.target, this.tables);
		Mover mover = new Mover(id, source, progress.seqOffset());
		mover.move(DuckDbTaskRows.FINISHED, "gobstopper_task_history", "history_seq", progress.historySeq(),
				rows::addFinished);
		mover.move(DuckDbTaskRows.UNFINISHED, "gobstopper_task", "task_seq", progress.taskSeq(), rows::addUnfinished);
		moveUniqueKeys(source);
		List<String> paused = source.queryForList(JdbcTaskReader.FIND_PAUSED_CATEGORIES, String.class);
		this.transactionTemplate.executeWithoutResult((status) -> {
			paused.forEach((category) -> this.target.update(this.tables.in(PAUSE), category));
			moveSchedules(source);
			moveTimes(source, FIND_SPENT, SPEND);
			moveTimes(source, FIND_CLOSED, CLOSE);
			JdbcLimitOverrides overrides = new JdbcLimitOverrides(this.target, this.tables);
			new JdbcLimitOverrides(source, TableNames.UNQUALIFIED).find(Instant.EPOCH).forEach(overrides::save);
			this.target.update(this.tables.in(FINISH), id);
		});
		Progress end = Objects.requireNonNull(findProgress(id));
		logger.info("Moved %d tasks from '%s' to PostgreSQL, with the checksum %016x".formatted(end.tasks(), this.file,
				end.checksum()));
	}

	// A slice may be moved twice; a key that a new task holds meanwhile stays its own.
	private void moveUniqueKeys(JdbcTemplate source) {
		long last = -1;
		List<MovedKey> keys;
		do {
			keys = source.query(FIND_UNIQUE_KEYS, (row, number) -> MovedKey.of(row), last, SLICE);
			this.target.batchUpdate(this.tables.in(HOLD_UNIQUE_KEY),
					keys.stream().map((key) -> key.values().toArray()).toList());
			last = keys.isEmpty() ? last : keys.get(keys.size() - 1).rowId();
		}
		while (keys.size() == SLICE);
	}

	private void moveTimes(JdbcTemplate source, String find, String insert) {
		this.target.batchUpdate(this.tables.in(insert), source.query(find,
				(row, number) -> new Object[] { row.getString(1), row.getObject(2, LocalDateTime.class) }));
	}

	private void moveSchedules(JdbcTemplate source) {
		ScheduleWrites schedules = new PostgresScheduleWrites(this.target, this.tables);
		schedules.save(source.query(FIND_SCHEDULES, ScheduleRows::schedule));
		schedules.add(source.query(FIND_SCHEDULE_RUNS, ScheduleRows::run));
	}

	private static void bringUpToDate(JdbcTemplate source) {
		DataSource dataSource = Objects.requireNonNull(source.getDataSource());
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
			new DuckDbSchema(source).migrateTables();
			new DuckDbClaimRecords(source).writeOutUnknown();
		});
	}

	private static UUID mark(JdbcTemplate source) {
		source.execute(MARK_MOVED);
		List<UUID> ids = source.query(FIND_ID, (row, number) -> row.getObject(1, UUID.class));
		if (ids.isEmpty()) {
			source.update(SET_ID);
			ids = source.query(FIND_ID, (row, number) -> row.getObject(1, UUID.class));
		}
		return ids.get(0);
	}

	private @Nullable Progress findProgress(UUID id) {
		return this.target
			.query(this.tables.in(FIND_PROGRESS),
					(row, number) -> new Progress(row.getLong("seq_offset"), row.getLong("history_seq"),
							row.getLong("task_seq"), row.getLong("tasks"), row.getLong("checksum"),
							StoredTaskRowMapper.instant(row, "finished_at")),
					id)
			.stream()
			.findFirst()
			.orElse(null);
	}

	// Numbers are reserved at once, so that what is enqueued meanwhile comes after.
	private Progress begin(UUID id, JdbcTemplate source) {
		Long last = source.queryForObject(FIND_LAST_SEQ, Long.class);
		this.transactionTemplate.executeWithoutResult((status) -> {
			this.target.execute(this.tables.in(LOCK));
			Long offset = this.target.queryForObject(this.tables.in(RESERVE), Long.class, last, last);
			this.target.update(this.tables.in(BEGIN), id, this.file.toString(), offset);
		});
		return Objects.requireNonNull(findProgress(id));
	}

	private static long checksum(List<StoredTask> tasks) {
		return tasks.stream().mapToLong(DuckDbMigration::checksum).sum();
	}

	private static long checksum(StoredTask task) {
		CRC32C crc = new CRC32C();
		crc.update(PostgresParameters.storable(task.toString()).getBytes(StandardCharsets.UTF_8));
		return crc.getValue();
	}

	/**
	 * How far a move is.
	 */
	private record Progress(long seqOffset, long historySeq, long taskSeq, long tasks, long checksum,
			@Nullable Instant finishedAt) {

	}

	/**
	 * A task that holds a unique key, and the row it is read from.
	 */
	private record MovedKey(long rowId, List<@Nullable Object> values) {

		static MovedKey of(ResultSet row) throws SQLException {
			return new MovedKey(row.getLong("rowid"),
					Arrays.asList(row.getString("task"), row.getString("unique_key"),
							row.getObject("task_id", UUID.class), row.getObject("enqueued_at", LocalDateTime.class),
							row.getObject("until_at", LocalDateTime.class)));
		}

	}

	/**
	 * Moves one table after the other.
	 */
	private final class Mover {

		private final UUID id;

		private final JdbcTemplate source;

		private final long seqOffset;

		private final PostgresAttempts attempts;

		Mover(UUID id, JdbcTemplate source, long seqOffset) {
			this.id = id;
			this.source = source;
			this.seqOffset = seqOffset;
			this.attempts = new PostgresAttempts(DuckDbMigration.this.target, DuckDbMigration.this.tables);
		}

		void move(String source, String table, String progressColumn, long afterSeq, Consumer<List<StoredTask>> add) {
			long last = afterSeq;
			List<StoredTask> slice = read(source, last);
			while (!slice.isEmpty()) {
				List<StoredTask> moving = slice;
				long next = slice.get(slice.size() - 1).seq();
				DuckDbMigration.this.transactionTemplate
					.executeWithoutResult((status) -> moveSlice(table, progressColumn, moving, next, add));
				last = next;
				slice = read(source, last);
			}
		}

		private List<StoredTask> read(String table, long afterSeq) {
			return this.source.query(READ.formatted(table), DuckDbMigration.this.rowMapper, afterSeq, SLICE);
		}

		private void moveSlice(String table, String progressColumn, List<StoredTask> slice, long last,
				Consumer<List<StoredTask>> add) {
			List<StoredTask> moved = slice.stream().map(this::asOrphan).toList();
			List<UUID> ids = moved.stream().map(StoredTask::id).toList();
			add.accept(moved);
			this.attempts.add(this.source.query(FIND_ATTEMPTS, strings(ids), new StoredAttemptRowMapper()));
			holdKeys(moved, ids);
			long checksum = checksum(moved);
			List<StoredTask> found = DuckDbMigration.this.target.query(
					DuckDbMigration.this.tables.in(FIND_MOVED.formatted(table)),
					new PostgresParameters().value(this.seqOffset).value(this.seqOffset + last).uuids(ids, (id) -> id),
					DuckDbMigration.this.rowMapper);
			if (found.size() != moved.size() || checksum(found) != checksum) {
				throw new TaskStoreException(
						"%d of %d tasks from '%s' arrived, with the checksum %016x instead of %016x".formatted(
								found.size(), moved.size(), DuckDbMigration.this.file, checksum(found), checksum));
			}
			DuckDbMigration.this.target.update(DuckDbMigration.this.tables.in(GO_ON.formatted(progressColumn)), last,
					moved.size(), checksum, this.id);
		}

		// What was running runs nowhere now, and is found as the work of a dead process.
		private StoredTask asOrphan(StoredTask task) {
			TaskState state = task.state();
			Lease lease = state.lease();
			Lease expired = (lease != null) ? new Lease(lease.owner(), Instant.EPOCH, lease.heartbeatAt()) : null;
			return new StoredTask(task.seq() + this.seqOffset, task.details(),
					new TaskState(state.status(), state.dueAt(), state.startedAt(), state.counts(), state.progress(),
							expired, state.outcome(), state.cancelRequested()));
		}

		private void holdKeys(List<StoredTask> tasks, List<UUID> ids) {
			List<UUID> holders = this.source.query(FIND_KEYS, strings(ids),
					(row, number) -> row.getObject(1, UUID.class));
			List<StoredTask> held = tasks.stream().filter((task) -> holders.contains(task.id())).toList();
			if (!held.isEmpty()) {
				DuckDbMigration.this.target.update(DuckDbMigration.this.tables.in(HOLD_KEYS),
						new PostgresParameters().texts(held, (task) -> task.details().idempotencyKey())
							.uuids(held, StoredTask::id));
			}
		}

		private static DuckDbParameters strings(List<UUID> ids) {
			return new DuckDbParameters().array("VARCHAR", ids.stream().map(UUID::toString).toList());
		}

	}

}

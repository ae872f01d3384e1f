package io.gobstopper.store.postgresql;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.postgresql.limit.PostgresGates;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskOutcome;

/**
 * Adds tasks as they are, with their numbers, to the two tables that hold them.
 */
public final class PostgresTaskRows {

	private static final String[] TIMES = { "created_at", "due_at", "started_at", "completed_at", "lease_until",
			"heartbeat_at" };

	private static final String SELECTION = """
			seq, id, name, category, priority, status, args, kwargs, %s, %s, %s, %s, elapsed_seconds, result, error,
			error_type, error_trace, retry_count, max_retries, attempt, crash_count, progress, progress_message,
			idempotency_key, lease_owner, %s, %s, cancel_requested, node, trace_context""";

	private static final String COLUMNS = SELECTION.formatted((Object[]) TIMES);

	private static final String VALUES = SELECTION.formatted(PostgresParameters.timestamps(TIMES));

	private static final String ROWS = """
			from unnest(?::bigint[], ?::uuid[], ?::text[], ?::text[], ?::int[], ?::text[], ?::text[], ?::text[],
				?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::double precision[], ?::text[], ?::text[],
				?::text[], ?::text[], ?::int[], ?::int[], ?::int[], ?::int[], ?::double precision[], ?::text[], ?::text[],
				?::text[], ?::bigint[], ?::bigint[], ?::boolean[], ?::text[], ?::text[])
				as task (%s)
			"""
		.formatted(COLUMNS);

	private static final String ADD_UNFINISHED = """
			insert into gobstopper_task (%s, claimable) select %s, case when status <> 'started' then false end
			""".formatted(COLUMNS, VALUES) + ROWS;

	private static final String ADD_FINISHED = "insert into gobstopper_task_history (%s) select %s ".formatted(COLUMNS,
			VALUES) + ROWS;

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	public PostgresTaskRows(JdbcTemplate jdbcTemplate, TableNames tables) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
	}

	// Those that are due are made claimable as all are that become so.
	public void addUnfinished(List<StoredTask> rows) {
		this.jdbcTemplate.update(this.tables.in(ADD_UNFINISHED), columns(rows));
		new PostgresGates(this.jdbcTemplate, this.tables).added(rows);
	}

	public void addFinished(List<StoredTask> rows) {
		this.jdbcTemplate.update(this.tables.in(ADD_FINISHED), columns(rows));
	}

	private static PostgresParameters columns(List<StoredTask> rows) {
		return new PostgresParameters().longs(rows, StoredTask::seq)
			.uuids(rows, StoredTask::id)
			.texts(rows, (task) -> task.details().name())
			.texts(rows, (task) -> task.details().category())
			.ints(rows, (task) -> task.details().priority().level())
			.texts(rows, (task) -> task.status().value())
			.texts(rows, (task) -> task.details().args())
			.texts(rows, (task) -> task.details().kwargs())
			.times(rows, (task) -> task.details().createdAt())
			.times(rows, (task) -> task.state().dueAt())
			.times(rows, (task) -> task.state().startedAt())
			.times(rows, (task) -> outcome(task).completedAt())
			.doubles(rows, (task) -> outcome(task).elapsedSeconds())
			.texts(rows, (task) -> outcome(task).result())
			.errors(rows, (task) -> outcome(task).error())
			.ints(rows, (task) -> task.state().counts().retries())
			.ints(rows, (task) -> task.details().maxRetries())
			.ints(rows, (task) -> task.state().counts().attempt())
			.ints(rows, (task) -> task.state().counts().crashes())
			.doubles(rows, (task) -> task.state().progress().percent())
			.texts(rows, (task) -> task.state().progress().message())
			.texts(rows, (task) -> task.details().idempotencyKey())
			.texts(rows, (task) -> ofLease(task, Lease::owner))
			.times(rows, (task) -> ofLease(task, Lease::until))
			.times(rows, (task) -> ofLease(task, Lease::heartbeatAt))
			.booleans(rows, (task) -> task.state().cancelRequested())
			.texts(rows, (task) -> outcome(task).node())
			.texts(rows, (task) -> task.details().headers());
	}

	private static TaskOutcome outcome(StoredTask task) {
		return task.state().outcome();
	}

	private static <T> @Nullable T ofLease(StoredTask task, Function<Lease, T> part) {
		Lease lease = task.state().lease();
		return (lease != null) ? part.apply(lease) : null;
	}

}

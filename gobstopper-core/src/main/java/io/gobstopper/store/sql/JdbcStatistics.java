package io.gobstopper.store.sql;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.gobstopper.TaskStatus;
import io.gobstopper.error.UnreadableTaskException;
import io.gobstopper.store.statistics.AttemptSummary;
import io.gobstopper.store.statistics.AttentionCounts;
import io.gobstopper.store.statistics.FailureSummary;
import io.gobstopper.store.statistics.Percentiles;
import io.gobstopper.store.statistics.QueueFlow;
import io.gobstopper.store.statistics.RunningTask;
import io.gobstopper.store.statistics.TaskStatistics;
import io.gobstopper.store.statistics.TimeBuckets;
import io.gobstopper.store.statistics.WaitingName;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.TaskProgress;

/**
 * Asks the database what it knows about the past.
 */
public final class JdbcStatistics implements TaskStatistics {

	static final String ATTENTION = """
			select completed.failed, completed.recovered + unfinished.recovered as recovered, unfinished.unknown,
				unfinished.unreadable
			from (
				select count(*) filter (where status = 'failed') as failed,
					count(*) filter (where crash_count > 0) as recovered
				from gobstopper_task_history
				where completed_at >= :since
			) as completed, (
				select count(*) filter (where crash_count > 0) as recovered,
					count(*) filter (where status in ('pending', 'retry') and name not in (:known)) as unknown,
					count(*) filter (where status = 'pending' and error_type = '%s') as unreadable
				from gobstopper_task
			) as unfinished
			""".formatted(UnreadableTaskException.class.getName());

	static final String COUNT_COMPLETED = "select status, count(*) from gobstopper_task_history group by status";

	private static final String WAITING_NAMES = """
			select name, category, count(*) as waiting, min(created_at) as since, max(seq) as newest
			from gobstopper_task
			where status in ('pending', 'retry')
			group by name, category
			order by name, category
			""";

	static final String LONGEST_RUNNING = """
			select id, name, category, attempt, started_at, progress, progress_message, cancel_requested,
				lease_owner
			from gobstopper_task
			where status = 'started' and (left(lease_owner, :ownerLength) <> :owner or id in (:running))
			order by started_at, seq
			limit :limit
			""";

	// The last attempt of a task that failed by its crashes is in both tables.
	private static final String FAILURES = """
			with attempts as (
				select task_id, error_type, count(*) as attempts, min(ended_at) as first_at, max(ended_at) as last_at
				from gobstopper_task_attempt
				where ended_at >= :since and outcome in ('failed', 'timed_out', 'crashed')
				group by task_id, error_type
			),
			failing as (
				select id, name, error_type, 1 as final, 0 as attempts, completed_at as first_at, completed_at as last_at
				from gobstopper_task_history
				where status = 'failed' and completed_at >= :since
				union all
				select task.id, task.name, attempt.error_type, 0,
					attempt.attempts - case when task.status = 'failed' and task.completed_at <= attempt.last_at
						then 1 else 0 end,
					attempt.first_at, attempt.last_at
				from attempts as attempt
				join gobstopper_task_all as task on task.id = attempt.task_id
			)
			select name, error_type, sum(final) as failed, sum(attempts) as retried, min(first_at) as first_at,
				max(last_at) as last_at, %s as last_id
			from failing
			group by name, error_type
			order by failed desc, retried desc, name, error_type
			limit :limit
			""";

	// No task can have it.
	private static final String NO_NAME = "";

	private static final UUID NO_ID = new UUID(0, 0);

	private final JdbcClient jdbcClient;

	private final UnaryOperator<String> tables;

	private final StatisticsSql sql;

	public JdbcStatistics(DataSource readers, UnaryOperator<String> tables, StatisticsSql sql) {
		this.jdbcClient = JdbcClient.create(readers);
		this.tables = tables;
		this.sql = sql;
	}

	@Override
	public Map<TaskStatus, Long> completedCounts() {
		Map<TaskStatus, Long> counts = new EnumMap<>(TaskStatus.class);
		this.jdbcClient.sql(this.tables.apply(COUNT_COMPLETED))
			.query((RowCallbackHandler) (row) -> counts.put(TaskStatus.of(row.getString(1)), row.getLong(2)));
		return counts;
	}

	@Override
	public List<WaitingName> waitingNames() {
		return this.jdbcClient.sql(this.tables.apply(WAITING_NAMES))
			.query((row, number) -> new WaitingName(row.getString("name"), row.getString("category"),
					row.getLong("waiting"), StoredTaskRowMapper.requiredInstant(row, "since"), row.getLong("newest")))
			.list();
	}

	@Override
	public List<AttemptSummary> attempts(TimeBuckets buckets) {
		return in(buckets, this.sql.attempts())
			.query((row, number) -> new AttemptSummary(startOfBucket(row, buckets), row.getLong("succeeded"),
					row.getLong("failed"), row.getLong("cancelled"), requiredPercentiles(row, "waiting"),
					percentiles(row, "execution")))
			.list();
	}

	@Override
	public List<QueueFlow> flows(TimeBuckets buckets, Instant now) {
		return in(buckets, this.sql.flows()).param("now", JdbcTaskReader.timestamp(now))
			.query((row, number) -> new QueueFlow(startOfBucket(row, buckets), row.getString("category"),
					row.getLong("entered"), row.getLong("left")))
			.list();
	}

	@Override
	public List<FailureSummary> failures(Instant since, int limit) {
		return this.jdbcClient.sql(this.tables.apply(FAILURES.formatted(this.sql.lastId())))
			.param("since", JdbcTaskReader.timestamp(since))
			.param("limit", limit)
			.query((row, number) -> new FailureSummary(row.getString("name"), row.getString("error_type"),
					row.getLong("failed"), row.getLong("retried"), StoredTaskRowMapper.requiredInstant(row, "first_at"),
					StoredTaskRowMapper.requiredInstant(row, "last_at"), row.getObject("last_id", UUID.class)))
			.list();
	}

	@Override
	public List<RunningTask> longestRunning(int limit, @Nullable String node, Collection<UUID> runningThere) {
		String owner = node + "#";
		return this.jdbcClient.sql(this.tables.apply(LONGEST_RUNNING))
			.param("limit", limit)
			.param("owner", owner)
			.param("ownerLength", owner.length())
			.param("running", runningThere.isEmpty() ? List.of(NO_ID) : runningThere)
			.query((row, number) -> new RunningTask(row.getObject("id", UUID.class), row.getString("name"),
					row.getString("category"), row.getInt("attempt"),
					StoredTaskRowMapper.requiredInstant(row, "started_at"),
					new TaskProgress(row.getDouble("progress"), row.getString("progress_message")),
					row.getBoolean("cancel_requested"), node(row)))
			.list();
	}

	@Override
	public AttentionCounts attention(Instant since, Collection<String> knownNames) {
		return this.jdbcClient.sql(this.tables.apply(ATTENTION))
			.param("since", JdbcTaskReader.timestamp(since))
			.param("known", knownNames.isEmpty() ? List.of(NO_NAME) : knownNames)
			.query((row, number) -> new AttentionCounts(row.getLong("failed"), row.getLong("recovered"),
					row.getLong("unknown"), row.getLong("unreadable")))
			.single();
	}

	private static String node(ResultSet row) throws SQLException {
		return new Lease(row.getString("lease_owner"), Instant.EPOCH, Instant.EPOCH).node();
	}

	private JdbcClient.StatementSpec in(TimeBuckets buckets, String sql) {
		return this.jdbcClient.sql(this.tables.apply(sql))
			.param("start", JdbcTaskReader.timestamp(buckets.start()))
			.param("end", JdbcTaskReader.timestamp(buckets.end()))
			.param("width", buckets.width().toNanos() / 1000);
	}

	private static Instant startOfBucket(ResultSet row, TimeBuckets buckets) throws SQLException {
		return buckets.startOf(row.getInt("bucket"));
	}

	private static Percentiles requiredPercentiles(ResultSet row, String column) throws SQLException {
		return Objects.requireNonNull(percentiles(row, column));
	}

	private static @Nullable Percentiles percentiles(ResultSet row, String column) throws SQLException {
		Array array = row.getArray(column);
		if (array == null) {
			return null;
		}
		Object[] seconds = (Object[]) array.getArray();
		return new Percentiles(number(seconds[0]), number(seconds[1]), number(seconds[2]));
	}

	private static double number(Object value) {
		return ((Number) value).doubleValue();
	}

}

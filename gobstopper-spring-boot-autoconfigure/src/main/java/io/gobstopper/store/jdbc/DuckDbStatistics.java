package io.gobstopper.store.jdbc;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.gobstopper.store.AttemptSummary;
import io.gobstopper.store.AttentionCounts;
import io.gobstopper.store.FailureSummary;
import io.gobstopper.store.Percentiles;
import io.gobstopper.store.QueueFlow;
import io.gobstopper.store.TaskStatistics;
import io.gobstopper.store.TimeBuckets;

/**
 * Reads the history by column. Rows were written about in the order of their times, so
 * that a range of time reads little else.
 */
final class DuckDbStatistics implements TaskStatistics {

	// A task that failed because its process died too often is told by its last attempt.
	static final String ATTEMPTS = """
			with ended as (
				select completed_at as ended_at, status as outcome, due_at, started_at, elapsed_seconds
				from gobstopper_task_history
				where completed_at >= :start and completed_at < :end and started_at >= due_at
					and not (status = 'failed' and error_type is null)
				union all
				select ended_at, outcome, due_at, started_at, (epoch_us(ended_at) - epoch_us(started_at)) / 1e6
				from gobstopper_task_attempt
				where ended_at >= :start and ended_at < :end and outcome <> 'given_back'
			)
			select (epoch_us(ended_at) - epoch_us(:start)) // :width as bucket,
				count(*) filter (where outcome = 'success') as succeeded,
				count(*) filter (where outcome in ('failed', 'timed_out', 'crashed')) as failed,
				count(*) filter (where outcome = 'cancelled') as cancelled,
				quantile_cont((epoch_us(started_at) - epoch_us(due_at)) / 1e6, [0.5, 0.95, 0.99]) as waiting,
				quantile_cont(elapsed_seconds, [0.5, 0.95, 0.99]) filter (where outcome <> 'crashed') as execution
			from ended
			group by bucket
			order by bucket
			""";

	// Of a task that was cancelled before its first or next attempt, the start is that of
	// an earlier one or none. Cancelled before it was due, it never was in the queue.
	static final String FLOWS = """
			with moves as (
				select category, due_at as moved_at, 1 as entered
				from gobstopper_task where due_at >= :start
				union all
				select category, due_at, 1
				from gobstopper_task_history where due_at >= :start and completed_at >= due_at
				union all
				select category, started_at, 0
				from gobstopper_task where status = 'started' and started_at >= :start
				union all
				select category, case when started_at >= due_at then started_at else completed_at end, 0
				from gobstopper_task_history where completed_at >= :start and completed_at >= due_at
			)
			select category, (epoch_us(moved_at) - epoch_us(:start)) // :width as bucket,
				count(*) filter (where entered = 1) as entered, count(*) filter (where entered = 0) as "left"
			from moves
			where moved_at >= :start and moved_at < :end and moved_at <= :now
			group by category, bucket
			""";

	static final String FAILURES = """
			select name, error_type, count(*) as failed, max(completed_at) as last_at, arg_max(id, completed_at) as last_id
			from gobstopper_task_history
			where status = 'failed' and completed_at >= :since
			group by name, error_type
			order by failed desc, name, error_type
			limit :limit
			""";

	static final String ATTENTION = """
			select
				(select count(*) from gobstopper_task where crash_count > 0)
					+ (select count(*) from gobstopper_task_history where crash_count > 0 and completed_at >= :since)
					as recovered,
				(select count(*) from gobstopper_task where status in ('pending', 'retry') and name not in (:known))
					as unknown
			""";

	// No task can have it.
	private static final String NO_NAME = "";

	private final JdbcClient jdbcClient;

	DuckDbStatistics(DataSource readers) {
		this.jdbcClient = JdbcClient.create(readers);
	}

	@Override
	public List<AttemptSummary> attempts(TimeBuckets buckets) {
		return in(buckets, ATTEMPTS)
			.query((row, number) -> new AttemptSummary(startOfBucket(row, buckets), row.getLong("succeeded"),
					row.getLong("failed"), row.getLong("cancelled"), requiredPercentiles(row, "waiting"),
					percentiles(row, "execution")))
			.list();
	}

	@Override
	public List<QueueFlow> flows(TimeBuckets buckets, Instant now) {
		return in(buckets, FLOWS).param("now", JdbcTaskReader.timestamp(now))
			.query((row, number) -> new QueueFlow(startOfBucket(row, buckets), row.getString("category"),
					row.getLong("entered"), row.getLong("left")))
			.list();
	}

	@Override
	public List<FailureSummary> failures(Instant since, int limit) {
		return this.jdbcClient.sql(FAILURES)
			.param("since", JdbcTaskReader.timestamp(since))
			.param("limit", limit)
			.query((row, number) -> new FailureSummary(row.getString("name"), row.getString("error_type"),
					row.getLong("failed"), StoredTaskRowMapper.requiredInstant(row, "last_at"),
					row.getObject("last_id", UUID.class)))
			.list();
	}

	@Override
	public AttentionCounts attention(Instant since, Collection<String> knownNames) {
		return this.jdbcClient.sql(ATTENTION)
			.param("since", JdbcTaskReader.timestamp(since))
			.param("known", knownNames.isEmpty() ? List.of(NO_NAME) : knownNames)
			.query((row, number) -> new AttentionCounts(row.getLong("recovered"), row.getLong("unknown")))
			.single();
	}

	private JdbcClient.StatementSpec in(TimeBuckets buckets, String sql) {
		return this.jdbcClient.sql(sql)
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

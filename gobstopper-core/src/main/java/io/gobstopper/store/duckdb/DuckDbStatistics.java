package io.gobstopper.store.duckdb;

import io.gobstopper.store.sql.StatisticsSql;

/**
 * Reads the history by column. Rows were written about in the order of their times, so
 * that a range of time reads little else.
 */
final class DuckDbStatistics {

	// A task that failed because its process died too often is told by its last attempt.
	private static final String ATTEMPTS = """
			with ended as (
				select completed_at as ended_at, status as outcome, due_at, started_at, elapsed_seconds
				from gobstopper_task_history
				where completed_at >= :start and completed_at < :end and started_at >= due_at
					and not (status = 'failed' and error_type is null)
				union all
				select ended_at, outcome, due_at, started_at, (epoch_us(ended_at) - epoch_us(started_at)) / 1e6
				from gobstopper_task_attempt
				where ended_at >= :start and ended_at < :end and outcome not in ('given_back', 'snoozed', 'rate_limited')
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
	private static final String FLOWS = """
			with moves as (
				select category, due_at as moved_at, 1 as entered
				from gobstopper_task where due_at >= :start and due_at < :end
				union all
				select category, due_at, 1
				from gobstopper_task_history
				where due_at >= :start and due_at < :end and completed_at >= due_at
				union all
				select category, started_at, 0
				from gobstopper_task where status = 'started' and started_at >= :start and started_at < :end
				union all
				select category, started_at, 0
				from gobstopper_task_history
				where started_at >= :start and started_at < :end and started_at >= due_at
				union all
				select category, completed_at, 0
				from gobstopper_task_history
				where completed_at >= :start and completed_at < :end and completed_at >= due_at
					and (started_at is null or started_at < due_at)
			)
			select category, (epoch_us(moved_at) - epoch_us(:start)) // :width as bucket,
				count(*) filter (where entered = 1) as entered, count(*) filter (where entered = 0) as "left"
			from moves
			where moved_at <= :now
			group by category, bucket
			""";

	static final StatisticsSql SQL = new StatisticsSql(ATTEMPTS, FLOWS, "arg_max(id, last_at)");

	private DuckDbStatistics() {
	}

}

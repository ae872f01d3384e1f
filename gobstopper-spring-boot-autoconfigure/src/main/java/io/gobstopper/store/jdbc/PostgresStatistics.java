package io.gobstopper.store.jdbc;

/**
 * Reads the history through the index of the times at which tasks were completed.
 */
final class PostgresStatistics {

	// A task that failed because its process died too often is told by its last attempt.
	private static final String ATTEMPTS = """
			with ended as (
				select completed_at as ended_at, status as outcome, due_at, started_at, elapsed_seconds
				from gobstopper_task_history
				where completed_at >= :start and completed_at < :end and started_at >= due_at
					and not (status = 'failed' and error_type is null)
				union all
				select ended_at, outcome, due_at, started_at, extract(epoch from ended_at - started_at)::double precision
				from gobstopper_task_attempt
				where ended_at >= :start and ended_at < :end and outcome <> 'given_back'
			)
			select floor(extract(epoch from ended_at - :start::timestamp) * 1000000 / :width)::int as bucket,
				count(*) filter (where outcome = 'success') as succeeded,
				count(*) filter (where outcome in ('failed', 'timed_out', 'crashed')) as failed,
				count(*) filter (where outcome = 'cancelled') as cancelled,
				percentile_cont(array[0.5, 0.95, 0.99]) within group (
					order by extract(epoch from started_at - due_at)::double precision) as waiting,
				percentile_cont(array[0.5, 0.95, 0.99]) within group (order by elapsed_seconds)
					filter (where outcome <> 'crashed') as execution
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
				where completed_at >= :start and due_at >= :start and due_at < :end and completed_at >= due_at
				union all
				select category, started_at, 0
				from gobstopper_task where status = 'started' and started_at >= :start and started_at < :end
				union all
				select category, started_at, 0
				from gobstopper_task_history
				where completed_at >= :start and started_at >= :start and started_at < :end and started_at >= due_at
				union all
				select category, completed_at, 0
				from gobstopper_task_history
				where completed_at >= :start and completed_at < :end and completed_at >= due_at
					and (started_at is null or started_at < due_at)
			)
			select category, floor(extract(epoch from moved_at - :start::timestamp) * 1000000 / :width)::int as bucket,
				count(*) filter (where entered = 1) as entered, count(*) filter (where entered = 0) as "left"
			from moves
			where moved_at <= :now
			group by category, bucket
			""";

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
					attempt.attempts - case when task.status = 'failed' and task.completed_at <= attempt.last_at then 1 else 0 end,
					attempt.first_at, attempt.last_at
				from attempts as attempt
				join gobstopper_task_all as task on task.id = attempt.task_id
			)
			select name, error_type, sum(final) as failed, sum(attempts) as retried, min(first_at) as first_at,
				max(last_at) as last_at, (array_agg(id order by last_at desc))[1] as last_id
			from failing
			group by name, error_type
			order by failed desc, retried desc, name, error_type
			limit :limit
			""";

	static final StatisticsSql SQL = new StatisticsSql(ATTEMPTS, FLOWS, FAILURES);

	private PostgresStatistics() {
	}

}

package io.gobstopper.store.postgresql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

import io.gobstopper.TaskStatus;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskOutcome;

/**
 * The holds that workers have on tasks, and their ends.
 */
final class PostgresLeases {

	// A row that somebody has locked keeps its lease as it is, and nobody else waiting.
	// Claims need not pass over what is renewed any more.
	private static final String HEARTBEAT = """
			with fence as (
				select * from unnest(?::bigint[], ?::int[], ?::text[]) as fence (seq, attempt, owner)
			),
			held as (
				select task.seq, task.attempt, task.lease_owner, task.cancel_requested
				from gobstopper_task as task
				join fence on task.seq = fence.seq and task.attempt = fence.attempt and task.lease_owner = fence.owner
			),
			free as (
				select task.seq
				from gobstopper_task as task
				join fence on task.seq = fence.seq and task.attempt = fence.attempt and task.lease_owner = fence.owner
				for no key update of task skip locked
			),
			renewed as (
				update gobstopper_task as task
				set claimable = null, heartbeat_at = ?, lease_until = ?
				from free
				where task.seq = free.seq
				returning task.seq
			)
			select held.*, renewed.seq is not null from held left join renewed on renewed.seq = held.seq
			""";

	private static final String PROGRESS = """
			with report as (
				select * from unnest(?::bigint[], ?::int[], ?::text[], ?::double precision[], ?::text[])
					as report (seq, attempt, owner, percent, message)
			),
			held as (
				select task.seq, task.attempt, task.lease_owner
				from gobstopper_task as task
				join report on task.seq = report.seq and task.attempt = report.attempt
					and task.lease_owner = report.owner
			),
			free as (
				select report.*
				from gobstopper_task as task
				join report on task.seq = report.seq and task.attempt = report.attempt
					and task.lease_owner = report.owner
				for no key update of task skip locked
			),
			reported as (
				update gobstopper_task as task
				set progress = free.percent, progress_message = free.message
				from free
				where task.seq = free.seq
			)
			select * from held
			""";

	private static final String FIND_CANCEL_REQUESTED = """
			with held as (
				select task.seq, task.attempt, task.lease_owner, task.cancel_requested
				from gobstopper_task as task
				join unnest(?::bigint[], ?::int[], ?::text[]) as fence (seq, attempt, owner)
					on task.seq = fence.seq and task.attempt = fence.attempt and task.lease_owner = fence.owner
				for no key update of task
			)
			select * from held where cancel_requested
			""";

	// What is fixed does not travel again: it is moved from table to table.
	private static final String FINISH = """
			with ended as (
				delete from gobstopper_task as task
				using unnest(?::bigint[], ?::int[], ?::text[], ?::text[], ?::bigint[], ?::bigint[],
						?::double precision[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int[], ?::int[], ?::int[],
						?::double precision[], ?::text[], ?::boolean[], ?::text[]) with ordinality
					as settled (seq, fenced_attempt, owner, status, started_at, completed_at, elapsed_seconds, result,
						error, error_type, error_trace, retry_count, attempt, crash_count, progress, progress_message,
						cancel_requested, node, place)
				where task.seq = settled.seq and task.attempt = settled.fenced_attempt
					and task.lease_owner = settled.owner
				returning task.seq, task.id, task.name, task.category, task.priority, settled.status, task.args,
					task.kwargs, task.created_at, task.due_at, settled.started_at, settled.completed_at,
					settled.elapsed_seconds, settled.result, settled.error, settled.error_type, settled.error_trace,
					settled.retry_count, task.max_retries, settled.attempt, settled.crash_count, settled.progress,
					settled.progress_message, task.idempotency_key, settled.cancel_requested, settled.node,
					task.trace_context, settled.place
			),
			finished as (
				insert into gobstopper_task_history (seq, id, name, category, priority, status, args, kwargs, created_at,
					due_at, started_at, completed_at, elapsed_seconds, result, error, error_type, error_trace, retry_count,
					max_retries, attempt, crash_count, progress, progress_message, idempotency_key, cancel_requested, node,
					trace_context)
				select seq, id, name, category, priority, status, args, kwargs, created_at, due_at, %s, %s,
					elapsed_seconds, result, error, error_type, error_trace, retry_count, max_retries, attempt,
					crash_count, progress, progress_message, idempotency_key, cancel_requested, node, trace_context
				from ended
			)
			select place from ended
			"""
		.formatted(PostgresParameters.timestamps("started_at", "completed_at"));

	private static final String RELEASE = """
			update gobstopper_task as task
			set status = released.status, claimable = released.claimable, due_at = %s,
				started_at = %s, elapsed_seconds = released.elapsed_seconds, result = null,
				error = released.error, error_type = released.error_type, error_trace = released.error_trace,
				retry_count = released.retry_count, attempt = released.attempt, crash_count = released.crash_count,
				progress = released.progress, progress_message = released.progress_message, lease_owner = null,
				lease_until = null, heartbeat_at = null, cancel_requested = released.cancel_requested,
				node = released.node, trace_context = coalesce(released.headers, task.trace_context)
			from unnest(?::bigint[], ?::int[], ?::text[], ?::text[], ?::boolean[], ?::bigint[], ?::bigint[],
					?::double precision[], ?::text[], ?::text[], ?::text[], ?::int[], ?::int[], ?::int[],
					?::double precision[], ?::text[], ?::boolean[], ?::text[], ?::text[])
				as released (seq, fenced_attempt, owner, status, claimable, due_at, started_at, elapsed_seconds, error,
					error_type, error_trace, retry_count, attempt, crash_count, progress, progress_message,
					cancel_requested, node, headers)
			where task.seq = released.seq and task.attempt = released.fenced_attempt
				and task.lease_owner = released.owner
			returning released.seq, released.fenced_attempt, released.owner
			""".formatted(PostgresParameters.timestamps("released.due_at", "released.started_at"));

	private static final String FIND_EXPIRED = """
			select * from gobstopper_task
			where seq = any(array(
					select seq from gobstopper_task where claimable is null and lease_until <= ?
					union all
					select unnest(seqs) from gobstopper_claim where lease_until <= ?
				)) and status = 'started' and lease_until <= ?
			order by seq
			for update skip locked
			""";

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	private final PostgresClaimRecords records;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	PostgresLeases(JdbcTemplate jdbcTemplate, TableNames tables, PostgresClaimRecords records) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
		this.records = records;
	}

	Map<Fence, Boolean> renew(Collection<Fence> fences, Instant now, Instant leaseUntil) {
		Map<Fence, Boolean> held = new HashMap<>();
		List<Fence> renewed = new ArrayList<>();
		this.jdbcTemplate.query(this.tables.in(HEARTBEAT),
				new PostgresParameters().fences(fences).value(now).value(leaseUntil), (row) -> {
					Fence fence = fence(row);
					held.put(fence, row.getBoolean(4));
					if (row.getBoolean(5)) {
						renewed.add(fence);
					}
				});
		this.records.released(renewed);
		return held;
	}

	Set<Fence> report(Collection<ProgressReport> reports) {
		List<Fence> fences = reports.stream().map(ProgressReport::fence).toList();
		PostgresParameters parameters = new PostgresParameters().fences(fences)
			.doubles(reports, (report) -> report.progress().percent())
			.texts(reports, (report) -> report.progress().message());
		return new HashSet<>(queryFences(PROGRESS, parameters));
	}

	Set<Fence> cancelRequested(Collection<Fence> fences) {
		return new HashSet<>(queryFences(FIND_CANCEL_REQUESTED, new PostgresParameters().fences(fences)));
	}

	// Ends attempts, and returns those that were current.
	Set<Fence> end(Collection<Settlement> settlements) {
		Map<Boolean, List<Settlement>> byFinality = settlements.stream()
			.collect(Collectors.partitioningBy((settlement) -> settlement.task().status().isTerminal()));
		List<Settlement> finished = byFinality.getOrDefault(true, List.of());
		List<Settlement> released = byFinality.getOrDefault(false, List.of());
		Set<Fence> won = new HashSet<>();
		if (!finished.isEmpty()) {
			this.jdbcTemplate.query(this.tables.in(FINISH), finished(finished),
					(RowCallbackHandler) (row) -> won.add(finished.get(row.getInt(1) - 1).fence()));
		}
		if (!released.isEmpty()) {
			won.addAll(queryFences(RELEASE, released(released)));
		}
		this.records.released(won);
		return won;
	}

	private List<Fence> queryFences(String sql, PostgresParameters parameters) {
		return this.jdbcTemplate.query(this.tables.in(sql), parameters, (row, number) -> fence(row));
	}

	List<StoredTask> findExpired(Instant now) {
		return this.jdbcTemplate.query(this.tables.in(FIND_EXPIRED),
				new PostgresParameters().value(now).value(now).value(now), this.rowMapper);
	}

	private static PostgresParameters finished(List<Settlement> rows) {
		PostgresParameters parameters = fences(rows).texts(rows, (row) -> row.task().status().value())
			.times(rows, (row) -> row.task().state().startedAt())
			.times(rows, (row) -> outcome(row).completedAt())
			.doubles(rows, (row) -> outcome(row).elapsedSeconds())
			.texts(rows, (row) -> outcome(row).result());
		return addCommon(parameters, rows);
	}

	private static PostgresParameters released(List<Settlement> rows) {
		PostgresParameters parameters = fences(rows).texts(rows, (row) -> row.task().status().value())
			.booleans(rows, PostgresLeases::isClaimable)
			.times(rows, (row) -> row.task().state().dueAt())
			.times(rows, (row) -> row.task().state().startedAt())
			.doubles(rows, (row) -> outcome(row).elapsedSeconds());
		return addCommon(parameters, rows).texts(rows, (row) -> row.isPutOff() ? row.task().details().headers() : null);
	}

	private static boolean isClaimable(Settlement row) {
		return row.task().status() == TaskStatus.PENDING && !row.isPutOff() && !row.task().isHeld();
	}

	private static PostgresParameters fences(List<Settlement> rows) {
		return new PostgresParameters().fences(rows.stream().map(Settlement::fence).toList());
	}

	private static PostgresParameters addCommon(PostgresParameters parameters, List<Settlement> rows) {
		return parameters.errors(rows, (row) -> outcome(row).error())
			.ints(rows, (row) -> row.task().state().counts().retries())
			.ints(rows, (row) -> row.task().state().counts().attempt())
			.ints(rows, (row) -> row.task().state().counts().crashes())
			.doubles(rows, (row) -> row.task().state().progress().percent())
			.texts(rows, (row) -> row.task().state().progress().message())
			.booleans(rows, (row) -> row.task().state().cancelRequested())
			.texts(rows, (row) -> outcome(row).node());
	}

	private static TaskOutcome outcome(Settlement settlement) {
		return settlement.task().state().outcome();
	}

	private static Fence fence(ResultSet row) throws SQLException {
		return new Fence(row.getLong(1), row.getInt(2), row.getString(3));
	}

}

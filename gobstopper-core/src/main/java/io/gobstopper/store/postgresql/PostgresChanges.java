package io.gobstopper.store.postgresql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.limit.Superseded;
import io.gobstopper.store.postgresql.limit.PostgresGates;
import io.gobstopper.store.postgresql.limit.PostgresTurns;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskHeaders;

/**
 * Changes of tasks that do not run, as users ask for them. Each is made within a
 * transaction.
 */
final class PostgresChanges {

	private static final String REQUEST_CANCEL = """
			update gobstopper_task set cancel_requested = true
			where id = any(?::uuid[]) and status = 'started'
			returning *
			""";

	private static final String LOCK_SUPERSEDED = """
			select id from gobstopper_task
			where id = any(?::uuid[]) or (id = any(?::uuid[]) and %s)
			order by seq
			for no key update skip locked
			""".formatted(PostgresGates.IS_HELD);

	private static final String CANCEL_WAITING = """
			with waiting as (
				delete from gobstopper_task where id = any(?::uuid[]) and status in ('pending', 'retry') returning *
			),
			cancelled as (
				insert into gobstopper_task_history (seq, id, name, category, priority, status, args, kwargs,
					created_at, due_at, started_at, completed_at, elapsed_seconds, result, error, error_type,
					error_trace, retry_count, max_retries, attempt, crash_count, progress, progress_message,
					idempotency_key, cancel_requested, node, trace_context)
				select seq, id, name, category, priority, 'cancelled', args, kwargs, created_at,
					case when %s then due_at - %s else due_at end, started_at, ?, elapsed_seconds, result, error, error_type, error_trace, retry_count, max_retries, attempt,
					crash_count, progress, progress_message, idempotency_key, cancel_requested, node, trace_context
				from waiting
				returning *
			)
			select * from cancelled
			"""
		.formatted(PostgresGates.IS_HELD, PostgresGates.HELD);

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
			select id, name, category, priority, 'pending', not again.held, args, kwargs, created_at,
				case when again.held then ?::timestamp + %s else ? end, max_retries, attempt, idempotency_key,
				again.headers
			from (select * from gobstopper_task_history where id = any(?::uuid[]) order by seq) as finished
			join unnest(?::uuid[], ?::text[], ?::boolean[]) with ordinality as again (id, headers, held, place) using (id)
			order by again.place
			returning *
			"""
		.formatted(PostgresGates.HELD);

	private static final String RESTORE = """
			with restorable as (
				delete from gobstopper_task_history
				where id = any(?::uuid[]) and status = 'cancelled' and not cancel_requested
				returning *
			)
			insert into gobstopper_task (id, name, category, priority, status, claimable, args, kwargs, created_at,
				due_at, elapsed_seconds, error, error_type, error_trace, retry_count, max_retries, attempt, crash_count,
				idempotency_key, node, trace_context)
			select id, name, category, priority, 'pending',
				not limited and due_at <= clock_timestamp() at time zone 'UTC', args, kwargs, created_at,
				case when limited and not (%s) then due_at + %s else due_at end, elapsed_seconds, error, error_type,
				error_trace, retry_count, max_retries, attempt, crash_count, idempotency_key, node, trace_context
			from (
				select *, position('%s' in coalesce(trace_context, '')) > 0 as limited from restorable order by seq
			) as restored
			returning *
			""".formatted(PostgresGates.IS_HELD, PostgresGates.HELD, TaskHeaders.LIMITS);

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
			),
			freed as (
				delete from gobstopper_unique_key where ctid = any(array(
					select held.ctid from gobstopper_unique_key as held
					join discarded on held.task_id = discarded.id and held.until_at is null
					for update of held skip locked
				))
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
			),
			freed as (
				delete from gobstopper_unique_key where ctid = any(array(
					select held.ctid from gobstopper_unique_key as held
					join purged on held.task_id = purged.id and held.until_at is null
					for update of held skip locked
				))
			)
			select count(*) from purged
			""";

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	private final PostgresAnnouncements announcements;

	private final PostgresAttempts attempts;

	private final PostgresGates gates;

	private final PostgresTurns turns;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	PostgresChanges(JdbcTemplate jdbcTemplate, TableNames tables, PostgresAnnouncements announcements,
			PostgresAttempts attempts, PostgresGates gates, PostgresTurns turns) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
		this.announcements = announcements;
		this.attempts = attempts;
		this.gates = gates;
		this.turns = turns;
	}

	List<StoredTask> cancel(Collection<UUID> ids, Instant now) {
		List<StoredTask> all = new ArrayList<>(cancelWaiting(ids, now));
		if (all.size() < ids.size()) {
			List<StoredTask> running = query(REQUEST_CANCEL, uuids(ids));
			running.forEach((task) -> this.announcements.cancel(task.id()));
			all.addAll(running);
		}
		if (all.size() < ids.size()) {
			// What ran at first may wait for its next attempt by now.
			all.addAll(cancelWaiting(ids, now));
		}
		return all;
	}

	List<StoredTask> giveWay(Superseded superseded, Instant now) {
		List<UUID> locked = this.jdbcTemplate.query(this.tables.in(LOCK_SUPERSEDED),
				uuids(superseded.all()).uuids(superseded.waiting(), (id) -> id),
				(row, number) -> row.getObject(1, UUID.class));
		return locked.isEmpty() ? List.of() : cancel(locked, now);
	}

	List<StoredTask> requeue(Collection<UUID> ids, Instant now) {
		List<StoredTask> finished = query(FIND_REPEATABLE, uuids(ids));
		if (finished.isEmpty()) {
			return finished;
		}
		List<UUID> found = finished.stream().map(StoredTask::id).toList();
		this.attempts.rememberLast(finished);
		List<StoredTask> requeued = query(REQUEUE,
				new PostgresParameters().value(now)
					.value(now)
					.uuids(found, (id) -> id)
					.uuids(finished, StoredTask::id)
					.texts(finished, (task) -> task.requeued(now).details().headers())
					.booleans(finished, StoredTask::isLimited));
		this.gates.added(requeued);
		giveTurns(requeued);
		this.jdbcTemplate.update(this.tables.in(DELETE_FINISHED), uuids(found));
		requeued.forEach((task) -> this.announcements.work(task.details().category()));
		return requeued;
	}

	List<StoredTask> restore(Collection<UUID> ids) {
		List<StoredTask> restored = query(RESTORE, uuids(ids));
		this.gates.added(restored);
		giveTurns(restored);
		restored.forEach((task) -> this.announcements.work(task.details().category()));
		return restored;
	}

	private void giveTurns(List<StoredTask> waiting) {
		this.turns.give(waiting.stream().filter((task) -> !task.isHeld()).map(PostgresTurns.Claimable::of).toList());
	}

	List<UUID> discard(Collection<UUID> ids) {
		return this.jdbcTemplate.query(this.tables.in(DISCARD), uuids(ids),
				(row, number) -> row.getObject(1, UUID.class));
	}

	int purge(Instant completedBefore, int limit) {
		List<Integer> purged = this.jdbcTemplate.query(this.tables.in(PURGE),
				new PostgresParameters().value(completedBefore).value(limit), (row, number) -> row.getInt(1));
		return purged.get(0);
	}

	private List<StoredTask> cancelWaiting(Collection<UUID> ids, Instant now) {
		List<StoredTask> cancelled = query(CANCEL_WAITING, uuids(ids).value(now));
		List<StoredTask> limited = cancelled.stream().filter(StoredTask::isLimited).toList();
		if (!limited.isEmpty()) {
			this.gates.removeOf(limited);
		}
		return cancelled;
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

}

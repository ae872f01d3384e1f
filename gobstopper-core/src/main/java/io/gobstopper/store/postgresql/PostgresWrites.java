package io.gobstopper.store.postgresql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.TaskStatus;
import io.gobstopper.UnreadableTaskException;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.TaskWrites;
import io.gobstopper.store.schedule.ScheduleWrites;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;

/**
 * What can be changed in PostgreSQL.
 */
final class PostgresWrites implements TaskWrites {

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
				idempotency_key, again.headers
			from (select * from gobstopper_task_history where id = any(?::uuid[]) order by seq) as finished
			join unnest(?::uuid[], ?::text[]) with ordinality as again (id, headers, place) using (id)
			order by again.place
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

	private static final String PAUSE = "insert into gobstopper_paused_category values (?) on conflict do nothing";

	private static final String RESUME = "delete from gobstopper_paused_category where category = ?";

	private final PostgresTransactions transactions;

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	private final PostgresAnnouncements announcements;

	private final PostgresInserts inserts;

	private final PostgresClaimRecords claimRecords;

	private final PostgresClaims claims;

	private final PostgresLeases leases;

	private final PostgresAttempts attempts;

	private final PostgresUniqueKeys uniqueKeys;

	private final ScheduleWrites schedules;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	PostgresWrites(PostgresTransactions transactions, JdbcTemplate jdbcTemplate, TableNames tables,
			PostgresAnnouncements announcements, PostgresClaims claims, PostgresClaimRecords claimRecords) {
		this.transactions = transactions;
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
		this.announcements = announcements;
		this.claims = claims;
		this.claimRecords = claimRecords;
		this.inserts = new PostgresInserts(jdbcTemplate, tables, false);
		this.leases = new PostgresLeases(jdbcTemplate, tables, claimRecords);
		this.attempts = new PostgresAttempts(jdbcTemplate, tables);
		this.uniqueKeys = new PostgresUniqueKeys(jdbcTemplate, tables, false);
		this.schedules = new PostgresScheduleWrites(jdbcTemplate, tables);
	}

	@Override
	public <T extends @Nullable Object> T inTransaction(Supplier<T> writes) {
		return this.transactions.run(writes);
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
			this.claims.added(ended.stream().filter(Settlement::isPutOff).map(Settlement::task).toList());
			ended.stream()
				.filter((settlement) -> settlement.task().status() == TaskStatus.PENDING && !settlement.isPutOff())
				.forEach((settlement) -> this.announcements.work(settlement.task().details().category()));
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
			List<StoredTask> requeued = query(REQUEUE,
					new PostgresParameters().value(now)
						.uuids(found, (id) -> id)
						.uuids(finished, StoredTask::id)
						.texts(finished, (task) -> task.requeued(now).details().headers()));
			this.jdbcTemplate.update(this.tables.in(DELETE_FINISHED), uuids(found));
			requeued.forEach((task) -> this.announcements.work(task.details().category()));
			return requeued;
		});
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
	public int forgetUniqueKeys(Instant now, int limit) {
		return inTransaction(() -> this.uniqueKeys.forgetExpired(now, limit));
	}

	@Override
	public void setPaused(String category, boolean paused) {
		inTransaction(() -> {
			this.announcements.paused(category, paused);
			return this.jdbcTemplate.update(this.tables.in(paused ? PAUSE : RESUME), category);
		});
	}

	@Override
	public ScheduleWrites schedules() {
		return this.schedules;
	}

	private boolean isTheOnlyOne(String work) {
		return Boolean.TRUE
			.equals(this.jdbcTemplate.queryForObject(BE_THE_ONLY_ONE, Boolean.class, this.tables.prefix() + work));
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

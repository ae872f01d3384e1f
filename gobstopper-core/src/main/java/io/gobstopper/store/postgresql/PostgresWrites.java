package io.gobstopper.store.postgresql;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.TaskStatus;
import io.gobstopper.error.UnreadableTaskException;
import io.gobstopper.limit.LimitOverride;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.TaskWrites;
import io.gobstopper.store.limit.Admission;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.postgresql.limit.PostgresGates;
import io.gobstopper.store.postgresql.limit.PostgresTurns;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.schedule.ScheduleWrites;
import io.gobstopper.store.sql.JdbcLimitOverrides;
import io.gobstopper.store.sql.JdbcTaskReader;
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
			update gobstopper_task set due_at = case when %s then ?::timestamp + %s else ?::timestamp end
			where not claimable and status = 'pending' and due_at > ? and error_type = '%s'
			returning seq
			""".formatted(PostgresGates.IS_HELD, PostgresGates.HELD, UnreadableTaskException.class.getName());

	private static final String PAUSE = "insert into gobstopper_paused_category values (?) on conflict do nothing";

	private static final String RESUME = "delete from gobstopper_paused_category where category = ?";

	private static final String LOCK_OVERRIDES = "lock table gobstopper_limit_override in share row exclusive mode";

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

	private final PostgresGates gates;

	private final JdbcLimitOverrides overrides;

	private final PostgresChanges changes;

	private final ScheduleWrites schedules;

	PostgresWrites(PostgresTransactions transactions, JdbcTemplate jdbcTemplate, TableNames tables,
			PostgresAnnouncements announcements, PostgresClaims claims, PostgresClaimRecords claimRecords,
			Set<String> fair) {
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
		this.gates = new PostgresGates(jdbcTemplate, tables);
		this.overrides = new JdbcLimitOverrides(jdbcTemplate, tables);
		this.changes = new PostgresChanges(jdbcTemplate, tables, announcements, this.attempts, this.gates,
				new PostgresTurns(jdbcTemplate, tables, fair));
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
			this.announcements.gates(Gate.next(rows));
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
			changeGates(ended);
			this.claims.added(ended.stream().filter(Settlement::isPutOff).map(Settlement::task).toList());
			ended.stream()
				.filter((settlement) -> settlement.task().status() == TaskStatus.PENDING && !settlement.isPutOff())
				.forEach((settlement) -> this.announcements.work(settlement.task().details().category()));
			return won;
		});
	}

	// One that was given back keeps what it has passed.
	private void changeGates(List<Settlement> ended) {
		List<StoredTask> limited = ended.stream().map(Settlement::task).filter(StoredTask::isLimited).toList();
		if (limited.isEmpty()) {
			return;
		}
		List<StoredTask> freed = limited.stream()
			.filter((task) -> task.status().isTerminal() || task.isHeld())
			.toList();
		this.gates.changed(freed);
		if (freed.size() < limited.size()) {
			List<String> paused = this.jdbcTemplate.queryForList(this.tables.in(JdbcTaskReader.FIND_PAUSED_CATEGORIES),
					String.class);
			if (!paused.isEmpty()) {
				this.gates.holdAgain(paused);
			}
		}
	}

	// The cluster does it, beside what this does.
	@Override
	public Admission admit(AdmissionRequest request) {
		return Admission.NONE;
	}

	@Override
	public void closeGates(Collection<Gate> gates, Instant until) {
		inTransaction(() -> {
			this.gates.close(gates, until);
			gates.forEach((gate) -> this.announcements.closed(gate, until));
			return gates;
		});
	}

	@Override
	public void openGates(Collection<Gate> gates) {
		inTransaction(() -> {
			this.gates.open(gates);
			gates.forEach((gate) -> this.announcements.closed(gate, Instant.EPOCH));
			return gates;
		});
	}

	@Override
	public void overrideLimit(String limit, @Nullable LimitOverride override) {
		inTransaction(() -> {
			this.jdbcTemplate.execute(this.tables.in(LOCK_OVERRIDES));
			this.overrides.save(limit, override);
			this.announcements.allGates();
			return limit;
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
			List<Long> promoted = this.jdbcTemplate.query(this.tables.in(PROMOTE_UNREADABLE),
					new PostgresParameters().value(now).value(now).value(now), (row, number) -> row.getLong(1));
			this.gates.due(promoted, now);
			announce(this.claims.promoteAll(now));
			return promoted.size();
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
		return inTransaction(() -> this.changes.cancel(ids, now));
	}

	@Override
	public List<StoredTask> requeue(Collection<UUID> ids, Instant now) {
		return inTransaction(() -> this.changes.requeue(ids, now));
	}

	@Override
	public List<StoredTask> restore(Collection<UUID> ids) {
		return inTransaction(() -> {
			List<StoredTask> restored = this.changes.restore(ids);
			this.claims.added(restored);
			return restored;
		});
	}

	@Override
	public List<UUID> discard(Collection<UUID> ids) {
		return inTransaction(() -> this.changes.discard(ids));
	}

	@Override
	public int purge(Instant completedBefore, int limit) {
		return inTransaction(() -> this.changes.purge(completedBefore, limit));
	}

	@Override
	public int forgetExpired(Instant now, int limit) {
		return inTransaction(() -> {
			this.gates.forgetBefore(now);
			this.overrides.forgetBefore(now);
			return this.uniqueKeys.forgetExpired(now, limit);
		});
	}

	@Override
	public void setPaused(String category, boolean paused) {
		inTransaction(() -> {
			this.announcements.paused(category, paused);
			int changed = this.jdbcTemplate.update(this.tables.in(paused ? PAUSE : RESUME), category);
			if (paused) {
				this.gates.holdAgain(List.of(category));
			}
			return changed;
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

}

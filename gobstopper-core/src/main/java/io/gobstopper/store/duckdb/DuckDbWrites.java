package io.gobstopper.store.duckdb;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
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
import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.limit.Admission;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.schedule.ScheduleWrites;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.UniqueTasks;

/**
 * What can be changed in a DuckDB file.
 */
final class DuckDbWrites implements TaskWrites {

	static final String PROMOTE_UNREADABLE = """
			update gobstopper_unfinished_task
			set due_at = case when %s then cast(? as timestamp) + %s else cast(? as timestamp) end
			where status = 'pending' and due_at > ? and error_type = '%s'
			""".formatted(DuckDbHeldTasks.IS_HELD, DuckDbHeldTasks.TIME, UnreadableTaskException.class.getName());

	static final String REQUEST_CANCEL = """
			update gobstopper_unfinished_task set cancel_requested = true
			where id in (select unnest(?::varchar[])::uuid) and status = 'started'
			returning *
			""";

	static final String DELETE_WAITING = """
			delete from gobstopper_unfinished_task
			where id in (select unnest(?::varchar[])::uuid) and status in ('pending', 'retry')
			returning *
			""";

	static final String DELETE_REPEATABLE = """
			delete from gobstopper_task_history
			where id in (select unnest(?::varchar[])::uuid) and status in ('failed', 'cancelled')
			returning *
			""";

	static final String DELETE_RESTORABLE = """
			delete from gobstopper_task_history
			where id in (select unnest(?::varchar[])::uuid) and status = 'cancelled' and not cancel_requested
			returning *
			""";

	static final String PURGE = """
			delete from gobstopper_task_history
			where seq in (select seq from gobstopper_task_history where completed_at < ? limit ?)
			returning id, idempotency_key
			""";

	static final String FIND_LAST_SEQ = """
			select coalesce(max(seq), 0) from gobstopper_task_all
			""";

	private final DuckDbTransactions transactions;

	private final JdbcTemplate jdbcTemplate;

	private final DuckDbTaskRows tasks;

	private final DuckDbAttempts attempts;

	private final DuckDbClaimRecords records;

	private final DuckDbClaims claims;

	private final DuckDbLeases leases;

	private final DuckDbHeldTasks held;

	private final DuckDbPauses pauses;

	private final DuckDbIdempotencyKeys keys;

	private final DuckDbUniqueKeys uniqueKeys;

	private final ScheduleWrites schedules;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	private long lastSeq;

	DuckDbWrites(JdbcTemplate jdbcTemplate, DuckDbTransactions transactions, DuckDbClaims claims, DuckDbLeases leases,
			DuckDbClaimRecords records, DuckDbHeldTasks held) {
		this.jdbcTemplate = jdbcTemplate;
		this.transactions = transactions;
		this.claims = claims;
		this.leases = leases;
		this.records = records;
		this.held = held;
		this.pauses = new DuckDbPauses(jdbcTemplate, claims, records, held);
		this.tasks = new DuckDbTaskRows(jdbcTemplate);
		this.attempts = new DuckDbAttempts(jdbcTemplate);
		this.keys = new DuckDbIdempotencyKeys(jdbcTemplate);
		this.uniqueKeys = new DuckDbUniqueKeys(jdbcTemplate);
		this.schedules = new DuckDbScheduleWrites(jdbcTemplate);
	}

	// Goes on behind the tasks that are stored.
	void readLastSeq() {
		Long last = this.jdbcTemplate.queryForObject(FIND_LAST_SEQ, Long.class);
		this.lastSeq = (last != null) ? last : 0;
	}

	@Override
	public <T extends @Nullable Object> T inTransaction(Supplier<T> writes) {
		return this.transactions.run(writes);
	}

	@Override
	public List<InsertedTask> insert(List<StoredTask> tasks) {
		UniqueTasks unique = UniqueTasks.of(tasks);
		return inTransaction(() -> {
			if (unique == null) {
				return insertRows(tasks);
			}
			replace(this.uniqueKeys.take(unique));
			return unique.insert(tasks, this::insertRows);
		});
	}

	private void replace(List<StoredTask> replacements) {
		if (!replacements.isEmpty()) {
			List<StoredTask> before = changeAll(DELETE_WAITING, replacements.stream().map(StoredTask::id).toList());
			this.claims.replaced(before);
			this.held.replaced(before);
			append(replacements);
		}
	}

	private List<InsertedTask> insertRows(List<StoredTask> tasks) {
		Map<String, UUID> holders = this.keys.findHolders(tasks);
		Map<String, UUID> newHolders = new LinkedHashMap<>();
		List<StoredTask> rows = new ArrayList<>();
		List<InsertedTask> inserted = new ArrayList<>(tasks.size());
		for (StoredTask task : tasks) {
			String key = task.details().idempotencyKey();
			UUID holder = (key != null) ? holders.putIfAbsent(key, task.id()) : null;
			if (holder != null) {
				inserted.add(new InsertedTask(holder, null));
				continue;
			}
			if (key != null) {
				newHolders.put(key, task.id());
			}
			StoredTask row = task.stored(++this.lastSeq);
			rows.add(row);
			inserted.add(new InsertedTask(row.id(), row));
		}
		append(rows);
		this.keys.hold(newHolders);
		return inserted;
	}

	@Override
	public Admission admit(AdmissionRequest request) {
		return inTransaction(() -> {
			Admission admission = this.held.admit(request, this.claims.paused());
			this.claims.added(admission.tasks());
			return admission;
		});
	}

	@Override
	public void closeGates(Collection<Gate> gates, Instant until) {
		inTransaction(() -> this.pauses.close(gates, until));
	}

	@Override
	public void openGates(Collection<Gate> gates) {
		inTransaction(() -> this.pauses.open(gates));
	}

	@Override
	public void overrideLimit(String limit, @Nullable LimitOverride override) {
		inTransaction(() -> this.held.override(limit, override));
	}

	@Override
	public List<StoredTask> claim(ClaimRequest request) {
		return inTransaction(() -> {
			List<StoredTask> claimed = this.claims.claim(request);
			this.leases.added(claimed);
			this.held.started(claimed);
			return claimed;
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
		return this.leases.cancelRequested(fences);
	}

	@Override
	public Set<Fence> settle(Collection<Settlement> settlements) {
		return inTransaction(() -> {
			boolean allSucceeded = settlements.stream()
				.allMatch((settlement) -> settlement.task().status() == TaskStatus.SUCCESS);
			if (!allSucceeded
					&& settlements.stream().anyMatch((settlement) -> !settlement.task().status().isTerminal())) {
				this.records.writeOut();
			}
			Set<Fence> won = this.leases.end(settlements.stream().map(Settlement::fence).toList());
			List<Settlement> ended = (won.size() == settlements.size()) ? List.copyOf(settlements)
					: settlements.stream().filter((settlement) -> won.contains(settlement.fence())).toList();
			append(allSucceeded ? ended.stream().map(Settlement::task).toList()
					: DuckDbHeldTasks.afterwards(ended, this.claims.paused()));
			if (!allSucceeded) {
				this.attempts.remember(ended);
			}
			return won;
		});
	}

	@Override
	public int promoteDue(Instant now) {
		return inTransaction(() -> this.claims.promoteDue(now));
	}

	@Override
	public int promoteUnreadable(Instant now) {
		return inTransaction(() -> {
			this.records.writeOut();
			int promoted = this.jdbcTemplate.update(PROMOTE_UNREADABLE,
					new DuckDbParameters().value(now).value(now).value(now));
			this.held.changed();
			this.claims.changed();
			return promoted;
		});
	}

	@Override
	public List<StoredTask> reclaimExpired(Instant now, int maxCrashes) {
		return inTransaction(() -> {
			List<Settlement> settlements = this.leases.findExpired(now)
				.stream()
				.map((task) -> new Settlement(task.fence(), task.crashed(now, maxCrashes),
						StoredAttempt.crashed(task, now)))
				.toList();
			if (!settlements.isEmpty()) {
				settle(settlements);
			}
			return settlements.stream().map(Settlement::task).toList();
		});
	}

	@Override
	public List<StoredTask> cancel(Collection<UUID> ids, Instant now) {
		return inTransaction(() -> {
			this.records.writeOut();
			List<StoredTask> cancelled = changeAll(DELETE_WAITING, ids).stream()
				.map((waiting) -> waiting.cancelled(now, waiting.state().outcome().error()))
				.toList();
			this.claims.removed(cancelled);
			append(cancelled);
			List<StoredTask> all = new ArrayList<>(cancelled);
			if (all.size() < ids.size()) {
				all.addAll(changeAll(REQUEST_CANCEL, ids));
			}
			return all;
		});
	}

	@Override
	public List<StoredTask> requeue(Collection<UUID> ids, Instant now) {
		return inTransaction(() -> {
			List<StoredTask> finished = changeAll(DELETE_REPEATABLE, ids);
			this.attempts.rememberLast(finished);
			List<StoredTask> requeued = finished.stream()
				.map((task) -> task.requeued(now).withSeq(++this.lastSeq))
				.toList();
			append(requeued);
			return requeued;
		});
	}

	@Override
	public List<StoredTask> restore(Collection<UUID> ids) {
		return inTransaction(() -> {
			List<StoredTask> restored = changeAll(DELETE_RESTORABLE, ids).stream()
				.map((task) -> task.restored().withSeq(++this.lastSeq))
				.toList();
			append(restored);
			return restored;
		});
	}

	@Override
	public List<UUID> discard(Collection<UUID> ids) {
		return inTransaction(() -> {
			List<StoredTask> finished = changeAll(DELETE_REPEATABLE, ids);
			List<UUID> discarded = finished.stream().map(StoredTask::id).toList();
			this.keys.release(
					finished.stream().map((task) -> task.details().idempotencyKey()).filter(Objects::nonNull).toList());
			this.attempts.forget(discarded);
			this.uniqueKeys.forget(discarded);
			return discarded;
		});
	}

	@Override
	public int purge(Instant completedBefore, int limit) {
		return inTransaction(() -> {
			List<String> keys = new ArrayList<>();
			List<UUID> ids = this.jdbcTemplate.query(PURGE, new DuckDbParameters().value(completedBefore).value(limit),
					(row, number) -> {
						String key = row.getString(2);
						if (key != null) {
							keys.add(key);
						}
						return row.getObject(1, UUID.class);
					});
			this.keys.release(keys);
			this.attempts.forget(ids);
			this.uniqueKeys.forget(ids);
			return ids.size();
		});
	}

	@Override
	public int forgetExpired(Instant now, int limit) {
		return inTransaction(() -> {
			this.held.forgetBefore(now);
			return this.uniqueKeys.forgetExpired(now, limit);
		});
	}

	@Override
	public void setPaused(String category, boolean paused) {
		inTransaction(() -> this.pauses.setPaused(category, paused));
	}

	@Override
	public ScheduleWrites schedules() {
		return this.schedules;
	}

	private void append(List<StoredTask> tasks) {
		this.held.written(tasks);
		if (tasks.stream().allMatch((task) -> task.status().isTerminal())) {
			this.tasks.append(List.of(), tasks);
			return;
		}
		List<StoredTask> unfinished = tasks.stream().filter((task) -> !task.status().isTerminal()).toList();
		this.tasks.append(unfinished, tasks.stream().filter((task) -> task.status().isTerminal()).toList());
		this.claims.added(unfinished);
		this.leases.added(unfinished);
	}

	private List<StoredTask> changeAll(String sql, Collection<UUID> ids) {
		return this.jdbcTemplate
			.query(sql, new DuckDbParameters().array("VARCHAR", ids.stream().map(UUID::toString).toList()),
					this.rowMapper)
			.stream()
			.sorted(Comparator.comparingLong(StoredTask::seq))
			.toList();
	}

}

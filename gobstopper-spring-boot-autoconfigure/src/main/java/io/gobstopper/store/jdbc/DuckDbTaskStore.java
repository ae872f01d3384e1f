package io.gobstopper.store.jdbc;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.Fence;
import io.gobstopper.store.InsertedTask;
import io.gobstopper.store.ProgressReport;
import io.gobstopper.store.Settlement;
import io.gobstopper.store.StoredTask;
import io.gobstopper.store.TaskCount;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.TaskStore;

/**
 * Keeps tasks in one DuckDB file, which only one process can have open.
 */
public final class DuckDbTaskStore implements TaskStore {

	static final String FIND_LAST_SEQ = """
			select coalesce(max(seq), 0) from gobstopper_task_all
			""";

	static final String PROMOTE_DUE = """
			update gobstopper_task set status = 'pending' where status = 'retry' and due_at <= ?
			""";

	static final String REQUEST_CANCEL = """
			update gobstopper_task set cancel_requested = true where id = ? and status = 'started' returning *
			""";

	static final String DELETE_WAITING = """
			delete from gobstopper_task where id = ? and status in ('pending', 'retry') returning *
			""";

	static final String DELETE_REPEATABLE = """
			delete from gobstopper_task_history where id = ? and status in ('failed', 'cancelled') returning *
			""";

	static final String PURGE = """
			delete from gobstopper_task_history
			where seq in (select seq from gobstopper_task_history where completed_at < ? limit ?)
			returning idempotency_key
			""";

	static final String PAUSE = """
			insert into gobstopper_paused_category select ?
			where ? not in (select category from gobstopper_paused_category)
			""";

	static final String RESUME = """
			delete from gobstopper_paused_category where category = ?
			""";

	private final DuckDbDatabase database;

	private final JdbcTemplate jdbcTemplate;

	private final TransactionTemplate transactionTemplate;

	private final DuckDbTaskAppender appender;

	private final JdbcTaskReader reader;

	private final DuckDbLeases leases;

	private final DuckDbIdempotencyKeys keys;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	private long lastSeq;

	public DuckDbTaskStore(DuckDbDatabase database) {
		this.database = database;
		this.jdbcTemplate = new JdbcTemplate(database.writer());
		this.transactionTemplate = new TransactionTemplate(new JdbcTransactionManager(database.writer()));
		this.appender = new DuckDbTaskAppender(this.jdbcTemplate);
		this.leases = new DuckDbLeases(this.jdbcTemplate);
		this.keys = new DuckDbIdempotencyKeys(this.jdbcTemplate);
		this.reader = new JdbcTaskReader(database.readers());
	}

	@Override
	public void open() {
		this.database.open();
		this.transactionTemplate.executeWithoutResult((status) -> new DuckDbSchema(this.jdbcTemplate).migrate());
		Long last = this.jdbcTemplate.queryForObject(FIND_LAST_SEQ, Long.class);
		this.lastSeq = (last != null) ? last : 0;
		this.leases.expireAll();
	}

	@Override
	public <T extends @Nullable Object> T inTransaction(Supplier<T> writes) {
		return this.transactionTemplate.execute((status) -> writes.get());
	}

	@Override
	public List<InsertedTask> insert(List<StoredTask> tasks) {
		return inTransaction(() -> {
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
				StoredTask row = task.withSeq(++this.lastSeq);
				rows.add(row);
				inserted.add(new InsertedTask(row.id(), row));
			}
			this.appender.append(DuckDbTaskAppender.TASKS, rows);
			this.keys.hold(newHolders);
			return inserted;
		});
	}

	@Override
	public List<StoredTask> claim(ClaimRequest request) {
		return this.leases.claim(request);
	}

	@Override
	public Map<Fence, Boolean> heartbeat(Collection<Fence> fences, Instant now, Instant leaseUntil) {
		return this.leases.renew(fences, now, leaseUntil);
	}

	@Override
	public Set<Fence> progress(Collection<ProgressReport> reports) {
		return this.leases.report(reports);
	}

	@Override
	public Set<Fence> settle(Collection<Settlement> settlements) {
		return inTransaction(() -> {
			Set<Fence> won = this.leases.end(settlements.stream().map(Settlement::fence).toList());
			List<StoredTask> ended = settlements.stream()
				.filter((settlement) -> won.contains(settlement.fence()))
				.map(Settlement::task)
				.toList();
			this.appender.append(DuckDbTaskAppender.TASKS,
					ended.stream().filter((task) -> !task.status().isTerminal()).toList());
			this.appender.append(DuckDbTaskAppender.HISTORY,
					ended.stream().filter((task) -> task.status().isTerminal()).toList());
			return won;
		});
	}

	@Override
	public int promoteDue(Instant now) {
		return this.jdbcTemplate.update(PROMOTE_DUE, new DuckDbParameters().value(now));
	}

	@Override
	public List<StoredTask> reclaimExpired(Instant now, int maxCrashes) {
		return inTransaction(() -> {
			List<Settlement> settlements = this.leases.findExpired(now)
				.stream()
				.map((task) -> new Settlement(task.fence(), task.crashed(now, maxCrashes)))
				.toList();
			if (!settlements.isEmpty()) {
				settle(settlements);
			}
			return settlements.stream().map(Settlement::task).toList();
		});
	}

	@Override
	public @Nullable StoredTask cancel(UUID id, Instant now) {
		return inTransaction(() -> {
			StoredTask waiting = queryForTask(DELETE_WAITING, id);
			if (waiting == null) {
				return queryForTask(REQUEST_CANCEL, id);
			}
			StoredTask cancelled = waiting.cancelled(now, waiting.state().outcome().error());
			this.appender.append(DuckDbTaskAppender.HISTORY, List.of(cancelled));
			return cancelled;
		});
	}

	@Override
	public @Nullable StoredTask requeue(UUID id, Instant now) {
		return inTransaction(() -> {
			StoredTask finished = queryForTask(DELETE_REPEATABLE, id);
			if (finished == null) {
				return null;
			}
			StoredTask requeued = finished.requeued(now).withSeq(++this.lastSeq);
			this.appender.append(DuckDbTaskAppender.TASKS, List.of(requeued));
			return requeued;
		});
	}

	@Override
	public int purge(Instant completedBefore, int limit) {
		return inTransaction(() -> {
			List<@Nullable String> keys = this.jdbcTemplate.query(PURGE,
					new DuckDbParameters().value(completedBefore).value(limit), (row, number) -> row.getString(1));
			this.keys.release(keys.stream().filter(Objects::nonNull).toList());
			return keys.size();
		});
	}

	@Override
	public void setPaused(String category, boolean paused) {
		if (paused) {
			this.jdbcTemplate.update(PAUSE, category, category);
		}
		else {
			this.jdbcTemplate.update(RESUME, category);
		}
	}

	@Override
	public Set<String> pausedCategories() {
		return this.reader.pausedCategories();
	}

	@Override
	public Set<String> claimableCategories(Instant now) {
		return this.reader.claimableCategories(now);
	}

	@Override
	public Optional<Instant> nextDueAt(Instant now) {
		return this.reader.nextDueAt(now);
	}

	@Override
	public Optional<StoredTask> find(UUID id) {
		return this.reader.find(id);
	}

	@Override
	public Optional<UUID> findByIdempotencyKey(String idempotencyKey) {
		return this.reader.findByIdempotencyKey(idempotencyKey);
	}

	@Override
	public List<StoredTask> find(TaskFilter filter) {
		return this.reader.find(filter);
	}

	@Override
	public List<TaskCount> counts() {
		return this.reader.counts();
	}

	@Override
	public void close() {
		this.database.close();
	}

	private @Nullable StoredTask queryForTask(String sql, UUID id) {
		return this.jdbcTemplate.query(sql, new DuckDbParameters().value(id), this.rowMapper)
			.stream()
			.findFirst()
			.orElse(null);
	}

}

package io.gobstopper.store.duckdb;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.util.unit.DataSize;

import io.gobstopper.TaskStatus;
import io.gobstopper.UnreadableTaskException;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.sql.JdbcStatistics;
import io.gobstopper.store.sql.JdbcTaskReader;
import io.gobstopper.store.sql.StoredDamage;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.statistics.CategoryDepth;
import io.gobstopper.store.statistics.QueueSnapshot;
import io.gobstopper.store.statistics.StoreUsage;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.statistics.TaskStatistics;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskKey;

/**
 * Keeps tasks in one DuckDB file, which only one process can have open.
 */
public final class DuckDbTaskStore implements TaskStore {

	static final String FIND_LAST_SEQ = """
			select coalesce(max(seq), 0) from gobstopper_task_all
			""";

	static final String PROMOTE_DUE = """
			update gobstopper_unfinished_task set status = 'pending', progress = 0, progress_message = ''
			where status = 'retry' and due_at <= ?
			""";

	static final String PROMOTE_UNREADABLE = """
			update gobstopper_unfinished_task set due_at = ?
			where status = 'pending' and due_at > ? and error_type = '%s'
			""".formatted(UnreadableTaskException.class.getName());

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

	static final String FIND_CLAIMABLE_CATEGORIES = """
			select distinct category from gobstopper_unfinished_task where status = 'pending' and due_at <= ?
			""";

	static final String FIND_NEXT_DUE = """
			select min(due_at) from gobstopper_unfinished_task
			where status = 'retry' or (status = 'pending' and due_at > ?)
			""";

	static final String SNAPSHOT = """
			select null as category, 0 as pending, 0 as scheduled, 0 as started, 0 as retry, null as oldest_due_at,
				(select sum(memory_usage_bytes)::bigint from duckdb_memory()) as memory_bytes
			union all
			select category, coalesce(sum(tasks) filter (where status = 'pending' and is_due), 0),
				coalesce(sum(tasks) filter (where status = 'pending' and not is_due), 0),
				coalesce(sum(tasks) filter (where status = 'started'), 0),
				coalesce(sum(tasks) filter (where status = 'retry'), 0),
				min(oldest_due_at) filter (where status in ('pending', 'retry') and is_due), 0
			from (
				select category, status, due_at <= :now as is_due, count(*) as tasks, min(due_at) as oldest_due_at
				from gobstopper_task
				group by category, status, is_due
			)
			group by category
			""";

	static final String PAUSE = """
			insert into gobstopper_paused_category select ?
			where ? not in (select category from gobstopper_paused_category)
			""";

	static final String RESUME = """
			delete from gobstopper_paused_category where category = ?
			""";

	private static final DataSize SMALLEST_CHECKPOINT = DataSize.ofMegabytes(1);

	private static final int CANDIDATES_READ_AHEAD = 20_000;

	private static final int MANY_CLAIMED = 200;

	private final DuckDbDatabase database;

	private final JdbcTemplate jdbcTemplate;

	private final TransactionTemplate transactionTemplate;

	private final DuckDbTaskRows tasks;

	private final DuckDbAttempts attempts;

	private final SingletonSupplier<Reads> reads;

	private final DuckDbUpcomingTasks upcoming;

	private final DuckDbClaimRecords records;

	private final DuckDbClaims claims;

	private final DuckDbLeases leases;

	private final DuckDbIdempotencyKeys keys;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	private long lastSeq;

	private int transactions;

	private boolean committing;

	private boolean commitFailed;

	public DuckDbTaskStore(DuckDbDatabase database) {
		this(database, CANDIDATES_READ_AHEAD, MANY_CLAIMED);
	}

	DuckDbTaskStore(DuckDbDatabase database, int candidatesReadAhead, int manyClaimed) {
		this.database = database;
		this.jdbcTemplate = new JdbcTemplate(database.writer());
		this.transactionTemplate = new TransactionTemplate(new JdbcTransactionManager(database.writer()));
		this.tasks = new DuckDbTaskRows(this.jdbcTemplate);
		this.attempts = new DuckDbAttempts(this.jdbcTemplate);
		this.upcoming = new DuckDbUpcomingTasks(new JdbcTemplate(database.claimsReader()));
		this.records = new DuckDbClaimRecords(this.jdbcTemplate);
		this.claims = new DuckDbClaims(this.jdbcTemplate, this.upcoming, this.records, candidatesReadAhead,
				manyClaimed);
		this.leases = new DuckDbLeases(this.jdbcTemplate, this.records);
		this.keys = new DuckDbIdempotencyKeys(this.jdbcTemplate);
		this.reads = SingletonSupplier.of(() -> Reads.of(database.ownReaders(), this.records::tablesOf));
	}

	@Override
	public void open() {
		this.database.open();
		prepare();
		this.leases.expireAll();
	}

	@Override
	public boolean isBroken(Throwable failure) {
		return this.database.isBroken(failure);
	}

	@Override
	public void reopen() {
		this.upcoming.forgetAll();
		this.database.reopen();
		prepare();
		this.commitFailed = false;
	}

	private void prepare() {
		forgetWhatWasRead();
		try {
			this.transactionTemplate.executeWithoutResult((status) -> {
				new DuckDbSchema(this.jdbcTemplate).migrate();
				this.records.writeOutUnknown();
			});
		}
		catch (Throwable ex) {
			forgetWhatWasRead();
			throw ex;
		}
		Long last = this.jdbcTemplate.queryForObject(FIND_LAST_SEQ, Long.class);
		this.lastSeq = (last != null) ? last : 0;
	}

	@Override
	public <T extends @Nullable Object> T inTransaction(Supplier<T> writes) {
		if (this.transactions == 0) {
			startAfreshAfterFailedCommit();
		}
		this.transactions++;
		this.committing = false;
		T result;
		try {
			result = this.transactionTemplate.execute((status) -> {
				this.records.writeOutUnknown();
				T written = writes.get();
				this.committing = this.transactions == 1;
				return written;
			});
		}
		catch (Throwable ex) {
			forgetWhatWasRead();
			this.commitFailed = this.committing;
			throw ex;
		}
		finally {
			this.transactions--;
		}
		if (this.transactions == 0) {
			this.claims.committed();
			this.records.committed();
		}
		return result;
	}

	// After a commit that failed the driver begins no transaction any more, and what
	// DuckDB holds in memory must not get into the file.
	private void startAfreshAfterFailedCommit() {
		if (this.commitFailed) {
			this.upcoming.forgetAll();
			this.database.forgetUnstored();
			prepare();
			this.commitFailed = false;
		}
	}

	private void forgetWhatWasRead() {
		this.claims.changed();
		this.leases.changed();
		this.records.changed();
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
			append(rows);
			this.keys.hold(newHolders);
			return inserted;
		});
	}

	@Override
	public List<StoredTask> claim(ClaimRequest request) {
		return inTransaction(() -> {
			List<StoredTask> claimed = this.claims.claim(request);
			this.leases.added(claimed);
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
			append(ended.stream().map(Settlement::task).toList());
			if (!allSucceeded) {
				this.attempts.remember(ended);
			}
			return won;
		});
	}

	@Override
	public int promoteDue(Instant now) {
		int promoted = this.jdbcTemplate.update(PROMOTE_DUE, new DuckDbParameters().value(now));
		if (promoted > 0) {
			this.claims.changed();
		}
		return promoted;
	}

	@Override
	public int promoteUnreadable(Instant now) {
		return inTransaction(() -> {
			this.records.writeOut();
			int promoted = this.jdbcTemplate.update(PROMOTE_UNREADABLE, new DuckDbParameters().value(now).value(now));
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
			return ids.size();
		});
	}

	@Override
	public void setPaused(String category, boolean paused) {
		this.claims.changed();
		if (paused) {
			this.jdbcTemplate.update(PAUSE, category, category);
		}
		else {
			this.jdbcTemplate.update(RESUME, category);
		}
	}

	@Override
	public Set<String> pausedCategories() {
		return this.reads.obtain().tasks().pausedCategories();
	}

	@Override
	public Set<String> claimableCategories(Instant now) {
		return new TreeSet<>(this.reads.obtain()
			.client()
			.sql(FIND_CLAIMABLE_CATEGORIES)
			.param(JdbcTaskReader.timestamp(now))
			.query(String.class)
			.list());
	}

	@Override
	public Optional<Instant> nextDueAt(Instant now) {
		LocalDateTime due = new JdbcTemplate(this.database.ownReaders()).queryForObject(FIND_NEXT_DUE,
				LocalDateTime.class, JdbcTaskReader.timestamp(now));
		return Optional.ofNullable(due).map((time) -> time.toInstant(ZoneOffset.UTC));
	}

	@Override
	public Optional<StoredTask> find(UUID id) {
		return this.reads.obtain().tasks().find(id);
	}

	@Override
	public Optional<UUID> findByIdempotencyKey(String idempotencyKey) {
		return this.reads.obtain().tasks().findByIdempotencyKey(idempotencyKey);
	}

	@Override
	public List<StoredTask> find(TaskFilter filter) {
		return this.reads.obtain().tasks().find(filter);
	}

	@Override
	public List<TaskKey> findKeys(TaskFilter filter, long afterSeq) {
		return this.reads.obtain().tasks().findKeys(filter, afterSeq);
	}

	@Override
	public long count(TaskFilter filter) {
		return this.reads.obtain().tasks().count(filter);
	}

	@Override
	public List<StoredAttempt> attempts(StoredTask task) {
		return this.reads.obtain().tasks().attempts(task);
	}

	// Readers are no hindrance, but a transaction that one of them left open is.
	@Override
	public boolean checkpoint() {
		startAfreshAfterFailedCommit();
		if (logBytes() < SMALLEST_CHECKPOINT.toBytes()) {
			return false;
		}
		this.jdbcTemplate.execute("checkpoint");
		return true;
	}

	@Override
	public long logBytes() {
		return this.database.walBytes();
	}

	@Override
	public List<String> findDamage(boolean everything) {
		return this.reads.obtain().damage().find(everything);
	}

	@Override
	public void check() {
		this.database.checkFile();
	}

	@Override
	public QueueSnapshot snapshot(Instant now) {
		List<CategoryDepth> depths = new ArrayList<>();
		AtomicLong memory = new AtomicLong();
		this.reads.obtain()
			.client()
			.sql(this.records.tablesOf(SNAPSHOT))
			.param("now", JdbcTaskReader.timestamp(now))
			.query((row) -> {
				memory.addAndGet(row.getLong("memory_bytes"));
				String category = row.getString("category");
				if (category != null) {
					depths.add(new CategoryDepth(category, row.getLong("pending"), row.getLong("scheduled"),
							row.getLong("started"), row.getLong("retry"),
							StoredTaskRowMapper.instant(row, "oldest_due_at")));
				}
			});
		return new QueueSnapshot(now, depths,
				new StoreUsage(this.database.fileBytes(), this.database.walBytes(), memory.get()));
	}

	@Override
	public TaskStatistics statistics() {
		return this.reads.obtain().statistics();
	}

	@Override
	public String location() {
		return this.database.location();
	}

	@Override
	public List<TaskCount> counts() {
		return this.reads.obtain().tasks().counts();
	}

	@Override
	public void close() {
		this.upcoming.close();
		if (this.commitFailed) {
			this.database.keepFromFile();
		}
		this.database.close();
	}

	private void append(List<StoredTask> tasks) {
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

	/**
	 * What reads, made when it is first needed, which keeps the start short.
	 *
	 * @param tasks finds tasks
	 * @param client asks anything
	 * @param statistics sums up the history
	 * @param damage looks for damage
	 */
	private record Reads(JdbcTaskReader tasks, JdbcClient client, JdbcStatistics statistics, StoredDamage damage) {

		static Reads of(DataSource dataSource, UnaryOperator<String> tables) {
			return new Reads(new JdbcTaskReader(dataSource, tables, DuckDbTaskRows.UNFINISHED),
					JdbcClient.create(dataSource), new JdbcStatistics(dataSource, tables, DuckDbStatistics.SQL),
					new StoredDamage(new JdbcTemplate(dataSource), TableNames.UNQUALIFIED,
							List.of(DuckDbClaimRecords.ALL_ARE_PENDING)));
		}

	}

}

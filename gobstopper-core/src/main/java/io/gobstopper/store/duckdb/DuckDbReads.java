package io.gobstopper.store.duckdb;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.gobstopper.limit.LimitKeyInfo;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.LimitOverride;
import io.gobstopper.store.TaskReads;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.limit.HeldPlace;
import io.gobstopper.store.limit.HeldTasks;
import io.gobstopper.store.limit.LimitUse;
import io.gobstopper.store.schedule.ScheduleReads;
import io.gobstopper.store.sql.JdbcLimitOverrides;
import io.gobstopper.store.sql.JdbcScheduleReads;
import io.gobstopper.store.sql.JdbcStatistics;
import io.gobstopper.store.sql.JdbcTaskReader;
import io.gobstopper.store.sql.QueueDepths;
import io.gobstopper.store.sql.StoredDamage;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.statistics.QueueSnapshot;
import io.gobstopper.store.statistics.StoreUsage;
import io.gobstopper.store.statistics.TaskStatistics;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.StoredTask;

/**
 * What can be asked of a DuckDB file, on connections for reading alone.
 */
final class DuckDbReads extends JdbcTaskReader implements TaskReads {

	static final String FIND_CLAIMABLE_CATEGORIES = """
			select distinct category from gobstopper_unfinished_task where status = 'pending' and due_at <= ?
			""";

	static final String FIND_NEXT_DUE = """
			select min(due_at) from gobstopper_unfinished_task
			where status = 'retry' or (status = 'pending' and due_at > ?)
			""";

	static final String SNAPSHOT = """
			select null as category, 0 as pending, 0 as scheduled, 0 as started, 0 as retry, null as oldest_due_at,
				(select sum(memory_usage_bytes)::bigint from duckdb_memory()) as bytes
			union all
			select category, coalesce(sum(tasks) filter (where status = 'pending' and is_due), 0),
				coalesce(sum(tasks) filter (where status = 'pending' and not is_due), 0),
				coalesce(sum(tasks) filter (where status = 'started'), 0),
				coalesce(sum(tasks) filter (where status = 'retry'), 0),
				min(oldest_due_at) filter (where status in ('pending', 'retry') and is_due), 0
			from (
				select category, status, real_due_at <= :now as is_due, count(*) as tasks, min(real_due_at) as oldest_due_at
				from (
					select category, status, if(%s, due_at - %s, due_at) as real_due_at from gobstopper_task
				)
				group by category, status, is_due
			)
			group by category
			"""
		.formatted(DuckDbHeldTasks.IS_HELD, DuckDbHeldTasks.TIME);

	private final DuckDbDatabase database;

	private final DuckDbClaimRecords records;

	private final HeldTasks held;

	private final JdbcClient client;

	private final JdbcStatistics statistics;

	private final StoredDamage damage;

	private final JdbcLimitOverrides overrides;

	private final ScheduleReads schedules;

	DuckDbReads(DuckDbDatabase database, DuckDbClaimRecords records, HeldTasks held) {
		super(database.ownReaders(), records::tablesOf, DuckDbTaskRows.UNFINISHED);
		DataSource dataSource = database.ownReaders();
		this.database = database;
		this.records = records;
		this.held = held;
		this.client = JdbcClient.create(dataSource);
		this.statistics = new JdbcStatistics(dataSource, records::tablesOf, DuckDbStatistics.SQL);
		this.schedules = new JdbcScheduleReads(dataSource, TableNames.UNQUALIFIED);
		this.overrides = new JdbcLimitOverrides(new JdbcTemplate(dataSource), TableNames.UNQUALIFIED);
		this.damage = new StoredDamage(new JdbcTemplate(dataSource), TableNames.UNQUALIFIED,
				List.of(DuckDbClaimRecords.ALL_ARE_PENDING));
	}

	@Override
	public Set<String> claimableCategories(Instant now) {
		return new TreeSet<>(this.client.sql(FIND_CLAIMABLE_CATEGORIES)
			.param(JdbcTaskReader.timestamp(now))
			.query(String.class)
			.list());
	}

	@Override
	public Optional<Instant> nextDueAt(Instant now) {
		LocalDateTime due = new JdbcTemplate(this.database.ownReaders()).queryForObject(FIND_NEXT_DUE,
				LocalDateTime.class, JdbcTaskReader.timestamp(now));
		return Stream
			.concat(Optional.ofNullable(due)
				.map((time) -> time.toInstant(ZoneOffset.UTC))
				.filter((time) -> !DueTimes.isHeld(time))
				.stream(), this.held.nextDueAt().stream())
			.min(Comparator.naturalOrder());
	}

	@Override
	public Optional<HeldPlace> findHeldPlace(StoredTask task) {
		return this.held.find(task);
	}

	@Override
	public Map<Gate, Instant> closedGates(Instant now) {
		Map<Gate, Instant> closed = new HashMap<>();
		this.client.sql(DuckDbGateTimes.FIND_CLOSED_AFTER)
			.param(JdbcTaskReader.timestamp(now))
			.query((RowCallbackHandler) (row) -> closed.put(Gate.parse(row.getString(1)),
					StoredTaskRowMapper.requiredInstant(row, "closed_until")));
		return closed;
	}

	@Override
	public Map<String, LimitNumbers> declaredLimits(Instant now) {
		return Map.of();
	}

	@Override
	public Map<String, LimitOverride> limitOverrides(Instant now) {
		return this.overrides.find(now);
	}

	@Override
	public List<LimitUse> limitUse() {
		return this.held.use();
	}

	@Override
	public List<LimitKeyInfo> longestKeys(String limit, int most) {
		return this.held.longestKeys(limit, most);
	}

	@Override
	public QueueSnapshot snapshot(Instant now) {
		QueueDepths depths = QueueDepths.read(this.client, this.records.tablesOf(SNAPSHOT), now);
		return new QueueSnapshot(now, depths.categories(),
				new StoreUsage(this.database.file().bytes(), this.database.file().logBytes(), depths.bytes()));
	}

	@Override
	public TaskStatistics statistics() {
		return this.statistics;
	}

	@Override
	public List<String> findDamage(boolean everything) {
		return this.damage.find(everything);
	}

	@Override
	public ScheduleReads schedules() {
		return this.schedules;
	}

}

package io.gobstopper.store.postgresql;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
import io.gobstopper.store.limit.LimitUse;
import io.gobstopper.store.postgresql.limit.PostgresGates;
import io.gobstopper.store.postgresql.limit.PostgresLimitNumbers;
import io.gobstopper.store.schedule.ScheduleReads;
import io.gobstopper.store.sql.ApplicationTransaction;
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
import io.gobstopper.store.task.StoredTask;

/**
 * What can be asked of PostgreSQL. A transaction of the application sees what it has done
 * itself.
 */
final class PostgresReads extends JdbcTaskReader implements TaskReads {

	private static final String SNAPSHOT = """
			select null as category, 0 as pending, 0 as scheduled, 0 as started, 0 as retry,
				null::timestamp as oldest_due_at,
				(select sum(pg_total_relation_size(to_regclass(name))) from unnest(array['gobstopper_task',
					'gobstopper_task_history', 'gobstopper_task_attempt', 'gobstopper_claim',
					'gobstopper_idempotency_key', 'gobstopper_unique_key', 'gobstopper_gate']) as name)
					as bytes
			union all
			select category, count(*) filter (where status = 'pending' and real_due_at <= :now),
				count(*) filter (where status = 'pending' and real_due_at > :now),
				count(*) filter (where status = 'started'), count(*) filter (where status = 'retry'),
				min(real_due_at) filter (where status in ('pending', 'retry') and real_due_at <= :now), 0
			from (
				select category, status, case when %s then due_at - %s else due_at end as real_due_at from gobstopper_task
			) as task
			group by category
			"""
		.formatted(PostgresGates.IS_HELD, PostgresGates.HELD);

	private static final String FIND_PLACE = """
			select held.gate, (
					select count(*) from gobstopper_gate as other
					where other.gate = held.gate and other.state = 1
						and (other.priority > held.priority or (other.priority = held.priority and other.seq < held.seq))
				) as earlier, (
					select count(*) from gobstopper_gate as other where other.gate = held.gate and other.state = 1
				) as waiting
			from gobstopper_gate as held
			where held.seq = :seq and held.state = 1 and held.due_at <= clock_timestamp() at time zone 'UTC'
			""";

	private static final String FIND_CLOSED = """
			select gate, closed_until from gobstopper_closed_gate where closed_until > :now
			""";

	private static final String LONGEST_KEYS = """
			with longest as (
				select gate, count(*) as waiting from gobstopper_gate
				where state = 1 and starts_with(gate, ?) and gate <> ?
				group by gate
				order by waiting desc, gate
				limit ?
			)
			select gate, (
				select count(*) from gobstopper_gate as passed
				join gobstopper_task as task on task.seq = passed.seq
				where passed.gate = longest.gate and passed.state = 2
			), waiting
			from longest
			order by waiting desc, gate
			""";

	private static final String USE = """
			select split_part(gate, '/', 1) as name, count(*) filter (where state = 2 and position('/' in gate) = 0),
				count(*) filter (where state = 1)
			from gobstopper_gate as gate
			where state in (1, 2) and exists (select from gobstopper_task as task where task.seq = gate.seq)
			group by 1
			order by 1
			""";

	private final TableNames tables;

	private final PostgresLimitNumbers limitNumbers;

	private final JdbcLimitOverrides overrides;

	private final PostgresClaims claims;

	private final JdbcClient client;

	private final JdbcStatistics statistics;

	private final StoredDamage damage;

	private final ScheduleReads schedules;

	PostgresReads(DataSource own, DataSource application, ApplicationTransaction transaction, TableNames tables,
			PostgresClaims claims) {
		super(own, application, transaction::canBeReadIn, tables::in);
		this.tables = tables;
		this.claims = claims;
		this.client = JdbcClient.create(own);
		this.limitNumbers = new PostgresLimitNumbers(new JdbcTemplate(own), tables);
		this.overrides = new JdbcLimitOverrides(new JdbcTemplate(own), tables);
		this.statistics = new JdbcStatistics(own, tables::in, PostgresStatistics.SQL);
		this.schedules = new JdbcScheduleReads(own, tables);
		this.damage = new StoredDamage(new JdbcTemplate(own), tables, List.of(PostgresClaimRecords.NONE_IS_MISSING));
	}

	// Those are among them that another process is about to make claimable.
	@Override
	public Set<String> claimableCategories(Instant now) {
		return this.claims.claimableCategories();
	}

	@Override
	public Optional<Instant> nextDueAt(Instant now) {
		return this.claims.nextDueAt();
	}

	@Override
	public Optional<HeldPlace> findHeldPlace(StoredTask task) {
		return this.client.sql(this.tables.in(FIND_PLACE))
			.param("seq", task.seq())
			.query((row, number) -> new HeldPlace(Gate.parse(row.getString(1)), row.getLong(2) + 1, row.getLong(3)))
			.optional();
	}

	@Override
	public Map<Gate, Instant> closedGates(Instant now) {
		Map<Gate, Instant> closed = new HashMap<>();
		this.client.sql(this.tables.in(FIND_CLOSED))
			.param("now", JdbcTaskReader.timestamp(now))
			.query((RowCallbackHandler) (row) -> closed.put(Gate.parse(row.getString(1)),
					StoredTaskRowMapper.requiredInstant(row, "closed_until")));
		return closed;
	}

	@Override
	public Map<String, LimitNumbers> declaredLimits(Instant now) {
		return this.limitNumbers.declared(now);
	}

	@Override
	public Map<String, LimitOverride> limitOverrides(Instant now) {
		return this.overrides.find(now);
	}

	@Override
	public List<LimitUse> limitUse() {
		return this.client.sql(this.tables.in(USE))
			.query((row, number) -> new LimitUse(row.getString(1), row.getLong(2), row.getLong(3)))
			.list();
	}

	@Override
	public List<LimitKeyInfo> longestKeys(String limit, int most) {
		String withKey = new Gate(limit, "").toString();
		return this.client.sql(this.tables.in(LONGEST_KEYS))
			.param(withKey)
			.param(withKey)
			.param(most)
			.query((row, number) -> new LimitKeyInfo(row.getString(1).substring(withKey.length()), row.getLong(2),
					row.getLong(3)))
			.list();
	}

	@Override
	public QueueSnapshot snapshot(Instant now) {
		QueueDepths depths = QueueDepths.read(this.client, this.tables.in(SNAPSHOT), now);
		return new QueueSnapshot(now, depths.categories(), new StoreUsage(depths.bytes(), 0, 0));
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

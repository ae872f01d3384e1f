package io.gobstopper.store.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.Fence;
import io.gobstopper.store.ProgressReport;
import io.gobstopper.store.StoredTask;

/**
 * The holds that workers have on tasks.
 */
final class DuckDbLeases {

	static final String EXPIRE_LEASES = """
			update gobstopper_task set lease_until = timestamp '1970-01-01' where status = 'started'
			""";

	static final String CLAIM = """
			update gobstopper_task
			set status = 'started', attempt = attempt + 1, started_at = ?, heartbeat_at = ?, lease_owner = ?,
				lease_until = ?, progress = 0, progress_message = ''
			where seq in (
				select seq from gobstopper_task
				where status = 'pending' and category = ? and due_at <= ? and priority > ?::integer
					and name in (select unnest(?::varchar[]))
					and category not in (select category from gobstopper_paused_category)
				order by priority desc, seq
				limit ?::bigint
			)
			returning *
			""";

	static final String CLAIM_UP_TO_A_CRASHED_ONE = """
			update gobstopper_task
			set status = 'started', attempt = attempt + 1, started_at = ?, heartbeat_at = ?, lease_owner = ?,
				lease_until = ?, progress = 0, progress_message = ''
			where seq in (
				select seq from (
					select seq, row_number() over run_order as place,
						max(crash_count) over (run_order rows between unbounded preceding and current row) as crashes
					from (
						select seq, priority, crash_count from gobstopper_task
						where status = 'pending' and category = ? and due_at <= ? and priority > ?::integer
							and name in (select unnest(?::varchar[]))
							and category not in (select category from gobstopper_paused_category)
						order by priority desc, seq
						limit ?::bigint
					)
					window run_order as (order by priority desc, seq)
				)
				where place <= ?::bigint or crashes = 0
			)
			returning *
			""";

	static final String HEARTBEAT = """
			update gobstopper_task as task
			set heartbeat_at = beat.heartbeat_at, lease_until = beat.lease_until
			from (select unnest(?::bigint[]) as seq, unnest(?::integer[]) as attempt, unnest(?::varchar[]) as owner,
				?::timestamp as heartbeat_at, ?::timestamp as lease_until) as beat
			where task.seq = beat.seq and task.attempt = beat.attempt and task.lease_owner = beat.owner
			returning task.seq, task.attempt, task.lease_owner, task.cancel_requested
			""";

	static final String PROGRESS = """
			update gobstopper_task as task
			set progress = report.percent, progress_message = report.message
			from (select unnest(?::bigint[]) as seq, unnest(?::integer[]) as attempt, unnest(?::varchar[]) as owner,
				unnest(?::double[]) as percent, unnest(?::varchar[]) as message) as report
			where task.seq = report.seq and task.attempt = report.attempt and task.lease_owner = report.owner
			returning task.seq, task.attempt, task.lease_owner
			""";

	static final String END = """
			delete from gobstopper_task as task
			using (select unnest(?::bigint[]) as seq, unnest(?::integer[]) as attempt, unnest(?::varchar[]) as owner) as fence
			where task.seq = fence.seq and task.attempt = fence.attempt and task.lease_owner = fence.owner
			returning task.seq, task.attempt, task.lease_owner
			""";

	static final String END_ONE = """
			delete from gobstopper_task where seq = ?::bigint and attempt = ?::integer and lease_owner = ?::varchar
			""";

	static final String FIND_EXPIRED = """
			select * from gobstopper_task where status = 'started' and lease_until <= ?
			""";

	private static final int FEW = 3;

	private final JdbcTemplate jdbcTemplate;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	DuckDbLeases(JdbcTemplate jdbcTemplate) {
		this.jdbcTemplate = jdbcTemplate;
	}

	void expireAll() {
		this.jdbcTemplate.update(EXPIRE_LEASES);
	}

	List<StoredTask> claim(ClaimRequest request) {
		DuckDbParameters parameters = new DuckDbParameters().value(request.now())
			.value(request.now())
			.value(request.lease().owner())
			.value(request.lease().until())
			.value(request.category())
			.value(request.now())
			.value(request.abovePriority())
			.array("VARCHAR", request.names())
			.value((long) request.limit());
		boolean crashesMatter = request.slots() < request.limit();
		List<StoredTask> claimed = crashesMatter ? this.jdbcTemplate.query(CLAIM_UP_TO_A_CRASHED_ONE,
				parameters.value((long) request.slots()), this.rowMapper)
				: this.jdbcTemplate.query(CLAIM, parameters, this.rowMapper);
		return claimed.stream().sorted(StoredTask.RUN_ORDER).toList();
	}

	Map<Fence, Boolean> renew(Collection<Fence> fences, Instant now, Instant leaseUntil) {
		DuckDbParameters parameters = new DuckDbParameters().fences(fences).value(now).value(leaseUntil);
		Map<Fence, Boolean> renewed = new HashMap<>();
		this.jdbcTemplate.query(HEARTBEAT, parameters,
				(RowCallbackHandler) (row) -> renewed.put(fence(row), row.getBoolean(4)));
		return renewed;
	}

	Set<Fence> report(Collection<ProgressReport> reports) {
		DuckDbParameters parameters = new DuckDbParameters()
			.fences(reports.stream().map(ProgressReport::fence).toList())
			.array("DOUBLE", reports.stream().map((report) -> report.progress().percent()).toList())
			.array("VARCHAR", reports.stream().map((report) -> report.progress().message()).toList());
		return queryFences(PROGRESS, parameters);
	}

	// A few are ended one by one, which is faster than joining them.
	Set<Fence> end(Collection<Fence> fences) {
		return (fences.size() > FEW) ? queryFences(END, new DuckDbParameters().fences(fences))
				: fences.stream().filter(this::endOne).collect(Collectors.toSet());
	}

	private boolean endOne(Fence fence) {
		return this.jdbcTemplate.update(END_ONE,
				new DuckDbParameters().value(fence.seq()).value(fence.attempt()).value(fence.owner())) > 0;
	}

	List<StoredTask> findExpired(Instant now) {
		return this.jdbcTemplate.query(FIND_EXPIRED, new DuckDbParameters().value(now), this.rowMapper);
	}

	private Set<Fence> queryFences(String sql, DuckDbParameters parameters) {
		return new HashSet<>(this.jdbcTemplate.query(sql, parameters, (row, number) -> fence(row)));
	}

	private static Fence fence(ResultSet row) throws SQLException {
		return new Fence(row.getLong(1), row.getInt(2), row.getString(3));
	}

}

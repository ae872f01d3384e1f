package io.gobstopper.store.duckdb;

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
import java.util.stream.LongStream;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.util.Assert;

import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.StoredTask;

/**
 * The holds that workers have on tasks.
 */
final class DuckDbLeases {

	static final String EXPIRE_LEASES = """
			update gobstopper_unfinished_task set lease_until = timestamp '1970-01-01' where status = 'started'
			""";

	static final String HEARTBEAT = """
			update gobstopper_unfinished_task as task
			set heartbeat_at = beat.heartbeat_at, lease_until = beat.lease_until
			from (select unnest(cast(?::varchar as bigint[])) as seq, unnest(cast(?::varchar as integer[])) as attempt,
				unnest(string_split(?::varchar, chr(10))) as owner,
				?::timestamp as heartbeat_at, ?::timestamp as lease_until) as beat
			where task.seq = beat.seq and task.attempt = beat.attempt and task.lease_owner = beat.owner
				and task.seq between ?::bigint and ?::bigint
			returning task.seq, task.attempt, task.lease_owner, task.cancel_requested
			""";

	static final String PROGRESS = """
			update gobstopper_unfinished_task as task
			set progress = report.percent, progress_message = report.message
			from (select unnest(cast(?::varchar as bigint[])) as seq, unnest(cast(?::varchar as integer[])) as attempt,
				unnest(string_split(?::varchar, chr(10))) as owner,
				unnest(?::double[]) as percent, unnest(?::varchar[]) as message) as report
			where task.seq = report.seq and task.attempt = report.attempt and task.lease_owner = report.owner
				and task.seq between ?::bigint and ?::bigint
			returning task.seq, task.attempt, task.lease_owner
			""";

	static final String END = """
			delete from gobstopper_unfinished_task as task
			using (select unnest(cast(?::varchar as bigint[])) as seq, unnest(cast(?::varchar as integer[])) as attempt,
				unnest(string_split(?::varchar, chr(10))) as owner) as fence
			where task.seq = fence.seq and task.attempt = fence.attempt and task.lease_owner = fence.owner
				and task.seq between ?::bigint and ?::bigint
			""";

	static final String END_AND_TELL = END + " returning task.seq, task.attempt, task.lease_owner";

	static final String END_ONE = """
			delete from gobstopper_unfinished_task where seq = ?::bigint and attempt = ?::integer and lease_owner = ?::varchar
			""";

	static final String END_RANGE = """
			delete from gobstopper_unfinished_task where seq between ?::bigint and ?::bigint
			""";

	static final String END_LIST = END_RANGE + " and seq in (select unnest(cast(?::varchar as bigint[])))";

	static final String FIND_CANCEL_REQUESTED = """
			select seq, attempt, lease_owner from gobstopper_unfinished_task
			where status = 'started' and cancel_requested and seq between ?::bigint and ?::bigint
			""";

	static final String FIND_EXPIRED = """
			select * from gobstopper_unfinished_task where status = 'started' and lease_until <= ?
			""";

	private static final int FEW = 3;

	private final JdbcTemplate jdbcTemplate;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	private final Set<Fence> current = new HashSet<>();

	private final DuckDbClaimRecords records;

	DuckDbLeases(JdbcTemplate jdbcTemplate, DuckDbClaimRecords records) {
		this.jdbcTemplate = jdbcTemplate;
		this.records = records;
	}

	// Tells of tasks that were written, of which some may be started.
	void added(Collection<StoredTask> tasks) {
		for (StoredTask task : tasks) {
			if (task.state().lease() != null) {
				this.current.add(task.fence());
			}
		}
	}

	// Tells that the table may have changed in other ways.
	void changed() {
		this.current.clear();
	}

	void expireAll() {
		this.jdbcTemplate.update(EXPIRE_LEASES);
	}

	Map<Fence, Boolean> renew(Collection<Fence> fences, Instant now, Instant leaseUntil) {
		this.records.writeOut();
		DuckDbParameters parameters = new DuckDbParameters().fences(fences)
			.value(now)
			.value(leaseUntil)
			.range(seqs(fences));
		Map<Fence, Boolean> renewed = new HashMap<>();
		this.jdbcTemplate.query(HEARTBEAT, parameters,
				(RowCallbackHandler) (row) -> renewed.put(fence(row), row.getBoolean(4)));
		return renewed;
	}

	Set<Fence> report(Collection<ProgressReport> reports) {
		this.records.writeOut();
		List<Fence> fences = reports.stream().map(ProgressReport::fence).toList();
		DuckDbParameters parameters = new DuckDbParameters().fences(fences)
			.array("DOUBLE", reports.stream().map((report) -> report.progress().percent()).toList())
			.array("VARCHAR", reports.stream().map((report) -> report.progress().message()).toList())
			.range(seqs(fences));
		return queryFences(PROGRESS, parameters);
	}

	Set<Fence> cancelRequested(Collection<Fence> fences) {
		Set<Fence> requested = queryFences(FIND_CANCEL_REQUESTED, new DuckDbParameters().range(seqs(fences)));
		requested.retainAll(fences);
		return requested;
	}

	/**
	 * Ends attempts. A few are ended one by one, which is faster than joining them; where
	 * all are known to be current, counting them is faster than asking which were. The
	 * rows of recorded tasks do not tell of their attempts.
	 * @param fences the attempts
	 * @return those that were current
	 */
	Set<Fence> end(Collection<Fence> fences) {
		boolean allCurrent = this.current.containsAll(fences);
		fences.forEach(this.current::remove);
		if (this.records.includeAny(fences)) {
			if (allCurrent) {
				return endRecorded(Set.copyOf(fences));
			}
			this.records.writeOut();
		}
		if (fences.size() <= FEW) {
			return fences.stream().filter(this::endOne).collect(Collectors.toSet());
		}
		return allCurrent ? endAll(Set.copyOf(fences))
				: queryFences(END_AND_TELL, new DuckDbParameters().fences(fences).range(seqs(fences)));
	}

	private Set<Fence> endAll(Set<Fence> fences) {
		checkEnded(this.jdbcTemplate.update(END, new DuckDbParameters().fences(fences).range(seqs(fences))), fences);
		return fences;
	}

	private Set<Fence> endRecorded(Set<Fence> fences) {
		long[] seqs = LongStream.of(seqs(fences)).sorted().toArray();
		DuckDbParameters parameters = new DuckDbParameters().range(seqs);
		checkEnded(DuckDbPendingTasks.isRange(seqs) ? this.jdbcTemplate.update(END_RANGE, parameters)
				: this.jdbcTemplate.update(END_LIST, parameters.list(seqs)), fences);
		this.records.ended(fences);
		return fences;
	}

	private static void checkEnded(int ended, Set<Fence> fences) {
		Assert.state(ended == fences.size(), () -> "%d of %d attempts were ended".formatted(ended, fences.size()));
	}

	private boolean endOne(Fence fence) {
		return this.jdbcTemplate.update(END_ONE,
				new DuckDbParameters().value(fence.seq()).value(fence.attempt()).value(fence.owner())) > 0;
	}

	List<StoredTask> findExpired(Instant now) {
		this.records.writeOut();
		return this.jdbcTemplate.query(FIND_EXPIRED, new DuckDbParameters().value(now), this.rowMapper);
	}

	private static long[] seqs(Collection<Fence> fences) {
		return fences.stream().mapToLong(Fence::seq).toArray();
	}

	private Set<Fence> queryFences(String sql, DuckDbParameters parameters) {
		return new HashSet<>(this.jdbcTemplate.query(sql, parameters, (row, number) -> fence(row)));
	}

	private static Fence fence(ResultSet row) throws SQLException {
		return new Fence(row.getLong(1), row.getInt(2), row.getString(3));
	}

}

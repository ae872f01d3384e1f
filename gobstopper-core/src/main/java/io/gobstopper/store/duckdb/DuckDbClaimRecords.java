package io.gobstopper.store.duckdb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.duckdb.claim.Candidate;
import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.sql.StoredDamage;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.Lease;

/**
 * Claims of many tasks, of which one row tells instead of a change of each task. The view
 * of unfinished tasks joins both. A task that is recorded is pending in its own row, and
 * stays so until it ends for good or all records are written out, which whatever else
 * changes running tasks begins with.
 */
public final class DuckDbClaimRecords {

	private static final String ADD = """
			insert into gobstopper_claim (owner, started_at, lease_until, first_seq, last_seq, seqs)
			values (?::varchar, ?::timestamp, ?::timestamp, ?::bigint, ?::bigint, %s)
			""";

	static final String ADD_RANGE = ADD.formatted("null");

	static final String ADD_LIST = ADD.formatted("?::varchar");

	static final String DELETE = """
			delete from gobstopper_claim where owner in (select unnest(?::varchar[]))
			""";

	static final String WRITE_OUT = """
			update gobstopper_unfinished_task as task
			set status = 'started', attempt = task.attempt + 1, started_at = claim.started_at, lease_owner = claim.owner,
				lease_until = claim.lease_until
			from gobstopper_claimed_task as claim
			where task.seq = claim.seq and task.status = 'pending' and task.seq between ?::bigint and ?::bigint
			""";

	static final String DELETE_ALL = "delete from gobstopper_claim";

	static final StoredDamage.Check ALL_ARE_PENDING = new StoredDamage.Check(
			"%d recorded claims are of tasks that were started otherwise", """
					select count(*) from gobstopper_unfinished_task
					where status <> 'pending' and seq in (select seq from gobstopper_claimed_task)
					""");

	private static final Pattern UNFINISHED_VIEW = Pattern.compile("\\bgobstopper_task\\b");

	private static final Pattern ALL_VIEW = Pattern.compile("\\bgobstopper_task_all\\b");

	private static final String ALL_TABLES = "(from gobstopper_unfinished_task union all from gobstopper_task_history)";

	private static final int SOME_OVER = 4;

	private final JdbcTemplate jdbcTemplate;

	private final Map<String, Recorded> byOwner = new HashMap<>();

	private final List<String> over = new ArrayList<>();

	private boolean unknown = true;

	private volatile boolean visible = true;

	public DuckDbClaimRecords(JdbcTemplate jdbcTemplate) {
		this.jdbcTemplate = jdbcTemplate;
	}

	void add(Collection<Candidate> claimed, Lease lease) {
		this.visible = true;
		if (this.over.contains(lease.owner())) {
			deleteOver();
		}
		long[] seqs = claimed.stream().mapToLong(Candidate::seq).sorted().toArray();
		DuckDbParameters parameters = new DuckDbParameters().value(lease.owner())
			.value(lease.heartbeatAt())
			.value(lease.until())
			.range(seqs);
		if (DuckDbPendingTasks.isRange(seqs)) {
			this.jdbcTemplate.update(ADD_RANGE, parameters);
		}
		else {
			this.jdbcTemplate.update(ADD_LIST, parameters.list(seqs));
		}
		this.byOwner.merge(lease.owner(), new Recorded(seqs), Recorded::and);
	}

	boolean includeAny(Collection<Fence> fences) {
		return !this.byOwner.isEmpty() && fences.stream().anyMatch(this::include);
	}

	private boolean include(Fence fence) {
		return this.byOwner.containsKey(fence.owner());
	}

	/**
	 * Tells of tasks that are gone, some of which may be recorded.
	 * @param fences the attempts that ended, each once
	 */
	void ended(Collection<Fence> fences) {
		for (Fence fence : fences) {
			Recorded claim = this.byOwner.get(fence.owner());
			if (claim != null && claim.includes(fence.seq())) {
				claim.left--;
			}
		}
		this.byOwner.entrySet().removeIf((entry) -> entry.getValue().left == 0 && this.over.add(entry.getKey()));
		if (this.over.size() >= SOME_OVER || (this.byOwner.isEmpty() && !this.over.isEmpty())) {
			deleteOver();
		}
	}

	private void deleteOver() {
		this.jdbcTemplate.update(DELETE, new DuckDbParameters().array("VARCHAR", this.over));
		this.over.clear();
	}

	// Returns the numbers of the recorded tasks, ascending, some of which may be gone.
	long[] seqs() {
		return this.byOwner.values().stream().flatMapToLong(Recorded::seqs).sorted().toArray();
	}

	// Changes the rows of the recorded tasks as their claims would have, and deletes the
	// records.
	void writeOut() {
		if (this.unknown) {
			writeOut(Long.MIN_VALUE, Long.MAX_VALUE);
		}
		else if (!this.byOwner.isEmpty()) {
			LongSummaryStatistics range = LongStream.of(seqs()).summaryStatistics();
			writeOut(range.getMin(), range.getMax());
		}
	}

	private void writeOut(long least, long greatest) {
		this.jdbcTemplate.update(WRITE_OUT, new DuckDbParameters().value(least).value(greatest));
		this.jdbcTemplate.update(DELETE_ALL);
		this.byOwner.clear();
		this.over.clear();
		this.unknown = false;
	}

	// Writes out what is not known to be there.
	public void writeOutUnknown() {
		if (this.unknown) {
			writeOut();
		}
	}

	// Tells that the transaction was committed.
	void committed() {
		this.visible = this.unknown || !this.byOwner.isEmpty() || !this.over.isEmpty();
	}

	/**
	 * Has a statement ask the tables instead of the views while nobody can see a record.
	 * May be called by any thread.
	 * @param sql a statement that reads
	 * @return the same with the names that tell what is true from now on
	 */
	String tablesOf(String sql) {
		return this.visible ? sql : ALL_VIEW.matcher(UNFINISHED_VIEW.matcher(sql).replaceAll(DuckDbTaskRows.UNFINISHED))
			.replaceAll(ALL_TABLES);
	}

	// Tells that the tables may have changed in other ways.
	void changed() {
		this.visible = true;
		this.byOwner.clear();
		this.over.clear();
		this.unknown = true;
	}

	/**
	 * The tasks of one owner.
	 */
	private static final class Recorded {

		private final long[] seqs;

		private int left;

		Recorded(long[] seqs) {
			this.seqs = seqs;
			this.left = seqs.length;
		}

		Recorded and(Recorded other) {
			Recorded both = new Recorded(Stream.of(this, other).flatMapToLong(Recorded::seqs).sorted().toArray());
			both.left = this.left + other.left;
			return both;
		}

		boolean includes(long seq) {
			return Arrays.binarySearch(this.seqs, seq) >= 0;
		}

		LongStream seqs() {
			return LongStream.of(this.seqs);
		}

	}

}

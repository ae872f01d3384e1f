package io.gobstopper.store.duckdb;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.Assert;

import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.duckdb.ClaimCandidates.Candidate;
import io.gobstopper.store.duckdb.ClaimCandidates.Waiting;
import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.sql.EpochMicros;
import io.gobstopper.store.sql.JdbcTaskReader;
import io.gobstopper.store.task.StoredTask;

/**
 * Takes due tasks to run.
 */
final class DuckDbClaims {

	static final String FIND_CANDIDATES = """
			select seq, priority, crash_count, epoch_us(due_at) from gobstopper_unfinished_task
			where status = 'pending' and category = ? and due_at <= ? and list_contains(?::varchar[], name)%s
			order by priority desc, seq
			limit ?::bigint
			""";

	static final String OUTSIDE_RECORDED = " and seq not between ?::bigint and ?::bigint";

	static final String UNLESS_RECORDED = " and seq not in (select unnest(cast(?::varchar as bigint[])))";

	static final String FIND_NEXT_DUE = """
			select epoch_us(min(due_at)) from gobstopper_unfinished_task
			where status = 'pending' and category = ? and due_at > ? and list_contains(?::varchar[], name)
			having count(*) > 0
			""";

	private static final String NOT_ALL_PENDING = "Not all tasks to claim are pending";

	private final JdbcTemplate jdbcTemplate;

	private final DuckDbPendingTasks pending;

	private final ClaimCandidates candidates;

	private final DuckDbUpcomingTasks upcoming;

	private final DuckDbClaimRecords records;

	private final int many;

	private @Nullable Set<String> paused;

	/**
	 * Creates claims.
	 * @param jdbcTemplate the connection that writes
	 * @param upcoming the tasks that will be claimed next
	 * @param records the claims of which one row tells
	 * @param readAhead how many candidates of a category are read at once
	 * @param many how many tasks a claim takes before it is recorded in one row, and as
	 * many are read ahead
	 */
	DuckDbClaims(JdbcTemplate jdbcTemplate, DuckDbUpcomingTasks upcoming, DuckDbClaimRecords records, int readAhead,
			int many) {
		this.jdbcTemplate = jdbcTemplate;
		this.pending = new DuckDbPendingTasks(jdbcTemplate);
		this.upcoming = upcoming;
		this.records = records;
		this.candidates = new ClaimCandidates(readAhead);
		this.many = many;
	}

	List<StoredTask> claim(ClaimRequest request) {
		if (paused().contains(request.category())) {
			return List.of();
		}
		List<Candidate> taken = this.candidates.take(request, this::read);
		return taken.isEmpty() ? List.of() : start(taken, request);
	}

	// Tells of tasks that were written, of which some may be pending.
	void added(Collection<StoredTask> tasks) {
		this.candidates.added(tasks);
	}

	// Tells of tasks that are not pending any more, other than by a claim.
	void removed(Collection<StoredTask> tasks) {
		this.candidates.removed(tasks);
	}

	// Tells of tasks that are about to be written anew, though they are pending.
	void replaced(Collection<StoredTask> tasks) {
		this.candidates.removed(tasks);
		this.upcoming.forget(tasks);
	}

	// Tells that the table may have changed in other ways.
	void changed() {
		this.candidates.forgetAll();
		this.upcoming.forgetAll();
		this.paused = null;
	}

	// Tells that the transaction was committed.
	void committed() {
		this.upcoming.committed();
	}

	Set<String> paused() {
		Set<String> known = this.paused;
		if (known == null) {
			known = Set.copyOf(this.jdbcTemplate.queryForList(JdbcTaskReader.FIND_PAUSED_CATEGORIES, String.class));
			this.paused = known;
		}
		return known;
	}

	private Waiting read(ClaimRequest request) {
		int readAhead = Math.max(this.candidates.readAhead(), request.limit());
		List<Candidate> due = findCandidates(request, readAhead);
		while (due.size() == readAhead && Waiting.ordinary(due, request) < request.limit()) {
			readAhead *= 2;
			due = findCandidates(request, readAhead);
		}
		List<Instant> next = this.jdbcTemplate.query(FIND_NEXT_DUE, pending(request),
				(row, number) -> EpochMicros.toInstant(row.getLong(1)));
		return new Waiting(request, readAhead, due, next.isEmpty() ? null : next.get(0));
	}

	private List<Candidate> findCandidates(ClaimRequest request, int most) {
		DuckDbParameters parameters = pending(request);
		String unlessRecorded = unlessRecorded(parameters);
		return this.jdbcTemplate.query(FIND_CANDIDATES.formatted(unlessRecorded), parameters.value((long) most),
				(row, number) -> new Candidate(row.getLong(1), row.getInt(2), row.getInt(3),
						EpochMicros.toInstant(row.getLong(4))));
	}

	private String unlessRecorded(DuckDbParameters parameters) {
		long[] recorded = this.records.seqs();
		if (recorded.length == 0) {
			return "";
		}
		if (DuckDbPendingTasks.isRange(recorded)) {
			parameters.range(recorded);
			return OUTSIDE_RECORDED;
		}
		parameters.list(recorded);
		return UNLESS_RECORDED;
	}

	private static DuckDbParameters pending(ClaimRequest request) {
		return new DuckDbParameters().value(request.category()).value(request.now()).array("VARCHAR", request.names());
	}

	private List<StoredTask> start(List<Candidate> taken, ClaimRequest request) {
		Map<Long, StoredTask> waiting = find(taken, request);
		Assert.state(waiting.size() == taken.size(), NOT_ALL_PENDING);
		if (taken.size() >= this.many) {
			this.records.add(taken, request.lease());
			this.upcoming.expect(request, this.candidates.next(request.category(), 2 * taken.size()));
		}
		else {
			Assert.state(this.pending.start(taken, request.lease()) == taken.size(), NOT_ALL_PENDING);
		}
		return taken.stream()
			.map((candidate) -> Objects.requireNonNull(waiting.get(candidate.seq())).claimed(request.lease()))
			.toList();
	}

	private Map<Long, StoredTask> find(List<Candidate> taken, ClaimRequest request) {
		Map<Long, StoredTask> found = this.upcoming.take(request.category(), taken);
		List<Candidate> missing = taken.stream().filter((candidate) -> !found.containsKey(candidate.seq())).toList();
		if (!missing.isEmpty()) {
			this.pending.find(missing, request).forEach((task) -> found.put(task.seq(), task));
		}
		return found;
	}

}

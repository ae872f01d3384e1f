package io.gobstopper.store.jdbc;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.Assert;

import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.Lease;
import io.gobstopper.store.StoredTask;
import io.gobstopper.store.jdbc.ClaimCandidates.Candidate;
import io.gobstopper.store.jdbc.ClaimCandidates.Waiting;

/**
 * Takes due tasks to run.
 */
final class DuckDbClaims {

	static final String FIND_CANDIDATES = """
			select seq, priority, crash_count, epoch_us(due_at) from gobstopper_task
			where status = 'pending' and category = ? and due_at <= ? and list_contains(?::varchar[], name)
			order by priority desc, seq
			limit ?::bigint
			""";

	static final String FIND_NEXT_DUE = """
			select epoch_us(min(due_at)) from gobstopper_task
			where status = 'pending' and category = ? and due_at > ? and list_contains(?::varchar[], name)
			having count(*) > 0
			""";

	private static final String FIND = "select "
			+ ClaimedTaskRowMapper.columns("epoch_us(created_at)", "epoch_us(due_at)", "attempt")
			+ " from gobstopper_task";

	private static final String START = """
			update gobstopper_task
			set status = 'started', attempt = attempt + 1, started_at = ?, lease_owner = ?, lease_until = ?
			""";

	private static final String IN_RANGE = " where seq between ?::bigint and ?::bigint and status = 'pending'";

	private static final String IN_LIST = IN_RANGE + " and seq in (select unnest(cast(?::varchar as bigint[])))";

	static final String FIND_IN_RANGE = FIND + IN_RANGE;

	static final String FIND_IN_LIST = FIND + IN_LIST;

	static final String START_IN_RANGE = START + IN_RANGE;

	static final String START_IN_LIST = START + IN_LIST;

	private final JdbcTemplate jdbcTemplate;

	private final ClaimCandidates candidates;

	private @Nullable Set<String> paused;

	DuckDbClaims(JdbcTemplate jdbcTemplate, int readAhead) {
		this.jdbcTemplate = jdbcTemplate;
		this.candidates = new ClaimCandidates(readAhead);
	}

	List<StoredTask> claim(ClaimRequest request) {
		if (isPaused(request.category())) {
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

	// Tells that the table may have changed in other ways.
	void changed() {
		this.candidates.forgetAll();
		this.paused = null;
	}

	private boolean isPaused(String category) {
		if (this.paused == null) {
			this.paused = Set
				.copyOf(this.jdbcTemplate.queryForList(JdbcTaskReader.FIND_PAUSED_CATEGORIES, String.class));
		}
		return this.paused.contains(category);
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
		return this.jdbcTemplate.query(FIND_CANDIDATES, pending(request).value((long) most),
				(row, number) -> new Candidate(row.getLong(1), row.getInt(2), row.getInt(3),
						EpochMicros.toInstant(row.getLong(4))));
	}

	private static DuckDbParameters pending(ClaimRequest request) {
		return new DuckDbParameters().value(request.category()).value(request.now()).array("VARCHAR", request.names());
	}

	private List<StoredTask> start(List<Candidate> taken, ClaimRequest request) {
		Lease lease = request.lease();
		long[] seqs = taken.stream().mapToLong(Candidate::seq).sorted().toArray();
		boolean isRange = seqs[seqs.length - 1] - seqs[0] == seqs.length - 1;
		List<StoredTask> waiting = find(seqs, isRange, request);
		int started = start(seqs, isRange, lease);
		Assert.state(waiting.size() == seqs.length && started == seqs.length, "Not all tasks to claim are pending");
		return waiting.stream().map((task) -> task.claimed(lease)).sorted(StoredTask.RUN_ORDER).toList();
	}

	private List<StoredTask> find(long[] seqs, boolean isRange, ClaimRequest request) {
		return this.jdbcTemplate.query(isRange ? FIND_IN_RANGE : FIND_IN_LIST,
				chosen(new DuckDbParameters(), seqs, isRange),
				new ClaimedTaskRowMapper(request, (row, column) -> EpochMicros.toInstant(row.getLong(column))));
	}

	private int start(long[] seqs, boolean isRange, Lease lease) {
		return this.jdbcTemplate.update(isRange ? START_IN_RANGE : START_IN_LIST,
				chosen(new DuckDbParameters().value(lease.heartbeatAt()).value(lease.owner()).value(lease.until()),
						seqs, isRange));
	}

	private static DuckDbParameters chosen(DuckDbParameters parameters, long[] seqs, boolean isRange) {
		parameters.range(seqs);
		return isRange ? parameters : parameters.list(seqs);
	}

}

package io.gobstopper.store.duckdb;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.util.Assert;

import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.duckdb.claim.Candidate;
import io.gobstopper.store.duckdb.claim.ClaimCandidates;
import io.gobstopper.store.duckdb.claim.ClaimCandidates.Waiting;
import io.gobstopper.store.duckdb.claim.FairCandidates;
import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.sql.EpochMicros;
import io.gobstopper.store.sql.JdbcTaskReader;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskHeaders;

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

	static final String FIND_FAIR_CANDIDATES = """
			select seq, priority, crash_count, epoch_us(due_at), trace_context from gobstopper_unfinished_task
			where status = 'pending' and category = ? and due_at <= ? and list_contains(?::varchar[], name)%s
				and due_at > ?
			order by seq
			""";

	static final String PROMOTE_DUE = """
			update gobstopper_unfinished_task set status = 'pending', progress = 0, progress_message = ''
			where status = 'retry' and due_at <= ?
			""";

	static final String PROMOTE_DUE_AND_TELL = PROMOTE_DUE
			+ " returning seq, priority, crash_count, epoch_us(due_at), trace_context, category, name";

	private static final String NOT_ALL_PENDING = "Not all tasks to claim are pending";

	private final JdbcTemplate jdbcTemplate;

	private final DuckDbPendingTasks pending;

	private final ClaimCandidates candidates;

	private final FairCandidates fairCandidates = new FairCandidates();

	private final FairCandidates.Reader fairReader = new FairReader();

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
		List<Candidate> taken = take(request);
		return taken.isEmpty() ? List.of() : start(taken, request);
	}

	private List<Candidate> take(ClaimRequest request) {
		if (request.fair()) {
			this.candidates.forget(request.category());
			return this.fairCandidates.take(request, this.fairReader);
		}
		this.fairCandidates.forget(request.category());
		return this.candidates.take(request, this::read);
	}

	// Makes tasks pending that wait for their next attempt and are due. Returns how many
	// there were.
	int promoteDue(Instant now) {
		DuckDbParameters parameters = new DuckDbParameters().value(now);
		int promoted = this.fairCandidates.isEmpty() ? this.jdbcTemplate.update(PROMOTE_DUE, parameters)
				: this.jdbcTemplate.query(PROMOTE_DUE_AND_TELL, parameters, (row, number) -> {
					this.fairCandidates.promoted(row.getString(6), row.getString(7), keyed(row));
					return number;
				}).size();
		if (promoted > 0) {
			this.candidates.forgetAll();
			this.upcoming.forgetAll();
		}
		return promoted;
	}

	// Tells of tasks that were written, of which some may be pending.
	void added(Collection<StoredTask> tasks) {
		this.candidates.added(tasks);
		this.fairCandidates.added(tasks);
	}

	// Tells of tasks that are not pending any more, other than by a claim.
	void removed(Collection<StoredTask> tasks) {
		this.candidates.removed(tasks);
		this.fairCandidates.removed(tasks);
	}

	// Tells of tasks that are about to be written anew, though they are pending.
	void replaced(Collection<StoredTask> tasks) {
		removed(tasks);
		this.upcoming.forget(tasks);
	}

	// Tells that the table may have changed in other ways.
	void changed() {
		this.candidates.forgetAll();
		this.fairCandidates.forgetAll();
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
		return new Waiting(request, readAhead, due, nextDueAt(request));
	}

	private @Nullable Instant nextDueAt(ClaimRequest request) {
		List<Instant> next = this.jdbcTemplate.query(FIND_NEXT_DUE, pending(request),
				(row, number) -> EpochMicros.toInstant(row.getLong(1)));
		return next.isEmpty() ? null : next.get(0);
	}

	private List<Candidate> findCandidates(ClaimRequest request, int most) {
		DuckDbParameters parameters = pending(request);
		String unlessRecorded = unlessRecorded(parameters);
		return this.jdbcTemplate.query(FIND_CANDIDATES.formatted(unlessRecorded), parameters.value((long) most),
				(row, number) -> candidate(row));
	}

	private static FairCandidates.Keyed keyed(ResultSet row) throws SQLException {
		return new FairCandidates.Keyed(candidate(row),
				Objects.requireNonNullElse(TaskHeaders.fairnessKey(row.getString(5)), ""));
	}

	private static Candidate candidate(ResultSet row) throws SQLException {
		return new Candidate(row.getLong(1), row.getInt(2), row.getInt(3), EpochMicros.toInstant(row.getLong(4)));
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

	/**
	 * Reads tasks with their fairness keys.
	 */
	private final class FairReader implements FairCandidates.Reader {

		@Override
		public void readDue(ClaimRequest request, Instant after, Consumer<FairCandidates.Keyed> found) {
			DuckDbParameters parameters = pending(request);
			String unlessRecorded = unlessRecorded(parameters);
			DuckDbClaims.this.jdbcTemplate.query(FIND_FAIR_CANDIDATES.formatted(unlessRecorded),
					parameters.value(after), (RowCallbackHandler) (row) -> found.accept(keyed(row)));
		}

		@Override
		public @Nullable Instant nextDueAt(ClaimRequest request) {
			return DuckDbClaims.this.nextDueAt(request);
		}

	}

}

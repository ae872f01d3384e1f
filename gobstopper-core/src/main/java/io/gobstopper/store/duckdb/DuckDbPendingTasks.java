package io.gobstopper.store.duckdb;

import java.util.Collection;
import java.util.List;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.duckdb.claim.Candidate;
import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.sql.ClaimedTaskRowMapper;
import io.gobstopper.store.sql.EpochMicros;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;

/**
 * Reads and starts pending tasks that were chosen by their sequence numbers.
 */
final class DuckDbPendingTasks {

	private static final String FIND = "select "
			+ ClaimedTaskRowMapper.columns("epoch_us(created_at)", "epoch_us(due_at)", "attempt")
			+ " from gobstopper_unfinished_task";

	private static final String START = """
			update gobstopper_unfinished_task
			set status = 'started', attempt = attempt + 1, started_at = ?, lease_owner = ?, lease_until = ?
			""";

	private static final String IN_RANGE = " where seq between ?::bigint and ?::bigint and status = 'pending'";

	private static final String IN_LIST = IN_RANGE + " and seq in (select unnest(cast(?::varchar as bigint[])))";

	static final String FIND_IN_RANGE = FIND + IN_RANGE;

	static final String FIND_IN_LIST = FIND + IN_LIST;

	static final String START_IN_RANGE = START + IN_RANGE;

	static final String START_IN_LIST = START + IN_LIST;

	private final JdbcTemplate jdbcTemplate;

	DuckDbPendingTasks(JdbcTemplate jdbcTemplate) {
		this.jdbcTemplate = jdbcTemplate;
	}

	List<StoredTask> find(Collection<Candidate> chosen, ClaimRequest request) {
		long[] seqs = seqs(chosen);
		return this.jdbcTemplate.query(isRange(seqs) ? FIND_IN_RANGE : FIND_IN_LIST,
				chosen(new DuckDbParameters(), seqs),
				new ClaimedTaskRowMapper(request, (row, column) -> EpochMicros.toInstant(row.getLong(column))));
	}

	// Returns how many were still pending.
	int start(Collection<Candidate> chosen, Lease lease) {
		long[] seqs = seqs(chosen);
		return this.jdbcTemplate.update(isRange(seqs) ? START_IN_RANGE : START_IN_LIST, chosen(
				new DuckDbParameters().value(lease.heartbeatAt()).value(lease.owner()).value(lease.until()), seqs));
	}

	private static long[] seqs(Collection<Candidate> chosen) {
		return chosen.stream().mapToLong(Candidate::seq).sorted().toArray();
	}

	// A range without gaps is found fastest.
	static boolean isRange(long[] seqs) {
		return seqs[seqs.length - 1] - seqs[0] == seqs.length - 1;
	}

	private static DuckDbParameters chosen(DuckDbParameters parameters, long[] seqs) {
		parameters.range(seqs);
		return isRange(seqs) ? parameters : parameters.list(seqs);
	}

}

package io.gobstopper.store.duckdb;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Transactions on the one connection that writes, and what is forgotten when one fails.
 */
final class DuckDbTransactions {

	private final DuckDbDatabase database;

	private final JdbcTemplate jdbcTemplate;

	private final TransactionTemplate transactionTemplate;

	private final DuckDbUpcomingTasks upcoming;

	private final DuckDbClaims claims;

	private final DuckDbLeases leases;

	private final DuckDbClaimRecords records;

	private final DuckDbHeldTasks held;

	private int depth;

	private boolean committing;

	private boolean commitFailed;

	DuckDbTransactions(DuckDbDatabase database, JdbcTemplate jdbcTemplate, DuckDbUpcomingTasks upcoming,
			DuckDbClaims claims, DuckDbLeases leases, DuckDbClaimRecords records, DuckDbHeldTasks held) {
		this.database = database;
		this.jdbcTemplate = jdbcTemplate;
		this.transactionTemplate = new TransactionTemplate(new JdbcTransactionManager(database.writer()));
		this.upcoming = upcoming;
		this.claims = claims;
		this.leases = leases;
		this.records = records;
		this.held = held;
	}

	// Brings the tables up to date.
	void prepare() {
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
		this.commitFailed = false;
	}

	<T extends @Nullable Object> T run(Supplier<T> writes) {
		if (this.depth == 0) {
			startAfreshAfterFailedCommit();
		}
		this.depth++;
		this.committing = false;
		T result;
		try {
			result = this.transactionTemplate.execute((status) -> {
				this.records.writeOutUnknown();
				T written = writes.get();
				this.committing = this.depth == 1;
				return written;
			});
		}
		catch (Throwable ex) {
			forgetWhatWasRead();
			this.commitFailed = this.committing;
			throw ex;
		}
		finally {
			this.depth--;
		}
		if (this.depth == 0) {
			this.claims.committed();
			this.records.committed();
		}
		return result;
	}

	// After a commit that failed the driver begins no transaction any more, and what
	// DuckDB holds in memory must not get into the file.
	void startAfreshAfterFailedCommit() {
		if (this.commitFailed) {
			this.upcoming.forgetAll();
			this.database.forgetUnstored();
			prepare();
		}
	}

	boolean hasFailedToCommit() {
		return this.commitFailed;
	}

	private void forgetWhatWasRead() {
		this.claims.changed();
		this.leases.changed();
		this.records.changed();
		this.held.changed();
	}

}

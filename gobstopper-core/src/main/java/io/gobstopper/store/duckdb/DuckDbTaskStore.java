package io.gobstopper.store.duckdb;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.util.unit.DataSize;

import io.gobstopper.store.TaskReads;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.TaskWrites;
import io.gobstopper.store.limit.HeldTasks;

/**
 * Keeps tasks in one DuckDB file, which only one process can have open.
 */
public final class DuckDbTaskStore implements TaskStore {

	private static final DataSize SMALLEST_CHECKPOINT = DataSize.ofMegabytes(1);

	private static final int CANDIDATES_READ_AHEAD = 20_000;

	private static final int MANY_CLAIMED = 200;

	private final DuckDbDatabase database;

	private final JdbcTemplate jdbcTemplate;

	private final DuckDbUpcomingTasks upcoming;

	private final DuckDbLeases leases;

	private final DuckDbTransactions transactions;

	private final DuckDbWrites writes;

	// Made when it is first needed, which keeps the start short.
	private final SingletonSupplier<DuckDbReads> reads;

	public DuckDbTaskStore(DuckDbDatabase database) {
		this(database, CANDIDATES_READ_AHEAD, MANY_CLAIMED);
	}

	DuckDbTaskStore(DuckDbDatabase database, int candidatesReadAhead, int manyClaimed) {
		this.database = database;
		this.jdbcTemplate = new JdbcTemplate(database.writer());
		this.upcoming = new DuckDbUpcomingTasks(new JdbcTemplate(database.claimsReader()));
		DuckDbClaimRecords records = new DuckDbClaimRecords(this.jdbcTemplate);
		DuckDbClaims claims = new DuckDbClaims(this.jdbcTemplate, this.upcoming, records, candidatesReadAhead,
				manyClaimed);
		this.leases = new DuckDbLeases(this.jdbcTemplate, records);
		HeldTasks heldTasks = new HeldTasks();
		DuckDbHeldTasks held = new DuckDbHeldTasks(this.jdbcTemplate, heldTasks);
		this.transactions = new DuckDbTransactions(database, this.jdbcTemplate, this.upcoming, claims, this.leases,
				records, held);
		this.writes = new DuckDbWrites(this.jdbcTemplate, this.transactions, claims, this.leases, records, held);
		this.reads = SingletonSupplier.of(() -> new DuckDbReads(database, records, heldTasks));
	}

	@Override
	public TaskReads reads() {
		return this.reads.obtain();
	}

	@Override
	public TaskWrites writes() {
		return this.writes;
	}

	@Override
	public void open() {
		this.database.open();
		prepare();
		this.leases.expireAll();
	}

	@Override
	public boolean isBroken(Throwable failure) {
		return this.database.isBroken(failure);
	}

	@Override
	public void reopen() {
		this.upcoming.forgetAll();
		this.database.reopen();
		prepare();
	}

	private void prepare() {
		this.transactions.prepare();
		this.writes.readLastSeq();
	}

	// Readers are no hindrance, but a transaction that one of them left open is.
	@Override
	public boolean checkpoint() {
		this.transactions.startAfreshAfterFailedCommit();
		if (logBytes() < SMALLEST_CHECKPOINT.toBytes()) {
			return false;
		}
		this.jdbcTemplate.execute("checkpoint");
		return true;
	}

	@Override
	public long logBytes() {
		return this.database.file().logBytes();
	}

	@Override
	public void check() {
		this.database.file().check();
	}

	@Override
	public String location() {
		return this.database.file().location();
	}

	@Override
	public void close() {
		this.upcoming.close();
		if (this.transactions.hasFailedToCommit()) {
			this.database.keepFromFile();
		}
		this.database.close();
	}

}

package io.gobstopper.store.postgresql;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.Cluster;
import io.gobstopper.store.TaskReads;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.TaskWrites;
import io.gobstopper.store.sql.DatabaseClock;
import io.gobstopper.store.sql.TableNames;

/**
 * Keeps tasks in a PostgreSQL database, which many processes can share.
 */
public final class PostgresTaskStore implements TaskStore {

	// The very first takes long, and what is read then is not exact.
	private static final int FIRST_READINGS_OF_CLOCK = 3;

	private static final String CHECK = "select count(*) from gobstopper_schema_version";

	private final PostgresSettings settings;

	private final TableNames tables;

	private final KeptConnection connection;

	private final JdbcTemplate jdbcTemplate;

	private final JdbcTemplate readers;

	private final PostgresClaims claims;

	private final PostgresTransactions transactions;

	private final PostgresReads reads;

	private final PostgresWrites writes;

	private final PostgresCluster cluster;

	private volatile String location = "postgresql";

	/**
	 * Creates the store. Nothing is opened, and the data source is never closed.
	 * @param dataSource where connections come from; only what is inserted and read
	 * within a transaction of the application uses its connection
	 * @param settings how to use them
	 */
	public PostgresTaskStore(DataSource dataSource, PostgresSettings settings) {
		DataSource application = unwrap(dataSource);
		DataSource own = new DelegatingDataSource(application);
		this.settings = settings;
		this.tables = TableNames.inSchema(settings.schema());
		this.connection = new KeptConnection(own);
		this.jdbcTemplate = new JdbcTemplate(this.connection);
		this.readers = new JdbcTemplate(own);
		PostgresAnnouncements announcements = new PostgresAnnouncements(this.jdbcTemplate, this.tables.channel(),
				settings.listen());
		PostgresClaimRecords claimRecords = new PostgresClaimRecords(this.jdbcTemplate, this.tables);
		Set<String> fair = ConcurrentHashMap.newKeySet();
		this.claims = new PostgresClaims(this.jdbcTemplate, this.readers, this.tables, claimRecords, fair);
		DatabaseClock clock = new DatabaseClock();
		this.transactions = new PostgresTransactions(settings, this.connection, announcements, this.claims,
				claimRecords, clock);
		this.writes = new PostgresWrites(this.transactions, this.jdbcTemplate, this.tables, announcements, this.claims,
				claimRecords, fair);
		PostgresCallerInserts callerInserts = new PostgresCallerInserts(application, own, settings);
		this.reads = new PostgresReads(own, application, callerInserts.transaction(), this.tables, this.claims);
		this.cluster = new PostgresCluster(own, this.jdbcTemplate, settings, announcements, callerInserts, clock, fair);
	}

	private static DataSource unwrap(DataSource dataSource) {
		return (dataSource instanceof TransactionAwareDataSourceProxy proxy && proxy.getTargetDataSource() != null)
				? proxy.getTargetDataSource() : dataSource;
	}

	/**
	 * Returns how many connections are in use at once at least: one to write, one to
	 * read, and one to listen where tasks are run, unless that is switched off.
	 * @param working whether this process runs tasks
	 * @return the number
	 */
	public int connections(boolean working) {
		return (working && this.settings.listen()) ? 3 : 2;
	}

	@Override
	public TaskReads reads() {
		return this.reads;
	}

	@Override
	public TaskWrites writes() {
		return this.writes;
	}

	@Override
	public Optional<Cluster> cluster() {
		return Optional.of(this.cluster);
	}

	@Override
	public void open() {
		this.transactions.run(() -> {
			new PostgresSchema(this.jdbcTemplate, this.settings).migrate();
			return this;
		});
		PostgresDurability.warn(this.readers);
		for (int i = 0; i < FIRST_READINGS_OF_CLOCK; i++) {
			this.transactions.run(() -> this);
		}
		TaskImport taskImport = this.settings.taskImport();
		if (taskImport != null) {
			taskImport.run(this.jdbcTemplate, this.transactions.template(), this.tables);
		}
		this.location = this.jdbcTemplate
			.execute((ConnectionCallback<String>) (connection) -> location(connection.getMetaData().getURL()));
	}

	// Parameters may hold a password.
	private static String location(@Nullable String url) {
		return (url != null) ? url.replaceFirst("\\?.*$", "") : "postgresql";
	}

	// Connections come and go; whoever lends them replaces those that broke.
	@Override
	public boolean isBroken(Throwable failure) {
		return false;
	}

	@Override
	public void reopen() {
		this.claims.changed();
	}

	// The server sees to that.
	@Override
	public boolean checkpoint() {
		return false;
	}

	@Override
	public long logBytes() {
		return 0;
	}

	@Override
	public void check() {
		try {
			this.readers.queryForObject(this.tables.in(CHECK), Long.class);
		}
		catch (DataAccessException ex) {
			throw new TaskStoreException("The task database '%s' cannot be used: %s".formatted(this.location,
					ex.getMostSpecificCause().getMessage()), ex);
		}
	}

	@Override
	public String location() {
		return this.location;
	}

	// All other connections are with the application.
	@Override
	public void close() {
		this.connection.close();
	}

}

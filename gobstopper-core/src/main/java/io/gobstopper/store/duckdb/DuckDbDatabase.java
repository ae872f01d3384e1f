package io.gobstopper.store.duckdb;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;

import javax.sql.DataSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.duckdb.connection.DuckDbConnector;
import io.gobstopper.store.duckdb.connection.LentConnections;
import io.gobstopper.store.duckdb.connection.ReadPool;
import io.gobstopper.store.duckdb.file.DuckDbFile;
import io.gobstopper.store.duckdb.file.DuckDbVersion;
import io.gobstopper.store.duckdb.file.LeftoverLibraries;

/**
 * The connections to one DuckDB database: one that writes, and a pool for everyone else.
 * Nothing is opened before the first use.
 */
public final class DuckDbDatabase implements AutoCloseable {

	// DuckDB 2.0.0.1 writes behind the end of a buffer when a filter made by a join meets
	// rows that another filter chose.
	private static final String CORRUPTING_OPTIMIZER = "join_filter_pushdown";

	// A quarter of the usual size: a row is spread over as many blocks as it has columns.
	private static final String SMALL_BLOCKS = "65536";

	// Large commits use the log as well: a checkpoint that finds it empty announces
	// itself nowhere, and could not be recognised if it is interrupted.
	private static final String NEVER = Long.toString(Long.MAX_VALUE);

	private static final Duration READER_AWAITED_FOR = Duration.ofSeconds(3);

	private static final Duration REOPEN_WITHIN = Duration.ofSeconds(5);

	private static final Duration REOPEN_INTERVAL = Duration.ofMillis(10);

	private final DuckDbSettings settings;

	private final DuckDbFile file;

	private final DuckDbConnector connector;

	private final SingleConnectionDataSource writer;

	private final SingleConnectionDataSource claimsReader;

	private final ReadPool pool;

	private final LentConnections readers;

	private final ReadPool ownPool;

	/**
	 * Creates a database that is not open yet.
	 * @param settings how to open it
	 * @throws TaskStoreException if its path leads to no file
	 */
	public DuckDbDatabase(DuckDbSettings settings) {
		this.settings = settings;
		this.file = settings.isInMemory() ? DuckDbFile.inMemory(settings.path()) : DuckDbFile.at(settings.path());
		String url = this.file.url();
		this.connector = new DuckDbConnector(url, properties(settings), READER_AWAITED_FOR, this::hold);
		this.writer = keptConnection(url);
		this.claimsReader = keptConnection(url);
		this.pool = new ReadPool("gobstopper-readers", this.connector, READER_AWAITED_FOR);
		this.ownPool = new ReadPool("gobstopper-own-readers", this.connector, READER_AWAITED_FOR);
		this.readers = new LentConnections(this.pool, settings.readTimeout());
	}

	private SingleConnectionDataSource keptConnection(String url) {
		SingleConnectionDataSource kept = new SingleConnectionDataSource() {

			@Override
			protected Connection getConnectionFromDriver(Properties properties) throws SQLException {
				return DuckDbDatabase.this.connector.getConnection();
			}

		};
		kept.setUrl(url);
		kept.setSuppressClose(true);
		return kept;
	}

	/**
	 * Keeps all others from opening the file, if that was not done before, creating its
	 * folders if they are missing.
	 * @throws TaskStoreException if someone else has it
	 */
	public void hold() {
		this.file.hold();
	}

	/**
	 * Opens the database, creating the file and its folders if they are missing.
	 * @throws TaskStoreException if it cannot be opened
	 */
	public void open() {
		try {
			hold();
			connect();
		}
		catch (TaskStoreException ex) {
			this.writer.destroy();
			this.file.release();
			throw ex;
		}
	}

	private void connect() {
		try {
			this.file.repair(properties(this.settings));
			this.writer.initConnection();
			checkVersion();
			this.file.opened();
			LeftoverLibraries.inTemporaryFolder().delete(Instant.now());
		}
		catch (IOException | SQLException ex) {
			throw this.file.translate(ex);
		}
		catch (LinkageError ex) {
			throw new TaskStoreException(
					"The native library of DuckDB cannot be loaded from the temporary folder '%s': %s"
						.formatted(System.getProperty("java.io.tmpdir"), DuckDbFile.reason(ex)),
					"Set the system property 'java.io.tmpdir' to a folder that this user may write to, that has 100 MB "
							+ "free, and from which libraries may be loaded (not mounted with 'noexec').",
					ex);
		}
	}

	private void checkVersion() throws SQLException {
		try {
			DuckDbVersion.check(this.writer.getConnection().getMetaData().getDatabaseProductVersion());
		}
		catch (SQLException | TaskStoreException ex) {
			this.writer.destroy();
			throw ex;
		}
	}

	/**
	 * Returns whether DuckDB refuses all work until the database is opened again.
	 * @param failure what a statement threw
	 * @return whether it does
	 */
	boolean isBroken(Throwable failure) {
		Throwable cause = failure;
		while (cause != null) {
			if (cause instanceof SQLException && String.valueOf(cause.getMessage()).contains("FATAL Error")) {
				return true;
			}
			cause = cause.getCause();
		}
		return false;
	}

	/**
	 * Closes all connections, which is what makes DuckDB start afresh, and opens the
	 * database again. Readers wait meanwhile.
	 * @throws TaskStoreException if it cannot be opened, or a reader does not give its
	 * connection back
	 */
	void reopen() {
		List<ReadPool> pools = List.of(this.pool, this.ownPool);
		pools.forEach(ReadPool::suspend);
		try {
			openAfresh(pools);
		}
		finally {
			pools.forEach(ReadPool::resume);
		}
	}

	// Opens the database again as its file and log have it, unless it has none.
	void forgetUnstored() {
		if (!this.file.isInMemory()) {
			keepFromFile();
			reopen();
		}
	}

	// Closing the database leaves its file and log as they are. A broken one does so
	// anyway.
	void keepFromFile() {
		if (this.file.isInMemory()) {
			return;
		}
		try {
			new JdbcTemplate(this.writer).execute("pragma disable_checkpoint_on_shutdown");
		}
		catch (DataAccessException ex) {
			if (!isBroken(ex)) {
				throw ex;
			}
		}
	}

	private void openAfresh(List<ReadPool> pools) {
		this.file.mustExist();
		long deadline = System.nanoTime() + REOPEN_WITHIN.toNanos();
		do {
			this.writer.destroy();
			this.claimsReader.destroy();
			pools.forEach(ReadPool::closeIdle);
			LockSupport.parkNanos(REOPEN_INTERVAL.toNanos());
			if (pools.stream().allMatch(ReadPool::closeIdle)) {
				connect();
				if (works()) {
					return;
				}
			}
		}
		while (System.nanoTime() < deadline);
		throw new TaskStoreException(
				"The task database '%s' does not start afresh, perhaps because someone still reads from it"
					.formatted(this.file.location()));
	}

	private boolean works() {
		try {
			new JdbcTemplate(this.writer).execute("select 1");
			return true;
		}
		catch (DataAccessException ex) {
			if (isBroken(ex)) {
				return false;
			}
			throw ex;
		}
	}

	DuckDbFile file() {
		return this.file;
	}

	public DataSource writer() {
		return this.writer;
	}

	// Returns one connection for one thread that reads what is to be claimed. Nobody may
	// read while the database is opened again or closed.
	DataSource claimsReader() {
		return this.claimsReader;
	}

	/**
	 * Returns the pool for reading. Connections must be given back within seconds: one
	 * that keeps a transaction open keeps DuckDB from cleaning up. One that is held for
	 * longer than the settings allow is closed.
	 * @return the data source
	 */
	public DataSource readers() {
		return this.readers;
	}

	// Returns the pool of the library itself, which does not wait for other readers.
	DataSource ownReaders() {
		return this.ownPool;
	}

	// Returns one connection of its own, for a reader who takes long.
	SingleConnectionDataSource newReader() {
		try {
			return new SingleConnectionDataSource(this.connector.getConnection(), true);
		}
		catch (SQLException ex) {
			throw this.file.translate(ex);
		}
	}

	@Override
	public void close() {
		this.readers.close();
		this.ownPool.close();
		this.claimsReader.destroy();
		this.writer.destroy();
		this.file.release();
	}

	private static Properties properties(DuckDbSettings settings) {
		Properties properties = new Properties();
		properties.setProperty("memory_limit", settings.memoryLimit().toMegabytes() + "MiB");
		properties.setProperty("threads", Integer.toString(settings.threads()));
		properties.setProperty("enable_external_access", "false");
		if (settings.snapshotFolder() != null) {
			properties.setProperty("allowed_directories", "['%s/']".formatted(escaped(settings.snapshotFolder())));
		}
		properties.setProperty("autoinstall_known_extensions", "false");
		properties.setProperty("autoload_known_extensions", "false");
		properties.setProperty("wal_autocheckpoint", "64MiB");
		properties.setProperty("auto_checkpoint_skip_wal_threshold", NEVER);
		properties.setProperty("default_block_size", SMALL_BLOCKS);
		properties.setProperty("disabled_optimizers", CORRUPTING_OPTIMIZER);
		return properties;
	}

	private static String escaped(Path path) {
		return path.toString().replace("\\", "\\\\").replace("'", "\\'");
	}

}

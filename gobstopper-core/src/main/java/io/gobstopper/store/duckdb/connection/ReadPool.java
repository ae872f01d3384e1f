package io.gobstopper.store.duckdb.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.pool.HikariPool;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * A pool of a few connections for reading, opened when first needed. The pool is used
 * without its own {@code DataSource}, which tells of each of its steps in the log. Safe
 * for use by several threads.
 */
public final class ReadPool extends AbstractDataSource implements AutoCloseable {

	private static final int CONNECTIONS = 4;

	private final HikariConfig config = new HikariConfig();

	private @Nullable HikariPool pool;

	private boolean closed;

	public ReadPool(String name, DataSource connections, Duration awaitedFor) {
		this.config.setPoolName(name);
		this.config.setDataSource(connections);
		this.config.setMinimumIdle(0);
		this.config.setAllowPoolSuspension(true);
		this.config.setConnectionTimeout(awaitedFor.toMillis());
		this.config.setMaximumPoolSize(CONNECTIONS);
	}

	@Override
	public Connection getConnection() throws SQLException {
		return obtain().getConnection();
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		throw new SQLFeatureNotSupportedException("DuckDB has no users; ask for a connection without one");
	}

	private synchronized HikariPool obtain() throws SQLException {
		if (this.closed) {
			throw new SQLException("The task database is closed");
		}
		HikariPool opened = this.pool;
		if (opened == null) {
			opened = new HikariPool(this.config);
			this.pool = opened;
		}
		return opened;
	}

	private synchronized @Nullable HikariPool opened() {
		return this.pool;
	}

	// Closes a connection that somebody holds.
	void evict(Connection connection) {
		HikariPool opened = opened();
		if (opened != null) {
			opened.evictConnection(connection);
		}
	}

	// Whoever asks for a connection waits from now on.
	public void suspend() {
		HikariPool opened = opened();
		if (opened != null) {
			opened.suspendPool();
		}
	}

	public void resume() {
		HikariPool opened = opened();
		if (opened != null) {
			opened.resumePool();
		}
	}

	// Closes those that nobody holds, and returns whether no others are left.
	public boolean closeIdle() {
		HikariPool opened = opened();
		if (opened == null) {
			return true;
		}
		opened.softEvictConnections();
		return opened.getTotalConnections() == 0;
	}

	@Override
	public void close() {
		HikariPool opened;
		synchronized (this) {
			this.closed = true;
			opened = this.pool;
			this.pool = null;
		}
		if (opened != null) {
			try {
				opened.shutdown();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

}

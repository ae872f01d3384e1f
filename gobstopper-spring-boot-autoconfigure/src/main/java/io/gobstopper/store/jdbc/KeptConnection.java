package io.gobstopper.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.SmartDataSource;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * Keeps one connection of a pool, so that its user never waits for others to give theirs
 * back, who may wait for what it does. For one thread at a time.
 */
final class KeptConnection extends DelegatingDataSource implements SmartDataSource, AutoCloseable {

	// When it was used longer ago, it may have been cut since.
	private static final long TRUSTED_NANOS = Duration.ofMillis(500).toNanos();

	private static final int PATIENCE_SECONDS = 2;

	private @Nullable Connection kept;

	private long lentNanos;

	KeptConnection(DataSource pool) {
		super(pool);
	}

	@Override
	public synchronized Connection getConnection() throws SQLException {
		Connection connection = this.kept;
		if (connection != null && isCut(connection)) {
			close();
			connection = null;
		}
		if (connection == null) {
			connection = super.getConnection();
			this.kept = connection;
			connection.setAutoCommit(true);
		}
		this.lentNanos = System.nanoTime();
		return connection;
	}

	private boolean isCut(Connection connection) throws SQLException {
		return System.nanoTime() - this.lentNanos > TRUSTED_NANOS && !connection.isValid(PATIENCE_SECONDS);
	}

	@Override
	public boolean shouldClose(Connection connection) {
		return false;
	}

	/**
	 * Gives the connection back to the pool; the next one is another.
	 */
	@Override
	public synchronized void close() {
		JdbcUtils.closeConnection(this.kept);
		this.kept = null;
	}

}

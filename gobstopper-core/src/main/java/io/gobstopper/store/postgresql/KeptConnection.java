package io.gobstopper.store.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.SmartDataSource;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * Keeps one connection of a pool, so that its user never waits for others to give theirs
 * back, who may wait for what it does. Its transactions see what others commit meanwhile,
 * whatever is usual in the pool. For one thread at a time.
 */
final class KeptConnection extends DelegatingDataSource implements SmartDataSource, AutoCloseable {

	private static final Log logger = LogFactory.getLog(KeptConnection.class);

	// When it was used longer ago, it may have been cut since.
	private static final long TRUSTED_NANOS = Duration.ofMillis(500).toNanos();

	private static final int PATIENCE_SECONDS = 2;

	private @Nullable Connection kept;

	private int usualIsolation;

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
			connection = open();
		}
		this.lentNanos = System.nanoTime();
		return connection;
	}

	private Connection open() throws SQLException {
		Connection connection = super.getConnection();
		this.kept = connection;
		try {
			connection.setAutoCommit(true);
			this.usualIsolation = connection.getTransactionIsolation();
			isolate(connection, Connection.TRANSACTION_READ_COMMITTED);
			return connection;
		}
		catch (SQLException ex) {
			close();
			throw ex;
		}
	}

	private void isolate(Connection connection, int isolation) throws SQLException {
		if (this.usualIsolation != Connection.TRANSACTION_READ_COMMITTED) {
			connection.setTransactionIsolation(isolation);
		}
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
		Connection connection = this.kept;
		this.kept = null;
		if (connection == null) {
			return;
		}
		try {
			isolate(connection, this.usualIsolation);
		}
		catch (SQLException ex) {
			logger.debug("A connection that failed is given back as it is", ex);
		}
		JdbcUtils.closeConnection(connection);
	}

}

package io.gobstopper.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The transaction in which the calling thread is, if it is one of a data source.
 */
final class ApplicationTransaction {

	private final DataSource dataSource;

	private final JdbcTransactions jdbcTransactions;

	ApplicationTransaction(DataSource dataSource) {
		this.dataSource = dataSource;
		this.jdbcTransactions = new JdbcTransactions(dataSource);
	}

	/**
	 * Returns whether what is written on its connection is part of it. It is not if that
	 * connection was only borrowed for the time of another transaction, if that is
	 * completed, or if nothing may be written.
	 * @return whether it is
	 */
	boolean canBeJoined() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive()
				&& !TransactionSynchronizationManager.isCurrentTransactionReadOnly() && isOfThisDataSource();
	}

	// Managers other than Spring's for JDBC, such as that for JPA, bind a connection
	// without a mark; one that was borrowed for the time of another transaction has it.
	private boolean isOfThisDataSource() {
		ConnectionHolder holder = holder();
		return holder != null && (this.jdbcTransactions.hasBegun() || !holder.isSynchronizedWithTransaction());
	}

	/**
	 * Commits what was written on its connection after it was committed.
	 */
	void commitLate() {
		Connection connection = DataSourceUtils.getConnection(this.dataSource);
		try {
			if (!connection.getAutoCommit()) {
				connection.commit();
			}
		}
		catch (SQLException ex) {
			throw new CannotGetJdbcConnectionException("Tasks enqueued after a commit could not be committed", ex);
		}
		finally {
			DataSourceUtils.releaseConnection(connection, this.dataSource);
		}
	}

	private @Nullable ConnectionHolder holder() {
		return (ConnectionHolder) TransactionSynchronizationManager.getResource(this.dataSource);
	}

	/**
	 * Tells whether Spring's manager for JDBC has begun it.
	 */
	private static final class JdbcTransactions extends JdbcTransactionManager {

		JdbcTransactions(DataSource dataSource) {
			super(dataSource);
		}

		boolean hasBegun() {
			return isExistingTransaction(doGetTransaction());
		}

	}

}

package io.gobstopper.store.sql;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.gobstopper.error.TaskStoreException;

/**
 * The transaction in which the calling thread is, if it is one of a data source.
 */
public final class ApplicationTransaction {

	private final DataSource dataSource;

	private final JdbcTransactions jdbcTransactions;

	public ApplicationTransaction(DataSource dataSource) {
		this.dataSource = dataSource;
		this.jdbcTransactions = new JdbcTransactions(dataSource);
	}

	/**
	 * Returns whether what is written on its connection is part of it. It is not if that
	 * connection was only borrowed for the time of another transaction, if that is
	 * completed, if nothing may be written, or if each statement is committed by itself.
	 * @return whether it is
	 */
	public boolean canBeJoined() {
		return canBeReadIn() && !TransactionSynchronizationManager.isCurrentTransactionReadOnly() && !commitsItself();
	}

	/**
	 * Returns whether its connection sees what was done in it.
	 * @return whether it does
	 */
	public boolean canBeReadIn() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive() && isOfThisDataSource();
	}

	// Managers other than Spring's for JDBC, such as that for JPA, bind a connection
	// without a mark; one that was borrowed for the time of another transaction has it.
	private boolean isOfThisDataSource() {
		ConnectionHolder holder = holder();
		return holder != null && (this.jdbcTransactions.hasBegun() || !holder.isSynchronizedWithTransaction());
	}

	private boolean commitsItself() {
		return withConnection(Connection::getAutoCommit);
	}

	/**
	 * Returns whether something was done in it already, as far as the driver tells.
	 * @return whether it was
	 */
	public boolean hasBegun() {
		return withConnection((connection) -> !connection.isWrapperFor(BaseConnection.class)
				|| connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE);
	}

	/**
	 * Commits what was done on its connection.
	 */
	public void commit() {
		withConnection((connection) -> {
			if (!connection.getAutoCommit()) {
				connection.commit();
			}
			return true;
		});
	}

	private boolean withConnection(Question question) {
		Connection connection = DataSourceUtils.getConnection(this.dataSource);
		try {
			return question.ask(connection);
		}
		catch (SQLException ex) {
			throw new TaskStoreException("The transaction of the application cannot be used: " + ex.getMessage(), ex);
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

	/**
	 * What is asked of a connection.
	 */
	private interface Question {

		boolean ask(Connection connection) throws SQLException;

	}

}

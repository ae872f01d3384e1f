package io.gobstopper.store.postgresql;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.sql.ApplicationTransaction;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.StoredTask;

/**
 * Inserts tasks on the threads of those who enqueue them. Safe for use by several
 * threads.
 */
final class PostgresCallerInserts {

	private static final String SET_UP = """
			select set_config('lock_timeout', ?, true), set_config('idle_in_transaction_session_timeout', ?, true), %s
			""".formatted(PostgresDurability.ENSURE);

	private final ApplicationTransaction transaction;

	private final PostgresInserts joined;

	private final JdbcTemplate jdbcTemplate;

	private final TransactionTemplate transactionTemplate;

	private final PostgresInserts apart;

	private final Duration lockTimeout;

	/**
	 * Creates the inserts.
	 * @param application the data source whose transactions are joined
	 * @param own the same for all else
	 * @param settings how to use it
	 */
	PostgresCallerInserts(DataSource application, DataSource own, PostgresSettings settings) {
		TableNames tables = TableNames.inSchema(settings.schema());
		this.transaction = new ApplicationTransaction(application);
		this.joined = new PostgresInserts(new JdbcTemplate(application), tables, true);
		this.jdbcTemplate = new JdbcTemplate(own);
		this.transactionTemplate = new TransactionTemplate(new JdbcTransactionManager(own));
		this.transactionTemplate.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
		this.apart = new PostgresInserts(this.jdbcTemplate, tables, false);
		this.lockTimeout = settings.lockTimeout();
	}

	ApplicationTransaction transaction() {
		return this.transaction;
	}

	List<InsertedTask> joined(List<StoredTask> tasks) {
		return translated(() -> this.joined.insert(tasks));
	}

	List<InsertedTask> apart(List<StoredTask> tasks) {
		return translated(() -> Objects.requireNonNull(this.transactionTemplate.execute((status) -> {
			this.jdbcTemplate.query(SET_UP, (row) -> {
			}, PostgresTransactions.millis(this.lockTimeout),
					PostgresTransactions.millis(PostgresTransactions.LONGEST_SILENCE));
			return this.apart.insert(tasks);
		})));
	}

	private static List<InsertedTask> translated(Supplier<List<InsertedTask>> insert) {
		try {
			return insert.get();
		}
		catch (DataAccessException | TransactionException ex) {
			throw new TaskStoreException("The task database did not store a change: " + ex.getMessage(), ex);
		}
	}

}

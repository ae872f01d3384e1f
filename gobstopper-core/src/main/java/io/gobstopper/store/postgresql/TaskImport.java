package io.gobstopper.store.postgresql;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.store.sql.TableNames;

/**
 * Brings the tasks of another database into PostgreSQL before the first is run.
 */
@FunctionalInterface
public interface TaskImport {

	/**
	 * Imports what is not there yet. It may be called again after it was.
	 * @param target the database
	 * @param transactionTemplate runs transactions of it
	 * @param tables the tables of the queue
	 */
	void run(JdbcTemplate target, TransactionTemplate transactionTemplate, TableNames tables);

}

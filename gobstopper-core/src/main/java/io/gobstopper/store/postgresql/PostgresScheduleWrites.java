package io.gobstopper.store.postgresql;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.sql.JdbcScheduleWrites;
import io.gobstopper.store.sql.TableNames;

/**
 * What can be changed in the schedules in PostgreSQL.
 */
public final class PostgresScheduleWrites extends JdbcScheduleWrites {

	private static final Dialect DIALECT = new Dialect(" for update", " for update skip locked", "= any(?::text[])");

	public PostgresScheduleWrites(JdbcTemplate jdbcTemplate, TableNames tables) {
		super(jdbcTemplate, tables, DIALECT);
	}

}

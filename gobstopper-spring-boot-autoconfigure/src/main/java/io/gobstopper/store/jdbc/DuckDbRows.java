package io.gobstopper.store.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;

import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Adds rows to a table with DuckDB's Appender, ten times faster than statements do.
 */
final class DuckDbRows {

	private final JdbcTemplate jdbcTemplate;

	DuckDbRows(JdbcTemplate jdbcTemplate) {
		this.jdbcTemplate = jdbcTemplate;
	}

	<T> void append(String table, Collection<T> values, Columns<T> columns) {
		if (values.isEmpty()) {
			return;
		}
		this.jdbcTemplate.execute((ConnectionCallback<Integer>) (connection) -> {
			try (DuckDBAppender appender = connection.unwrap(DuckDBConnection.class)
				.createAppender(DuckDBConnection.DEFAULT_SCHEMA, table)) {
				for (T value : values) {
					appender.beginRow();
					columns.appendInOrder(appender, value);
					appender.endRow();
				}
			}
			return values.size();
		});
	}

	static void append(DuckDBAppender row, @Nullable String value) throws SQLException {
		if (value != null) {
			row.append(value);
		}
		else {
			row.appendNull();
		}
	}

	static void append(DuckDBAppender row, @Nullable Instant value) throws SQLException {
		if (value != null) {
			row.appendEpochMicros(ChronoUnit.MICROS.between(Instant.EPOCH, value));
		}
		else {
			row.appendNull();
		}
	}

	/**
	 * Says what a value is in the columns of a table.
	 *
	 * @param <T> the type of the value
	 */
	interface Columns<T> {

		void appendInOrder(DuckDBAppender row, T value) throws SQLException;

	}

}

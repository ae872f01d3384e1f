package io.gobstopper.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Adds rows to a table: many with DuckDB's Appender, whose cost hardly grows with their
 * number, and a few with prepared statements, which cost a third of it each. Not safe for
 * use by several threads.
 *
 * @param <T> the type that is a row
 */
final class DuckDbRows<T> {

	// The driver begins a transaction with its first statement. What an Appender adds
	// before that is committed at once, and stays if the transaction is rolled back.
	static final String BEGIN = "select 1";

	private static final int FEW = 16;

	private static final int FEW_SHAPES = 2;

	private final JdbcTemplate jdbcTemplate;

	private final String table;

	private final Columns<T> columns;

	DuckDbRows(JdbcTemplate jdbcTemplate, String table, Columns<T> columns) {
		this.jdbcTemplate = jdbcTemplate;
		this.table = table;
		this.columns = columns;
	}

	void append(List<T> values) {
		Map<String, List<T>> byPlaceholders = (values.size() <= FEW)
				? values.stream().collect(Collectors.groupingBy(this::placeholders)) : Map.of();
		if (values.size() > FEW || byPlaceholders.size() > FEW_SHAPES) {
			appendMany(values);
		}
		else {
			byPlaceholders.forEach(this::appendFew);
		}
	}

	private void appendMany(List<T> values) {
		this.jdbcTemplate.queryForObject(BEGIN, Integer.class);
		this.jdbcTemplate.execute((ConnectionCallback<Integer>) (connection) -> {
			try (DuckDBAppender appender = connection.unwrap(DuckDBConnection.class)
				.createAppender(DuckDBConnection.DEFAULT_SCHEMA, this.table)) {
				AppenderRow row = new AppenderRow(appender);
				for (T value : values) {
					appender.beginRow();
					this.columns.addInOrder(value, row);
					appender.endRow();
				}
			}
			return values.size();
		});
	}

	private void appendFew(String placeholders, List<T> values) {
		String sql = "insert into %s values %s".formatted(this.table,
				String.join(", ", Collections.nCopies(values.size(), placeholders)));
		this.jdbcTemplate.update(sql, (PreparedStatement statement) -> {
			StatementRow row = new StatementRow(statement);
			for (T value : values) {
				this.columns.addInOrder(value, row);
			}
		});
	}

	private String placeholders(T any) {
		PlaceholderRow placeholders = new PlaceholderRow();
		try {
			this.columns.addInOrder(any, placeholders);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return placeholders.toString();
	}

	/**
	 * Says what a value is in the columns of a table.
	 *
	 * @param <T> the type of the value
	 */
	interface Columns<T> {

		void addInOrder(T value, DuckDbRow row) throws SQLException;

	}

}

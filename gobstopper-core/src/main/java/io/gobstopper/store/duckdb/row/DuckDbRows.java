package io.gobstopper.store.duckdb.row;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Adds rows to a table in the way that costs least for their number: a few as parameters
 * of a prepared statement, some as one text, which is a single parameter, and many with
 * DuckDB's Appender. Not safe for use by several threads.
 *
 * @param <T> the type that is a row
 */
public final class DuckDbRows<T> {

	// The driver begins a transaction with its first statement. What an Appender adds
	// before that is committed at once, and stays if the transaction is rolled back.
	static final String BEGIN = "select 1";

	private static final int FEW = 4;

	private static final int FEW_SHAPES = 2;

	private static final int SOME = 250;

	private static final int LONG_TEXT = 1_000_000;

	private final JdbcTemplate jdbcTemplate;

	private final String table;

	private final Columns<T> columns;

	private @Nullable String insertText;

	public DuckDbRows(JdbcTemplate jdbcTemplate, String table, Columns<T> columns) {
		this.jdbcTemplate = jdbcTemplate;
		this.table = table;
		this.columns = columns;
	}

	public void append(List<T> values) {
		if (values.size() <= FEW) {
			Map<String, List<T>> byPlaceholders = values.stream().collect(Collectors.groupingBy(this::placeholders));
			if (byPlaceholders.size() <= FEW_SHAPES) {
				byPlaceholders.forEach(this::appendFew);
				return;
			}
		}
		if (values.size() > SOME || !appendSome(values)) {
			appendMany(values);
		}
	}

	private boolean appendSome(List<T> values) {
		JsonRows rows = new JsonRows();
		for (T value : values) {
			rows.beginRow();
			addInOrder(value, rows);
			rows.endRow();
			if (rows.length() > LONG_TEXT) {
				return false;
			}
		}
		if (this.insertText == null) {
			this.insertText = rows.insertInto(this.table);
		}
		this.jdbcTemplate.update(this.insertText, rows.json());
		return true;
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
		addInOrder(any, placeholders);
		return placeholders.toString();
	}

	private void addInOrder(T value, DuckDbRow row) {
		try {
			this.columns.addInOrder(value, row);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Says what a value is in the columns of a table.
	 *
	 * @param <T> the type of the value
	 */
	public interface Columns<T> {

		void addInOrder(T value, DuckDbRow row) throws SQLException;

	}

}

package io.gobstopper.store.duckdb.row;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A row for a prepared statement that was made for its {@link PlaceholderRow}: what is
 * null there has no parameter here.
 */
final class StatementRow implements DuckDbRow {

	private final PreparedStatement statement;

	private int index;

	StatementRow(PreparedStatement statement) {
		this.statement = statement;
	}

	@Override
	public void add(long value) throws SQLException {
		this.statement.setLong(++this.index, value);
	}

	@Override
	public void add(int value) throws SQLException {
		this.statement.setInt(++this.index, value);
	}

	@Override
	public void add(short value) throws SQLException {
		this.statement.setShort(++this.index, value);
	}

	@Override
	public void add(double value) throws SQLException {
		this.statement.setDouble(++this.index, value);
	}

	@Override
	public void add(boolean value) throws SQLException {
		this.statement.setBoolean(++this.index, value);
	}

	@Override
	public void add(UUID value) throws SQLException {
		this.statement.setObject(++this.index, value);
	}

	@Override
	public void add(Instant value) throws SQLException {
		this.statement.setObject(++this.index, LocalDateTime.ofInstant(value, ZoneOffset.UTC));
	}

	@Override
	public void add(String value) throws SQLException {
		this.statement.setString(++this.index, value);
	}

	@Override
	public void addNullable(@Nullable Instant value) throws SQLException {
		if (value != null) {
			add(value);
		}
	}

	@Override
	public void addNullable(@Nullable String value) throws SQLException {
		if (value != null) {
			add(value);
		}
	}

}

package io.gobstopper.store.duckdb.row;

import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;

import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

import io.gobstopper.store.sql.EpochMicros;

/**
 * A row for DuckDB's Appender.
 *
 * @param appender the appender
 */
record AppenderRow(DuckDBAppender appender) implements DuckDbRow {

	@Override
	public void add(long value) throws SQLException {
		this.appender.append(value);
	}

	@Override
	public void add(int value) throws SQLException {
		this.appender.append(value);
	}

	@Override
	public void add(short value) throws SQLException {
		this.appender.append(value);
	}

	@Override
	public void add(double value) throws SQLException {
		this.appender.append(value);
	}

	@Override
	public void add(boolean value) throws SQLException {
		this.appender.append(value);
	}

	@Override
	public void add(UUID value) throws SQLException {
		this.appender.append(value);
	}

	@Override
	public void add(Instant value) throws SQLException {
		this.appender.appendEpochMicros(EpochMicros.of(value));
	}

	@Override
	public void add(String value) throws SQLException {
		this.appender.append(value);
	}

	@Override
	public void addNullable(@Nullable Instant value) throws SQLException {
		if (value != null) {
			add(value);
		}
		else {
			this.appender.appendNull();
		}
	}

	@Override
	public void addNullable(@Nullable String value) throws SQLException {
		if (value != null) {
			add(value);
		}
		else {
			this.appender.appendNull();
		}
	}

}

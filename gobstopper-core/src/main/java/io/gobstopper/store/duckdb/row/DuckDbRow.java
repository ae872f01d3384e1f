package io.gobstopper.store.duckdb.row;

import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Takes the values of a row, column by column.
 */
public interface DuckDbRow {

	void add(long value) throws SQLException;

	void add(int value) throws SQLException;

	void add(short value) throws SQLException;

	void add(double value) throws SQLException;

	void add(boolean value) throws SQLException;

	void add(UUID value) throws SQLException;

	void add(Instant value) throws SQLException;

	void add(String value) throws SQLException;

	void addNullable(@Nullable Instant value) throws SQLException;

	void addNullable(@Nullable String value) throws SQLException;

}

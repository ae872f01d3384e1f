package io.gobstopper.store.duckdb.row;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Collects the placeholders for a {@link StatementRow}. What is null is not a parameter,
 * because DuckDB plans a statement anew whenever one of its parameters is null.
 */
final class PlaceholderRow implements DuckDbRow {

	private final List<String> placeholders = new ArrayList<>();

	@Override
	public void add(long value) {
		this.placeholders.add("?");
	}

	@Override
	public void add(int value) {
		this.placeholders.add("?");
	}

	@Override
	public void add(short value) {
		this.placeholders.add("?");
	}

	@Override
	public void add(double value) {
		this.placeholders.add("?");
	}

	@Override
	public void add(boolean value) {
		this.placeholders.add("?");
	}

	@Override
	public void add(UUID value) {
		this.placeholders.add("?");
	}

	@Override
	public void add(Instant value) {
		this.placeholders.add("?");
	}

	@Override
	public void add(String value) {
		this.placeholders.add("?");
	}

	@Override
	public void addNullable(@Nullable Instant value) {
		this.placeholders.add((value != null) ? "?" : "null");
	}

	@Override
	public void addNullable(@Nullable String value) {
		this.placeholders.add((value != null) ? "?" : "null");
	}

	@Override
	public String toString() {
		return "(" + String.join(", ", this.placeholders) + ")";
	}

}

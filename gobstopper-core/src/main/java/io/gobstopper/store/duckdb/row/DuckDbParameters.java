package io.gobstopper.store.duckdb.row;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.StringJoiner;
import java.util.stream.LongStream;

import org.springframework.jdbc.core.PreparedStatementSetter;

import io.gobstopper.store.sql.JdbcTaskReader;
import io.gobstopper.store.task.Fence;

/**
 * Sets the parameters of a statement that works on many rows at once: one array for each
 * column.
 */
public final class DuckDbParameters implements PreparedStatementSetter {

	private final List<Parameter> parameters = new ArrayList<>();

	// Lists as text: an array costs a call into the driver for each element.
	public DuckDbParameters fences(Iterable<Fence> fences) {
		StringJoiner seqs = numbers();
		StringJoiner attempts = numbers();
		StringJoiner owners = new StringJoiner("\n");
		for (Fence fence : fences) {
			seqs.add(Long.toString(fence.seq()));
			attempts.add(Integer.toString(fence.attempt()));
			owners.add(fence.owner());
		}
		return value(seqs.toString()).value(attempts.toString()).value(owners.toString());
	}

	public DuckDbParameters list(long... numbers) {
		StringJoiner list = numbers();
		for (long number : numbers) {
			list.add(Long.toString(number));
		}
		return value(list.toString());
	}

	// The least and the greatest. A range lets the database skip what a list alone would
	// make it read.
	public DuckDbParameters range(long... numbers) {
		LongSummaryStatistics range = LongStream.of(numbers).summaryStatistics();
		return value(range.getMin()).value(range.getMax());
	}

	private static StringJoiner numbers() {
		return new StringJoiner(",", "[", "]");
	}

	public DuckDbParameters array(String type, Iterable<?> values) {
		List<Object> elements = new ArrayList<>();
		values.forEach(elements::add);
		this.parameters.add((connection, statement, index) -> statement.setArray(index,
				connection.createArrayOf(type, elements.toArray())));
		return this;
	}

	public DuckDbParameters value(Object value) {
		Object bound = (value instanceof Instant instant) ? JdbcTaskReader.timestamp(instant) : value;
		this.parameters.add((connection, statement, index) -> statement.setObject(index, bound));
		return this;
	}

	@Override
	public void setValues(PreparedStatement statement) throws SQLException {
		int index = 0;
		for (Parameter parameter : this.parameters) {
			index++;
			parameter.set(statement.getConnection(), statement, index);
		}
	}

	private interface Parameter {

		void set(Connection connection, PreparedStatement statement, int index) throws SQLException;

	}

}

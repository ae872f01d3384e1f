package io.gobstopper.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.springframework.jdbc.core.PreparedStatementSetter;

import io.gobstopper.store.Fence;

/**
 * Sets the parameters of a statement that works on many rows at once: one array for each
 * column.
 */
final class DuckDbParameters implements PreparedStatementSetter {

	private final List<Parameter> parameters = new ArrayList<>();

	DuckDbParameters fences(Iterable<Fence> fences) {
		List<Object> seqs = new ArrayList<>();
		List<Object> attempts = new ArrayList<>();
		List<Object> owners = new ArrayList<>();
		for (Fence fence : fences) {
			seqs.add(fence.seq());
			attempts.add(fence.attempt());
			owners.add(fence.owner());
		}
		return array("BIGINT", seqs).array("INTEGER", attempts).array("VARCHAR", owners);
	}

	DuckDbParameters array(String type, Iterable<?> values) {
		List<Object> elements = new ArrayList<>();
		values.forEach(elements::add);
		this.parameters.add((connection, statement, index) -> statement.setArray(index,
				connection.createArrayOf(type, elements.toArray())));
		return this;
	}

	DuckDbParameters value(Object value) {
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

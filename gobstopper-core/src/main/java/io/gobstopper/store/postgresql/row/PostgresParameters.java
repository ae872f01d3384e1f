package io.gobstopper.store.postgresql.row;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.PreparedStatementSetter;
import org.springframework.lang.Contract;

import io.gobstopper.store.sql.JdbcTaskReader;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.TaskError;

/**
 * Binds values, and columns of values as arrays, in the order of the placeholders.
 */
public final class PostgresParameters implements PreparedStatementSetter {

	// An interval is multiplied as a floating-point number, which has no microseconds any
	// more in the year 2300.
	private static final String TIMESTAMP = "(timestamp 'epoch' + %1$s / 1000000 * interval '1 second' "
			+ "+ %1$s %% 1000000 * interval '1 microsecond')";

	private static final long MICROS_PER_SECOND = 1_000_000;

	private static final int NANOS_PER_MICRO = 1000;

	private static final char UNSTORABLE = '\0';

	private static final char REPLACEMENT = '\uFFFD';

	private final List<Parameter> parameters = new ArrayList<>();

	public PostgresParameters value(Object value) {
		Object bound = (value instanceof Instant instant) ? JdbcTaskReader.timestamp(instant) : value;
		this.parameters.add((connection, statement, index) -> statement.setObject(index, bound));
		return this;
	}

	public PostgresParameters fences(Collection<Fence> fences) {
		return longs(fences, Fence::seq).ints(fences, Fence::attempt).texts(fences, Fence::owner);
	}

	public <T> PostgresParameters longs(Collection<T> rows, ToLongFunction<T> column) {
		return array("int8", rows.stream().mapToLong(column).boxed().toArray(Long[]::new));
	}

	public <T, U> PostgresParameters numbers(Collection<T> rows, Function<T, @Nullable U> part,
			ToLongFunction<U> column) {
		return array("int8", rows.stream().map((row) -> {
			U found = part.apply(row);
			return (found != null) ? column.applyAsLong(found) : null;
		}).toArray(Long[]::new));
	}

	public <T> PostgresParameters ints(Collection<T> rows, ToIntFunction<T> column) {
		return array("int4", rows.stream().mapToInt(column).boxed().toArray(Integer[]::new));
	}

	public <T> PostgresParameters integers(Collection<T> rows, Function<T, @Nullable Integer> column) {
		return array("int4", rows.stream().map(column).toArray(Integer[]::new));
	}

	public <T> PostgresParameters doubles(Collection<T> rows, Function<T, Double> column) {
		return array("float8", rows.stream().map(column).toArray(Double[]::new));
	}

	public <T> PostgresParameters booleans(Collection<T> rows, Function<T, @Nullable Boolean> column) {
		return array("bool", rows.stream().map(column).toArray(Boolean[]::new));
	}

	public <T> PostgresParameters uuids(Collection<T> rows, Function<T, UUID> column) {
		return array("uuid", rows.stream().map(column).toArray(UUID[]::new));
	}

	// The one character that PostgreSQL cannot store is shown as unknown.
	public <T> PostgresParameters texts(Collection<T> rows, Function<T, @Nullable String> column) {
		return array("text", rows.stream().map(column).map(PostgresParameters::storable).toArray(String[]::new));
	}

	// In microseconds, which the server reads several times faster than dates.
	public <T> PostgresParameters times(Collection<T> rows, Function<T, @Nullable Instant> column) {
		return array("int8", rows.stream().map(column).map(PostgresParameters::micros).toArray(Long[]::new));
	}

	private static @Nullable Long micros(@Nullable Instant time) {
		return (time != null) ? time.getEpochSecond() * MICROS_PER_SECOND + time.getNano() / NANOS_PER_MICRO : null;
	}

	// Returns what makes timestamps of columns of times.
	public static Object[] timestamps(String... columns) {
		return Arrays.stream(columns).map(TIMESTAMP::formatted).toArray();
	}

	// The message, the type and the trace.
	public <T> PostgresParameters errors(Collection<T> rows, Function<T, @Nullable TaskError> column) {
		return errorTexts(rows, column, TaskError::message).errorTexts(rows, column, TaskError::type)
			.errorTexts(rows, column, TaskError::trace);
	}

	private <T> PostgresParameters errorTexts(Collection<T> rows, Function<T, @Nullable TaskError> column,
			Function<TaskError, @Nullable String> text) {
		return texts(rows, (row) -> {
			TaskError error = column.apply(row);
			return (error != null) ? text.apply(error) : null;
		});
	}

	@Contract("null -> null; !null -> !null")
	public static @Nullable String storable(@Nullable String text) {
		return (text != null && text.indexOf(UNSTORABLE) >= 0) ? text.replace(UNSTORABLE, REPLACEMENT) : text;
	}

	// The shorter of several arrays are filled up with nulls by unnest.
	private PostgresParameters array(String type, @Nullable Object[] elements) {
		boolean allNull = Arrays.stream(elements).allMatch(Objects::isNull);
		Object[] sent = allNull ? new Object[0] : elements;
		this.parameters
			.add((connection, statement, index) -> statement.setArray(index, connection.createArrayOf(type, sent)));
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

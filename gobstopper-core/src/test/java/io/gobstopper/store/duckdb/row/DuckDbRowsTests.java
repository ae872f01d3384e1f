package io.gobstopper.store.duckdb.row;

import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.unit.DataSize;

import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbSettings;
import io.gobstopper.store.sql.StoredTaskRowMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link DuckDbRows} with each number of rows that is written in another way.
 */
class DuckDbRowsTests {

	private final DuckDbDatabase database = new DuckDbDatabase(
			new DuckDbSettings(DuckDbSettings.IN_MEMORY, DataSize.ofMegabytes(256), 1));

	private JdbcTemplate jdbcTemplate;

	private DuckDbRows<Value> rows;

	@BeforeEach
	void createTable() {
		this.database.open();
		this.jdbcTemplate = new JdbcTemplate(this.database.writer());
		this.jdbcTemplate.execute("""
				create table stored (a bigint, b integer, c smallint, d double, e boolean, f uuid, g timestamp,
					h varchar, i timestamp, j varchar)
				""");
		this.rows = new DuckDbRows<>(this.jdbcTemplate, "stored", Value::addInOrder);
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 4, 5, 250, 251 })
	void valuesOfAllTypesAreStoredInOrder(int count) {
		List<Value> values = IntStream.range(0, count).mapToObj(DuckDbRowsTests::value).toList();
		this.rows.append(values);
		assertThat(stored()).isEqualTo(values);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 5, 251 })
	void zeroCharacterIsKept(int count) {
		List<Value> values = IntStream.range(0, count).mapToObj((number) -> value(number, "a\0b\0")).toList();
		this.rows.append(values);
		assertThat(stored()).isEqualTo(values);
	}

	@Test
	void longTextsAreStoredToo() {
		List<Value> values = IntStream.range(0, 10).mapToObj((number) -> value(number, "é".repeat(150_000))).toList();
		this.rows.append(values);
		assertThat(stored()).isEqualTo(values);
	}

	@Test
	void halfOfAPairBecomesAQuestionMark() {
		this.rows.append(IntStream.range(0, 5).mapToObj((number) -> value(number, "a\ud83cb")).toList());
		assertThat(stored()).extracting(Value::h).containsOnly("a?b");
	}

	private List<Value> stored() {
		return this.jdbcTemplate.query("from stored order by a desc",
				(row, number) -> new Value(row.getLong("a"), row.getInt("b"), row.getShort("c"), row.getDouble("d"),
						row.getBoolean("e"), row.getObject("f", UUID.class),
						row.getObject("g", LocalDateTime.class).toInstant(ZoneOffset.UTC), row.getString("h"),
						StoredTaskRowMapper.instant(row, "i"), row.getString("j")));
	}

	private static Value value(int number) {
		return value(number, "\"%d\"\n\\".formatted(number));
	}

	private static Value value(int number, String text) {
		boolean odd = number % 2 == 1;
		return new Value(Long.MAX_VALUE - number, Integer.MIN_VALUE + number, (short) (Short.MAX_VALUE - number),
				number / 3.0, odd, new UUID(number, -number), Instant.parse("9999-12-31T23:59:59.999999Z"), text,
				odd ? Instant.EPOCH.plusNanos(number * 1000L) : null, odd ? text : null);
	}

	private record Value(long a, int b, short c, double d, boolean e, UUID f, Instant g, String h, @Nullable Instant i,
			@Nullable String j) {

		static void addInOrder(Value value, DuckDbRow row) throws SQLException {
			row.add(value.a());
			row.add(value.b());
			row.add(value.c());
			row.add(value.d());
			row.add(value.e());
			row.add(value.f());
			row.add(value.g());
			row.add(value.h());
			row.addNullable(value.i());
			row.addNullable(value.j());
		}

	}

}

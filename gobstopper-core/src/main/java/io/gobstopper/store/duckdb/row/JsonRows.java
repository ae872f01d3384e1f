package io.gobstopper.store.duckdb.row;

import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import io.gobstopper.store.sql.EpochMicros;

/**
 * Rows as one JSON text, so that a statement has one parameter however many they are.
 */
final class JsonRows implements DuckDbRow {

	private static final JsonFactory FACTORY = new JsonFactory();

	private static final String MICROS = "make_timestamp";

	private final StringWriter text = new StringWriter();

	private final JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), this.text);

	private final List<Column> columns = new ArrayList<>();

	private int column;

	JsonRows() {
		this.generator.writeStartArray();
	}

	void beginRow() {
		this.column = 0;
		this.generator.writeStartObject();
	}

	void endRow() {
		this.generator.writeEndObject();
		this.generator.flush();
	}

	// Returns how many characters the rows have that were ended.
	int length() {
		return this.text.getBuffer().length();
	}

	// Returns all rows. No more may be added.
	String json() {
		this.generator.writeEndArray();
		this.generator.close();
		return this.text.toString();
	}

	// Returns the statement that inserts all rows like these.
	String insertInto(String table) {
		StringJoiner types = new StringJoiner(", ", "[{", "}]");
		StringJoiner values = new StringJoiner(", ");
		for (int place = 0; place < this.columns.size(); place++) {
			types.add("\"%s\": \"%s\"".formatted(name(place), this.columns.get(place).type()));
			values.add("%s(added.%s)".formatted(this.columns.get(place).conversion(), name(place)));
		}
		return "insert into %s select %s from (select unnest(from_json(?::varchar, '%s')) as added)".formatted(table,
				values, types);
	}

	private static String name(int place) {
		return "c" + place;
	}

	private void next(String type) {
		next(type, "");
	}

	private void next(String type, String conversion) {
		if (this.columns.size() == this.column) {
			this.columns.add(new Column(type, conversion));
		}
		this.generator.writeName(name(this.column++));
	}

	@Override
	public void add(long value) {
		next("BIGINT");
		this.generator.writeNumber(value);
	}

	@Override
	public void add(int value) {
		next("INTEGER");
		this.generator.writeNumber(value);
	}

	@Override
	public void add(short value) {
		next("SMALLINT");
		this.generator.writeNumber(value);
	}

	@Override
	public void add(double value) {
		next("DOUBLE");
		this.generator.writeNumber(value);
	}

	@Override
	public void add(boolean value) {
		next("BOOLEAN");
		this.generator.writeBoolean(value);
	}

	@Override
	public void add(UUID value) {
		next("UUID");
		this.generator.writeString(value.toString());
	}

	@Override
	public void add(Instant value) {
		addNullable(value);
	}

	@Override
	public void add(String value) {
		addNullable(value);
	}

	@Override
	public void addNullable(@Nullable Instant value) {
		next("BIGINT", MICROS);
		if (value != null) {
			this.generator.writeNumber(EpochMicros.of(value));
		}
		else {
			this.generator.writeNull();
		}
	}

	@Override
	public void addNullable(@Nullable String value) {
		next("VARCHAR");
		this.generator.writeString(value);
	}

	/**
	 * How a value is read.
	 *
	 * @param type the type of what is in the text
	 * @param conversion the function that makes it what is stored
	 */
	private record Column(String type, String conversion) {

	}

}

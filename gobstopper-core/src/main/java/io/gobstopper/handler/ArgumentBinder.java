package io.gobstopper.handler;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.error.InvalidTaskArgumentsException;
import io.gobstopper.error.UnreadableTaskException;

/**
 * Checks and writes the arguments of one handler, and reads them back as the values of
 * its parameters. What it throws never quotes a value.
 */
final class ArgumentBinder {

	private static final TypeReference<List<@Nullable Object>> LIST = new TypeReference<>() {
	};

	private static final TypeReference<Map<String, @Nullable Object>> VALUES = new TypeReference<>() {
	};

	private final String task;

	private final List<HandlerParameter> parameters;

	private final List<HandlerParameter> arguments;

	private final JsonMapper jsonMapper;

	private final FaithfulReader reader;

	// The names as JSON, each with its colon.
	private final List<String> keys;

	// How many of the first have names.
	private final int namesKnown;

	ArgumentBinder(String task, List<HandlerParameter> parameters, JsonMapper jsonMapper) {
		this.task = task;
		this.parameters = parameters;
		this.arguments = parameters.stream().filter((parameter) -> !parameter.isContext()).toList();
		this.jsonMapper = jsonMapper;
		this.reader = new FaithfulReader(jsonMapper);
		this.keys = this.arguments.stream()
			.map((parameter) -> jsonMapper.writeValueAsString(parameter.name()) + ":")
			.toList();
		this.namesKnown = (int) this.arguments.stream().takeWhile(HandlerParameter::hasName).count();
	}

	List<HandlerParameter> parameters() {
		return this.arguments;
	}

	List<String> names() {
		return this.arguments.stream().map(HandlerParameter::name).toList();
	}

	EncodedArguments encode(List<@Nullable Object> args, Map<String, @Nullable Object> kwargs) {
		if (args.isEmpty() && kwargs.isEmpty()) {
			checkShape(0, new BitSet());
			return EncodedArguments.NONE;
		}
		BitSet named = new BitSet();
		kwargs.keySet().forEach((name) -> addOnce(named, indexOf(name)));
		checkShape(args.size(), named);
		StringJoiner object = new StringJoiner(",", "{", "}");
		kwargs.forEach((name, value) -> object.add(encodeNamed(indexOf(name), value)));
		return new EncodedArguments(JsonText.storable(encodePositional(args)), JsonText.storable(object.toString()));
	}

	// With their names, so that they still mean the same when parameters change places.
	private String encodePositional(List<@Nullable Object> args) {
		boolean withNames = !args.isEmpty() && args.size() <= this.namesKnown;
		StringJoiner all = withNames ? new StringJoiner(",", "{", "}") : new StringJoiner(",", "[", "]");
		for (int i = 0; i < args.size(); i++) {
			all.add(withNames ? encodeNamed(i, args.get(i)) : encode(this.arguments.get(i), args.get(i)));
		}
		return all.toString();
	}

	private String encodeNamed(int index, @Nullable Object value) {
		return this.keys.get(index) + encode(this.arguments.get(index), value);
	}

	// What was not given is null.
	Map<String, @Nullable Object> valuesByName(EncodedArguments encoded) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		names().forEach((name) -> values.put(name, null));
		if (encoded.args().startsWith("{")) {
			values.putAll(this.jsonMapper.readValue(encoded.args(), VALUES));
		}
		else {
			List<@Nullable Object> positional = this.jsonMapper.readValue(encoded.args(), LIST);
			for (int i = 0; i < positional.size(); i++) {
				values.put(this.arguments.get(i).name(), positional.get(i));
			}
		}
		values.putAll(this.jsonMapper.readValue(encoded.kwargs(), VALUES));
		return values;
	}

	/**
	 * Reads stored arguments.
	 * @param encoded the arguments as they are stored
	 * @return the values of the parameters, {@code null} for the context
	 * @throws UnreadableTaskException if they do not fit the parameters
	 */
	@Nullable Object[] decode(EncodedArguments encoded) {
		@Nullable Object[] given = new Object[this.arguments.size()];
		for (int i = 0; i < given.length; i++) {
			given[i] = this.arguments.get(i).absentValue();
		}
		try {
			BitSet named = new BitSet();
			int positional = decodePositional(encoded.args(), given, named);
			decodeObject(encoded.kwargs(), given, named);
			checkShape(positional, named);
		}
		catch (InvalidTaskArgumentsException ex) {
			throw new UnreadableTaskException("The stored arguments do not fit the handler: " + ex.getMessage());
		}
		catch (RuntimeException | LinkageError | StackOverflowError ex) {
			throw new UnreadableTaskException(
					"The stored arguments of task %s cannot be read: %s".formatted(this, ValueMismatch.describe(ex)));
		}
		@Nullable Object[] values = new Object[this.parameters.size()];
		int place = 0;
		for (int i = 0; i < values.length; i++) {
			HandlerParameter parameter = this.parameters.get(i);
			if (!parameter.isContext()) {
				values[i] = given[place++];
			}
		}
		return values;
	}

	// Returns how many there are without names, which may be too many.
	private int decodePositional(String args, @Nullable Object[] given, BitSet named) {
		int count = 0;
		try (JsonParser parser = this.jsonMapper.createParser(args)) {
			if (parser.nextToken() == JsonToken.START_OBJECT) {
				decodeMembers(parser, given, named);
			}
			else {
				check(parser, JsonToken.START_ARRAY);
				while (parser.nextToken() != JsonToken.END_ARRAY) {
					int place = count++;
					if (place < given.length) {
						given[place] = decode(this.arguments.get(place), parser);
					}
					else {
						parser.skipChildren();
					}
				}
			}
			parser.nextToken();
			check(parser, null);
		}
		return count;
	}

	private void decodeObject(String kwargs, @Nullable Object[] given, BitSet named) {
		try (JsonParser parser = this.jsonMapper.createParser(kwargs)) {
			parser.nextToken();
			check(parser, JsonToken.START_OBJECT);
			decodeMembers(parser, given, named);
			parser.nextToken();
			check(parser, null);
		}
	}

	private void decodeMembers(JsonParser parser, @Nullable Object[] given, BitSet named) {
		while (parser.nextToken() != JsonToken.END_OBJECT) {
			int index = indexOf(parser.currentName());
			parser.nextToken();
			given[index] = decode(this.arguments.get(index), parser);
			addOnce(named, index);
		}
	}

	private void addOnce(BitSet named, int index) {
		if (named.get(index)) {
			throw new InvalidTaskArgumentsException(
					"Argument '%s' of task %s was given twice".formatted(this.arguments.get(index).name(), this));
		}
		named.set(index);
	}

	private void check(JsonParser parser, @Nullable JsonToken expected) {
		if (parser.currentToken() != expected) {
			throw new InvalidTaskArgumentsException(
					"the arguments of task %s are no array and object of JSON".formatted(this));
		}
	}

	private void checkShape(int positional, BitSet named) {
		if (positional > this.arguments.size()) {
			throw new InvalidTaskArgumentsException("Task %s takes %d positional argument(s), but %d were given"
				.formatted(this, this.arguments.size(), positional));
		}
		int first = named.nextSetBit(0);
		if (first >= 0 && first < positional) {
			throw new InvalidTaskArgumentsException("Argument '%s' of task %s was given twice: by position and by name"
				.formatted(this.arguments.get(first).name(), this));
		}
		if (positional + named.cardinality() == this.arguments.size()) {
			return;
		}
		List<String> missing = IntStream.range(positional, this.arguments.size())
			.filter((index) -> !named.get(index) && !this.arguments.get(index).mayBeAbsent())
			.mapToObj((index) -> this.arguments.get(index).name())
			.toList();
		if (!missing.isEmpty()) {
			throw new InvalidTaskArgumentsException("Task %s lacks the argument(s) %s".formatted(this, missing));
		}
	}

	private int indexOf(String name) {
		for (int i = 0; i < this.arguments.size(); i++) {
			if (this.arguments.get(i).name().equals(name)) {
				return i;
			}
		}
		for (int i = 0; i < this.arguments.size(); i++) {
			if (this.arguments.get(i).formerNames().contains(name)) {
				return i;
			}
		}
		throw new InvalidTaskArgumentsException(
				"Task %s has no argument '%s'".formatted(this, name) + ((this.namesKnown == this.arguments.size()) ? ""
						: " (parameters have names only if compiled with '-parameters')"));
	}

	private String encode(HandlerParameter parameter, @Nullable Object value) {
		if (value == null) {
			checkNull(parameter);
			return "null";
		}
		try {
			if (parameter.acceptsAsIs(value)) {
				return this.jsonMapper.writeValueAsString(value);
			}
			String json = parameter.type().getRawClass().isInstance(value)
					? this.jsonMapper.writerFor(parameter.type()).writeValueAsString(value)
					: this.jsonMapper.writeValueAsString(value);
			try (JsonParser parser = this.jsonMapper.createParser(json)) {
				parser.nextToken();
				read(parameter, parser);
				if (parser.nextToken() != null) {
					throw MismatchedInputException.from(parser, parameter.type(), "There is more than one value");
				}
			}
			return json;
		}
		catch (JacksonException ex) {
			throw mismatch(parameter, "a value of type " + value.getClass().getName(), ex);
		}
	}

	private @Nullable Object decode(HandlerParameter parameter, JsonParser parser) {
		try {
			return read(parameter, parser);
		}
		catch (JacksonException ex) {
			throw mismatch(parameter, "what is stored", ex);
		}
	}

	private @Nullable Object read(HandlerParameter parameter, JsonParser parser) {
		if (parser.currentToken() == JsonToken.VALUE_NULL) {
			checkNull(parameter);
			return parameter.nullValue();
		}
		return this.reader.read(parser, parameter.type());
	}

	private void checkNull(HandlerParameter parameter) {
		if (!parameter.nullable()) {
			throw new InvalidTaskArgumentsException(
					"Argument '%s' of task %s must not be null; annotate the parameter with @Nullable to allow it"
						.formatted(parameter.name(), this));
		}
	}

	// The cause quotes the value, so it is described instead of kept.
	private InvalidTaskArgumentsException mismatch(HandlerParameter parameter, String given, JacksonException cause) {
		return new InvalidTaskArgumentsException("Argument '%s' of task %s does not accept %s: %s"
			.formatted(parameter.name(), this, given, ValueMismatch.describe(cause)));
	}

	/**
	 * Returns the task as users would call it.
	 */
	@Override
	public String toString() {
		return this.arguments.stream()
			.map(HandlerParameter::toString)
			.collect(Collectors.joining(", ", "'" + this.task + "'(", ")"));
	}

}

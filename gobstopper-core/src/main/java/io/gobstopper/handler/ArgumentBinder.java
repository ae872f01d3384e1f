package io.gobstopper.handler;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.UnreadableTaskException;
import io.gobstopper.error.InvalidTaskArgumentsException;

/**
 * Checks and writes the arguments of one handler, and reads them back as the values of
 * its parameters. What it throws never quotes a value.
 */
final class ArgumentBinder {

	private final String task;

	private final List<HandlerParameter> parameters;

	private final List<HandlerParameter> arguments;

	private final JsonMapper jsonMapper;

	ArgumentBinder(String task, List<HandlerParameter> parameters, JsonMapper jsonMapper) {
		this.task = task;
		this.parameters = parameters;
		this.arguments = parameters.stream().filter((parameter) -> !parameter.isContext()).toList();
		this.jsonMapper = jsonMapper;
	}

	List<HandlerParameter> parameters() {
		return this.arguments;
	}

	List<String> names() {
		return this.arguments.stream().map(HandlerParameter::name).toList();
	}

	EncodedArguments encode(List<@Nullable Object> args, Map<String, @Nullable Object> kwargs) {
		Set<String> names = new LinkedHashSet<>();
		kwargs.keySet().forEach((name) -> addOnce(names, named(name)));
		checkShape(args.size(), names);
		if (args.isEmpty() && kwargs.isEmpty()) {
			return EncodedArguments.NONE;
		}
		StringJoiner object = new StringJoiner(",", "{", "}");
		kwargs.forEach((name, value) -> object.add(encodeNamed(named(name), value)));
		return new EncodedArguments(JsonText.storable(encodePositional(args)), JsonText.storable(object.toString()));
	}

	// With their names, so that they still mean the same when parameters change places.
	private String encodePositional(List<@Nullable Object> args) {
		boolean named = !args.isEmpty()
				&& this.arguments.stream().limit(args.size()).allMatch(HandlerParameter::hasName);
		StringJoiner all = named ? new StringJoiner(",", "{", "}") : new StringJoiner(",", "[", "]");
		for (int i = 0; i < args.size(); i++) {
			HandlerParameter parameter = this.arguments.get(i);
			all.add(named ? encodeNamed(parameter, args.get(i)) : encode(parameter, args.get(i)));
		}
		return all.toString();
	}

	private String encodeNamed(HandlerParameter parameter, @Nullable Object value) {
		return this.jsonMapper.writeValueAsString(parameter.name()) + ":" + encode(parameter, value);
	}

	/**
	 * Reads stored arguments.
	 * @param encoded the arguments as they are stored
	 * @return the values of the parameters, {@code null} for the context
	 * @throws UnreadableTaskException if they do not fit the parameters
	 */
	@Nullable Object[] decode(EncodedArguments encoded) {
		@Nullable Object[] given = this.arguments.stream().map(HandlerParameter::absentValue).toArray();
		try {
			Set<String> names = new LinkedHashSet<>();
			int positional = decodePositional(encoded.args(), given, names);
			decodeObject(encoded.kwargs(), given, names);
			checkShape(positional, names);
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
	private int decodePositional(String args, @Nullable Object[] given, Set<String> names) {
		int count = 0;
		try (JsonParser parser = this.jsonMapper.createParser(args)) {
			if (parser.nextToken() == JsonToken.START_OBJECT) {
				decodeMembers(parser, given, names);
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

	private void decodeObject(String kwargs, @Nullable Object[] given, Set<String> names) {
		try (JsonParser parser = this.jsonMapper.createParser(kwargs)) {
			parser.nextToken();
			check(parser, JsonToken.START_OBJECT);
			decodeMembers(parser, given, names);
			parser.nextToken();
			check(parser, null);
		}
	}

	private void decodeMembers(JsonParser parser, @Nullable Object[] given, Set<String> names) {
		while (parser.nextToken() != JsonToken.END_OBJECT) {
			HandlerParameter parameter = named(parser.currentName());
			parser.nextToken();
			given[this.arguments.indexOf(parameter)] = decode(parameter, parser);
			addOnce(names, parameter);
		}
	}

	private void addOnce(Set<String> names, HandlerParameter parameter) {
		if (!names.add(parameter.name())) {
			throw new InvalidTaskArgumentsException(
					"Argument '%s' of task %s was given twice".formatted(parameter.name(), this));
		}
	}

	private void check(JsonParser parser, @Nullable JsonToken expected) {
		if (parser.currentToken() != expected) {
			throw new InvalidTaskArgumentsException(
					"the arguments of task %s are no array and object of JSON".formatted(this));
		}
	}

	private void checkShape(int positional, Set<String> names) {
		if (positional > this.arguments.size()) {
			throw new InvalidTaskArgumentsException("Task %s takes %d positional argument(s), but %d were given"
				.formatted(this, this.arguments.size(), positional));
		}
		for (String name : names) {
			if (this.arguments.indexOf(named(name)) < positional) {
				throw new InvalidTaskArgumentsException(
						"Argument '%s' of task %s was given twice: by position and by name".formatted(name, this));
			}
		}
		if (positional + names.size() == this.arguments.size()) {
			return;
		}
		List<String> missing = this.arguments.stream()
			.skip(positional)
			.filter((parameter) -> !parameter.mayBeAbsent() && !names.contains(parameter.name()))
			.map(HandlerParameter::name)
			.toList();
		if (!missing.isEmpty()) {
			throw new InvalidTaskArgumentsException("Task %s lacks the argument(s) %s".formatted(this, missing));
		}
	}

	private HandlerParameter named(String name) {
		for (HandlerParameter parameter : this.arguments) {
			if (parameter.name().equals(name)) {
				return parameter;
			}
		}
		for (HandlerParameter parameter : this.arguments) {
			if (parameter.formerNames().contains(name)) {
				return parameter;
			}
		}
		throw new InvalidTaskArgumentsException("Task %s has no argument '%s'".formatted(this, name)
				+ (this.arguments.stream().allMatch(HandlerParameter::hasName) ? ""
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
			}
			return json;
		}
		catch (JacksonException ex) {
			throw mismatch(parameter, "a value of type " + value.getClass().getName(), ex);
		}
	}

	private @Nullable Object decode(HandlerParameter parameter, JsonParser parser) {
		JsonToken token = parser.currentToken();
		if (token == JsonToken.VALUE_NULL) {
			checkNull(parameter);
			return parameter.nullValue();
		}
		try {
			return read(parameter, parser);
		}
		catch (JacksonException ex) {
			throw mismatch(parameter, "what is stored", ex);
		}
	}

	private @Nullable Object read(HandlerParameter parameter, JsonParser parser) {
		if (parameter.isNumberForTime(parser.currentToken())) {
			throw MismatchedInputException.from(parser, parameter.type(), "A number is no time");
		}
		return parser.readValueAs(parameter.type());
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

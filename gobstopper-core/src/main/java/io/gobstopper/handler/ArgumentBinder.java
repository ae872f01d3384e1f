package io.gobstopper.handler;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.ObjectReader;
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

	private final Map<HandlerParameter, ObjectReader> readers = new ConcurrentHashMap<>();

	ArgumentBinder(String task, List<HandlerParameter> parameters, JsonMapper jsonMapper) {
		this.task = task;
		this.parameters = parameters;
		this.arguments = parameters.stream().filter((parameter) -> !parameter.isContext()).toList();
		this.jsonMapper = jsonMapper;
	}

	List<String> names() {
		return this.arguments.stream().map(HandlerParameter::name).toList();
	}

	EncodedArguments encode(List<@Nullable Object> args, Map<String, @Nullable Object> kwargs) {
		checkShape(args.size(), kwargs.keySet());
		if (args.isEmpty() && kwargs.isEmpty()) {
			return EncodedArguments.NONE;
		}
		StringJoiner array = new StringJoiner(",", "[", "]");
		for (int i = 0; i < args.size(); i++) {
			array.add(encode(this.arguments.get(i), args.get(i)));
		}
		StringJoiner object = new StringJoiner(",", "{", "}");
		kwargs.forEach((name, value) -> object
			.add(this.jsonMapper.writeValueAsString(name) + ":" + encode(named(name), value)));
		return new EncodedArguments(JsonText.storable(array.toString()), JsonText.storable(object.toString()));
	}

	/**
	 * Reads stored arguments.
	 * @param encoded the arguments as they are stored
	 * @return the values of the parameters, {@code null} for the context
	 * @throws UnreadableTaskException if they do not fit the parameters
	 */
	@Nullable Object[] decode(EncodedArguments encoded) {
		@Nullable Object[] given = new Object[this.arguments.size()];
		try {
			int positional = decodeArray(encoded.args(), given);
			checkShape(positional, decodeObject(encoded.kwargs(), given));
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
				Object value = given[place++];
				values[i] = (value != null) ? value : parameter.absentValue();
			}
		}
		return values;
	}

	// Returns how many there are, which may be too many.
	private int decodeArray(String args, @Nullable Object[] given) {
		int count = 0;
		try (JsonParser parser = this.jsonMapper.createParser(args)) {
			checkNext(parser, JsonToken.START_ARRAY);
			while (parser.nextToken() != JsonToken.END_ARRAY) {
				int place = count++;
				if (place < given.length) {
					given[place] = decode(this.arguments.get(place), parser);
				}
				else {
					parser.skipChildren();
				}
			}
			checkNext(parser, null);
		}
		return count;
	}

	// Returns the names.
	private Set<String> decodeObject(String kwargs, @Nullable Object[] given) {
		Set<String> names = new LinkedHashSet<>();
		try (JsonParser parser = this.jsonMapper.createParser(kwargs)) {
			checkNext(parser, JsonToken.START_OBJECT);
			while (parser.nextToken() != JsonToken.END_OBJECT) {
				String name = parser.currentName();
				HandlerParameter parameter = named(name);
				parser.nextToken();
				given[this.arguments.indexOf(parameter)] = decode(parameter, parser);
				names.add(name);
			}
			checkNext(parser, null);
		}
		return names;
	}

	private void checkNext(JsonParser parser, @Nullable JsonToken expected) {
		if (parser.nextToken() != expected) {
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
			.filter((parameter) -> !parameter.optional() && !names.contains(parameter.name()))
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
		throw new InvalidTaskArgumentsException(
				"Task %s has no argument '%s' (parameters have names only if compiled with '-parameters')"
					.formatted(this, name));
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
			reader(parameter).readValue(json);
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
			return null;
		}
		try {
			return parser.readValueAs(parameter.type());
		}
		catch (JacksonException ex) {
			throw mismatch(parameter, "what is stored", ex);
		}
	}

	private ObjectReader reader(HandlerParameter parameter) {
		return this.readers.computeIfAbsent(parameter, (key) -> this.jsonMapper.readerFor(key.type()));
	}

	private void checkNull(HandlerParameter parameter) {
		if (!parameter.optional()) {
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

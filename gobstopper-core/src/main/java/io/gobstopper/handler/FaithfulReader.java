package io.gobstopper.handler;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON as values, and refuses what only looks as if it could be read: a value that
 * would be written as another kind of JSON, or as another integer. Jackson takes a number
 * for a text, a time in a unit of its own choice or the place of a constant, and an empty
 * text for nothing; which of these are meant, only the types and the settings with which
 * they are written know.
 */
final class FaithfulReader {

	private final JsonMapper jsonMapper;

	FaithfulReader(JsonMapper jsonMapper) {
		this.jsonMapper = jsonMapper;
	}

	/**
	 * Reads the value at which a parser is.
	 * @param parser is at something that is not null
	 * @param type the type to read
	 * @return the value
	 * @throws JacksonException if it cannot be read, or would be written otherwise
	 */
	Object read(JsonParser parser, JavaType type) {
		if (isWrittenLikeThat(type.getRawClass(), parser.currentToken())) {
			return parser.readValueAs(type);
		}
		JsonNode stored = parser.readValueAsTree();
		Object value = this.jsonMapper.treeToValue(stored, type);
		if (value == null || !isFaithful(stored, value, type)) {
			throw MismatchedInputException.from(parser, type, "This would be written otherwise");
		}
		return value;
	}

	// The usual arguments need no second look.
	private static boolean isWrittenLikeThat(Class<?> type, @Nullable JsonToken token) {
		if (token == JsonToken.VALUE_STRING) {
			return type == String.class;
		}
		if (token == JsonToken.VALUE_NUMBER_INT) {
			return type == int.class || type == Integer.class || type == long.class || type == Long.class;
		}
		return token != null && token.isBoolean() && (type == boolean.class || type == Boolean.class);
	}

	private boolean isFaithful(JsonNode stored, Object value, JavaType type) {
		JsonNode written;
		try {
			written = this.jsonMapper.readTree(this.jsonMapper.writerFor(type).writeValueAsString(value));
		}
		catch (JacksonException ex) { // what can only be read cannot be compared
			return true;
		}
		return isSame(stored, written);
	}

	private static boolean isSame(JsonNode stored, @Nullable JsonNode written) {
		// It may be left out when written, or be more than was stored.
		if (written == null || stored.isNull()) {
			return true;
		}
		if (stored.isObject() && written.isObject()) {
			return stored.properties()
				.stream()
				.allMatch((Map.Entry<String, JsonNode> member) -> isSame(member.getValue(),
						written.get(member.getKey())));
		}
		if (stored.isArray() && written.isArray()) {
			for (int i = 0; i < stored.size(); i++) {
				if (!isSame(stored.get(i), written.get(i))) {
					return false;
				}
			}
			return true;
		}
		return stored.getNodeType() == written.getNodeType()
				&& (!written.isIntegralNumber() || stored.decimalValue().compareTo(written.decimalValue()) == 0);
	}

}

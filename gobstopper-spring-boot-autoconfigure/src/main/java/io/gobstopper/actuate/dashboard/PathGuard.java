package io.gobstopper.actuate.dashboard;

import java.util.Collection;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.actuate.description.ProblemDescriptor;

/**
 * Keeps what the path of a request says. Spring Boot lets a key of the body, or a
 * parameter, of the same name replace it, so that rules for paths would be of another
 * operation than the one that is invoked.
 */
final class PathGuard {

	private static final Set<String> PARTS = Set.of("section", "target", "action", "id", "part", "operation",
			"version");

	private static final JsonMapper MAPPER = new JsonMapper();

	private PathGuard() {
	}

	/**
	 * Returns the first of these names that only the path may say.
	 * @param names the names of parameters
	 * @return the name, or {@code null} if there is none
	 */
	static @Nullable String partAmong(Collection<String> names) {
		return names.stream().filter(PARTS::contains).findFirst().orElse(null);
	}

	/**
	 * Returns the first key of a body that only the path may say.
	 * @param body the body, which need not be JSON
	 * @return the key, or {@code null} if there is none
	 */
	static @Nullable String partAmongKeys(byte[] body) {
		try (JsonParser parser = MAPPER.createParser(body)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				return null;
			}
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				if (PARTS.contains(name)) {
					return name;
				}
				parser.nextToken();
				parser.skipChildren();
			}
			return null;
		}
		catch (JacksonException ex) {
			// It is refused where it is read.
			return null;
		}
	}

	/**
	 * Returns the body of the answer to a request that gives such a name.
	 * @param part the name
	 * @return a problem, as JSON
	 */
	static byte[] problem(String part) {
		return MAPPER.writeValueAsBytes(new ProblemDescriptor("Bad Request", WebEndpointResponse.STATUS_BAD_REQUEST,
				"'%s' is said by the path, and cannot be given".formatted(part)));
	}

}

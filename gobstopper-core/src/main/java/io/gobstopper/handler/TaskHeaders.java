package io.gobstopper.handler;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The headers of a task as they are stored: a JSON object of texts, or nothing if there
 * are none.
 */
public final class TaskHeaders {

	private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {
	};

	private static final JsonMapper mapper = JsonMapper.shared();

	private TaskHeaders() {
	}

	/**
	 * Writes headers.
	 * @param headers the headers
	 * @return what to store
	 */
	public static @Nullable String write(Map<String, String> headers) {
		return headers.isEmpty() ? null : mapper.writeValueAsString(headers);
	}

	/**
	 * Reads headers. What cannot be read must not keep a task from running.
	 * @param stored what is stored
	 * @return the headers, empty if they cannot be read
	 */
	public static Map<String, String> read(@Nullable String stored) {
		try {
			return (stored != null) ? mapper.readValue(stored, TEXTS) : Map.of();
		}
		catch (JacksonException ex) {
			return Map.of();
		}
	}

}

package io.gobstopper.store.task;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskContext;

/**
 * The headers of a task as they are stored: a JSON object of texts, or nothing if there
 * are none. Beside what was given with the task it says how often it was snoozed, so that
 * tasks that never are have nothing to store or read for it.
 */
public final class TaskHeaders {

	private static final String SNOOZES = "gobstopper-snoozes";

	/**
	 * What the headers of a task with limits contain, and no others: a quotation mark
	 * within a text has a backslash before it.
	 */
	public static final String LIMITS = "\"%s\":\"{".formatted(TaskContext.LIMITS_HEADER);

	/**
	 * What the headers of a task with a fairness key contain, and no others.
	 */
	public static final String FAIRNESS_KEY = "\"%s\":\"".formatted(TaskContext.FAIRNESS_KEY_HEADER);

	private static final String ORDERED = "\"%s\":\"".formatted(TaskContext.ORDERED_HEADER);

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
	 * Reads the headers that were given with a task. What cannot be read must not keep a
	 * task from running.
	 * @param stored what is stored
	 * @return the headers, empty if they cannot be read
	 */
	public static Map<String, String> read(@Nullable String stored) {
		Map<String, String> headers = readAll(stored);
		if (!headers.containsKey(SNOOZES)) {
			return headers;
		}
		Map<String, String> given = new LinkedHashMap<>(headers);
		given.remove(SNOOZES);
		return given;
	}

	/**
	 * Reads the limits of a task.
	 * @param stored what is stored
	 * @return the key of each limit, empty for none, by the name of the limit
	 */
	public static Map<String, String> limits(@Nullable String stored) {
		String limits = hasLimits(stored) ? readAll(stored).get(TaskContext.LIMITS_HEADER) : null;
		return (limits != null) ? readAll(limits) : Map.of();
	}

	/**
	 * Reads by the key of which limit tasks start in order.
	 * @param stored what is stored
	 * @return the name of the limit, {@code null} for none
	 */
	public static @Nullable String orderedLimit(@Nullable String stored) {
		return (stored != null && stored.contains(ORDERED)) ? readAll(stored).get(TaskContext.ORDERED_HEADER) : null;
	}

	/**
	 * Returns whether a task has limits.
	 * @param stored what is stored
	 * @return whether it has
	 */
	static boolean hasLimits(@Nullable String stored) {
		return stored != null && stored.contains(LIMITS);
	}

	/**
	 * Reads by which key a task takes turns with others.
	 * @param stored what is stored
	 * @return the key, {@code null} for none
	 */
	public static @Nullable String fairnessKey(@Nullable String stored) {
		return (stored != null && stored.contains(FAIRNESS_KEY)) ? readAll(stored).get(TaskContext.FAIRNESS_KEY_HEADER)
				: null;
	}

	/**
	 * Writes a fairness key beside other headers.
	 * @param stored what is stored
	 * @param key the key
	 * @return what to store
	 */
	static @Nullable String withFairnessKey(@Nullable String stored, String key) {
		Map<String, String> headers = new LinkedHashMap<>(readAll(stored));
		headers.put(TaskContext.FAIRNESS_KEY_HEADER, key);
		return write(headers);
	}

	/**
	 * Reads how often a task was snoozed.
	 * @param stored what is stored
	 * @return its snoozes
	 */
	public static Snoozes snoozes(@Nullable String stored) {
		String snoozes = hasSnoozes(stored) ? readAll(stored).get(SNOOZES) : null;
		return (snoozes != null) ? Snoozes.parse(snoozes) : Snoozes.NONE;
	}

	/**
	 * Writes how often a task was snoozed beside its other headers.
	 * @param stored what is stored
	 * @param snoozes its snoozes
	 * @return what to store
	 */
	static @Nullable String withSnoozes(@Nullable String stored, Snoozes snoozes) {
		if (snoozes.equals(Snoozes.NONE) && !hasSnoozes(stored)) {
			return stored;
		}
		Map<String, String> headers = new LinkedHashMap<>(read(stored));
		if (!snoozes.equals(Snoozes.NONE)) {
			headers.put(SNOOZES, snoozes.toString());
		}
		return write(headers);
	}

	private static boolean hasSnoozes(@Nullable String stored) {
		return stored != null && stored.contains(SNOOZES);
	}

	private static Map<String, String> readAll(@Nullable String stored) {
		try {
			return (stored != null) ? mapper.readValue(stored, TEXTS) : Map.of();
		}
		catch (JacksonException ex) {
			return Map.of();
		}
	}

}

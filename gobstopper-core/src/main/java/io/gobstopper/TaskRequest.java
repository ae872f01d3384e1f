package io.gobstopper;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.gobstopper.limit.UniqueUntil;
import io.gobstopper.limit.Uniqueness;

/**
 * An immutable request to run a task; each method returns a changed copy. What is not set
 * is taken from the handler's {@link GobstopperTask}.
 */
public final class TaskRequest {

	/**
	 * The largest number of characters of all headers of a request.
	 */
	public static final int MAX_HEADER_CHARACTERS = 8192;

	private final Values values;

	private TaskRequest(Values values) {
		String name = values.name;
		Uniqueness unique = values.uniqueness;
		Assert.hasText(name, "'name' of a task must not be empty");
		Assert.isTrue(values.category == null || !values.category.isBlank(),
				() -> "'category' of task '%s' must not be empty".formatted(name));
		Assert.isTrue(values.delay == null || !values.delay.isNegative(),
				() -> "'delay' of task '%s' must not be negative, but is %s".formatted(name, values.delay));
		Assert.isTrue(values.delay == null || values.runAt == null,
				() -> "Task '%s' has both a 'delay' and a 'runAt'; set one of them".formatted(name));
		Assert.isTrue(values.maxRetries == null || values.maxRetries >= 0,
				() -> "'maxRetries' of task '%s' must not be negative, but is %s".formatted(name, values.maxRetries));
		Assert.isTrue(values.idempotencyKey == null || !values.idempotencyKey.isBlank(),
				() -> "'idempotencyKey' of task '%s' must not be empty".formatted(name));
		Assert.isTrue(values.idempotencyKey == null || unique == null,
				() -> "Task '%s' has both an 'idempotencyKey' and a unique key; set one of them".formatted(name));
		Assert.isTrue(unique == null || unique.atMost() == null || (values.delay == null && values.runAt == null),
				() -> "Task '%s' is debounced, so it must have neither 'delay' nor 'runAt'".formatted(name));
		this.values = values;
	}

	private TaskRequest copy(Consumer<Values> change) {
		Values changed = this.values.copy();
		change.accept(changed);
		return new TaskRequest(changed);
	}

	/**
	 * Returns a request without arguments.
	 * @param name the name of the task
	 * @return the request
	 */
	public static TaskRequest of(String name) {
		return new TaskRequest(new Values(name));
	}

	/**
	 * Returns a copy with these positional arguments instead of the present ones.
	 * @param values the values in the order of the handler's parameters; {@code null} is
	 * one argument, and so is an array of any type but {@code Object[]}
	 * @return the copy
	 */
	public TaskRequest args(@Nullable Object... values) {
		return copy((changed) -> changed.args = Collections.unmodifiableList(new ArrayList<>(arguments(values))));
	}

	/**
	 * Returns a copy with one more argument given by name.
	 * @param parameter the name of the handler's parameter
	 * @param value the value
	 * @return the copy
	 */
	public TaskRequest kwarg(String parameter, @Nullable Object value) {
		Map<String, @Nullable Object> extended = new LinkedHashMap<>(this.values.kwargs);
		extended.put(parameter, value);
		return copy((changed) -> changed.kwargs = Collections.unmodifiableMap(extended));
	}

	/**
	 * Returns a copy that waits in another category than the handler's.
	 * @param category the category, of at most 500 characters
	 * @return the copy
	 */
	public TaskRequest category(String category) {
		return copy((changed) -> changed.category = category);
	}

	/**
	 * Returns a copy with a priority of its own.
	 * @param priority the priority
	 * @return the copy
	 */
	public TaskRequest priority(TaskPriority priority) {
		return copy((changed) -> changed.priority = priority);
	}

	/**
	 * Returns a copy that may run only after a delay.
	 * @param delay the time from enqueuing, not negative
	 * @return the copy
	 */
	public TaskRequest delay(Duration delay) {
		return copy((changed) -> changed.delay = delay);
	}

	/**
	 * Returns a copy that may run only from a moment on; one in the past runs at once.
	 * @param runAt the moment
	 * @return the copy
	 */
	public TaskRequest runAt(Instant runAt) {
		return copy((changed) -> changed.runAt = runAt);
	}

	/**
	 * Returns a copy with a number of retries of its own.
	 * @param maxRetries how often a failed task is tried again, 0 for never
	 * @return the copy
	 */
	public TaskRequest maxRetries(int maxRetries) {
		return copy((changed) -> changed.maxRetries = maxRetries);
	}

	/**
	 * Returns a copy of whose key only the first request creates a task; the others get
	 * its id, for as long as that task is kept.
	 * @param idempotencyKey the key, of at most 500 characters
	 * @return the copy
	 */
	public TaskRequest idempotencyKey(String idempotencyKey) {
		return copy((changed) -> changed.idempotencyKey = idempotencyKey);
	}

	/**
	 * Returns a copy that creates a task only if no other one of the same name and key
	 * waits, or is unfinished. Retrying a task by hand does not look at keys.
	 * @param key the key, of at most 500 characters
	 * @param until until when a task keeps others out
	 * @return the copy
	 */
	public TaskRequest unique(String key, UniqueUntil until) {
		return copy((changed) -> changed.uniqueness = new Uniqueness(key, until, null, null));
	}

	/**
	 * Returns a copy that creates a task only if the last of its name and key is older.
	 * @param key the key, of at most 500 characters
	 * @param duration how old it must be
	 * @return the copy
	 */
	public TaskRequest uniqueFor(String key, Duration duration) {
		return copy((changed) -> changed.uniqueness = new Uniqueness(key, null, duration, null));
	}

	/**
	 * Returns a copy whose task runs once no other such request with this key has come
	 * for a while: what waits for its first attempt gets its arguments and headers and is
	 * put off, but keeps all else. After the last request, its arguments run.
	 * @param key the key, of at most 500 characters
	 * @param quiet how long no other request must have come
	 * @param atMost how long a task may be put off, from when it was enqueued
	 * @return the copy
	 */
	public TaskRequest debounce(String key, Duration quiet, Duration atMost) {
		Assert.notNull(atMost, "'atMost' of a debounced task must not be null");
		return copy((changed) -> changed.uniqueness = new Uniqueness(key, null, quiet, atMost));
	}

	/**
	 * Returns a copy with one more limit, beside those of the handler.
	 * @param limit the name of the limit, which an annotation or a property must know
	 * @return the copy
	 */
	public TaskRequest limit(String limit) {
		return copy((changed) -> changed.limits = extended(changed.limits, limit, ""));
	}

	/**
	 * Returns a copy with one more limit, or another key of one of the handler's.
	 * @param limit the name of the limit, which an annotation or a property must know
	 * @param key what is limited by itself, such as a tenant, of at most 500 characters
	 * @return the copy
	 */
	public TaskRequest limit(String limit, String key) {
		Assert.hasText(key,
				() -> "The key of limit '%s' of task '%s' must not be empty".formatted(limit, this.values.name));
		return copy((changed) -> changed.limits = extended(changed.limits, limit, key));
	}

	private static Map<String, String> extended(Map<String, String> map, String key, String value) {
		Map<String, String> extended = new LinkedHashMap<>(map);
		extended.put(key, value);
		return Collections.unmodifiableMap(extended);
	}

	/**
	 * Returns a copy that takes turns with tasks of other keys, in a category for which
	 * {@code gobstopper.fairness.<category>.enabled} is set.
	 * @param key whose turn it is, such as a tenant, of at most 500 characters
	 * @return the copy
	 */
	public TaskRequest fairnessKey(String key) {
		Assert.hasText(key, () -> "'fairnessKey' of task '%s' must not be empty".formatted(this.values.name));
		return copy((changed) -> changed.fairnessKey = key);
	}

	/**
	 * Returns a copy with one more header: a text, such as the user for whom the task
	 * runs, that is shown with it and can be read in its {@link TaskContext}.
	 * @param header its name; those that begin with {@code gobstopper-} are reserved
	 * @param value its value; all have at most {@value #MAX_HEADER_CHARACTERS} characters
	 * @return the copy
	 */
	public TaskRequest header(String header, String value) {
		Assert.hasText(header, () -> "The name of a header of task '%s' must not be empty".formatted(this.values.name));
		Assert.isTrue(!header.toLowerCase(Locale.ROOT).startsWith("gobstopper-"),
				() -> "Header '%s' of task '%s' is reserved".formatted(header, this.values.name));
		Assert.notNull(value, () -> "Header '%s' of task '%s' must not be null".formatted(header, this.values.name));
		Map<String, String> extended = extended(this.values.headers, header, value);
		int characters = (String.join("", extended.keySet()) + String.join("", extended.values())).length();
		Assert.isTrue(characters <= MAX_HEADER_CHARACTERS,
				() -> "The headers of task '%s' have %d characters, more than %d".formatted(this.values.name,
						characters, MAX_HEADER_CHARACTERS));
		return copy((changed) -> changed.headers = extended);
	}

	/**
	 * Returns the name of the task.
	 * @return the name of the task
	 */
	public String name() {
		return this.values.name;
	}

	/**
	 * Returns the positional arguments.
	 * @return the positional arguments
	 */
	public List<@Nullable Object> args() {
		return this.values.args;
	}

	/**
	 * Returns the arguments by parameter name.
	 * @return the arguments by parameter name
	 */
	public Map<String, @Nullable Object> kwargs() {
		return this.values.kwargs;
	}

	/**
	 * Returns the queue to wait in.
	 * @return the queue to wait in, or {@code null} for that of the handler
	 */
	public @Nullable String category() {
		return this.values.category;
	}

	/**
	 * Returns the priority.
	 * @return the priority, or {@code null} for that of the handler
	 */
	public @Nullable TaskPriority priority() {
		return this.values.priority;
	}

	/**
	 * Returns the time to wait before the task may run.
	 * @return the time, or {@code null} for none
	 */
	public @Nullable Duration delay() {
		return this.values.delay;
	}

	/**
	 * Returns the moment from which the task may run.
	 * @return the moment from which the task may run, or {@code null} for now
	 */
	public @Nullable Instant runAt() {
		return this.values.runAt;
	}

	/**
	 * Returns how often a failed task is tried again.
	 * @return the number, or {@code null} for that of the handler
	 */
	public @Nullable Integer maxRetries() {
		return this.values.maxRetries;
	}

	/**
	 * Returns the key of which only the first request creates a task.
	 * @return the key of which only the first request creates a task, or {@code null}
	 */
	public @Nullable String idempotencyKey() {
		return this.values.idempotencyKey;
	}

	/**
	 * Returns the key that only one task holds.
	 * @return the key and how long it is held, or {@code null}
	 */
	public @Nullable Uniqueness uniqueness() {
		return this.values.uniqueness;
	}

	/**
	 * Returns the headers.
	 * @return the headers, unmodifiable
	 */
	public Map<String, String> headers() {
		return this.values.headers;
	}

	/**
	 * Returns the limits beside those of the handler.
	 * @return the key of each, empty for none, by the name of the limit; unmodifiable
	 */
	public Map<String, String> limits() {
		return this.values.limits;
	}

	/**
	 * Returns whose turn it is.
	 * @return the fairness key, or {@code null} for that of the handler
	 */
	public @Nullable String fairnessKey() {
		return this.values.fairnessKey;
	}

	// The arguments stay hidden.
	@Override
	public String toString() {
		return "TaskRequest[name=%s]".formatted(this.values.name);
	}

	private static List<@Nullable Object> arguments(@Nullable Object @Nullable [] values) {
		boolean all = values != null && values.getClass() == Object[].class;
		return all ? Arrays.asList(values) : Collections.singletonList(values);
	}

	/**
	 * What a request is made of.
	 */
	private static final class Values implements Cloneable {

		private final String name;

		private List<@Nullable Object> args = List.of();

		private Map<String, @Nullable Object> kwargs = Map.of();

		private @Nullable String category;

		private @Nullable TaskPriority priority;

		private @Nullable Duration delay;

		private @Nullable Instant runAt;

		private @Nullable Integer maxRetries;

		private @Nullable String idempotencyKey;

		private @Nullable Uniqueness uniqueness;

		private Map<String, String> headers = Map.of();

		private Map<String, String> limits = Map.of();

		private @Nullable String fairnessKey;

		Values(String name) {
			this.name = name;
		}

		Values copy() {
			try {
				return (Values) clone();
			}
			catch (CloneNotSupportedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}

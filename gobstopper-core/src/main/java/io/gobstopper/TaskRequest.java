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

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * An immutable request to run a task; each method returns a changed copy. What is not set
 * is taken from the handler's {@link GobstopperTask}.
 */
public final class TaskRequest {

	/**
	 * The largest number of characters of all headers of a request.
	 */
	public static final int MAX_HEADER_CHARACTERS = 8192;

	private static final String RESERVED = "gobstopper-";

	private final String name;

	private final List<@Nullable Object> args;

	private final Map<String, @Nullable Object> kwargs;

	private final @Nullable String category;

	private final @Nullable TaskPriority priority;

	private final @Nullable Duration delay;

	private final @Nullable Instant runAt;

	private final @Nullable Integer maxRetries;

	private final @Nullable String idempotencyKey;

	private final @Nullable Uniqueness uniqueness;

	private final Map<String, String> headers;

	private TaskRequest(String name, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs,
			@Nullable String category, @Nullable TaskPriority priority, @Nullable Duration delay,
			@Nullable Instant runAt, @Nullable Integer maxRetries, @Nullable String idempotencyKey,
			@Nullable Uniqueness uniqueness, Map<String, String> headers) {
		Assert.hasText(name, "'name' of a task must not be empty");
		Assert.isTrue(category == null || !category.isBlank(),
				() -> "'category' of task '%s' must not be empty".formatted(name));
		Assert.isTrue(delay == null || !delay.isNegative(),
				() -> "'delay' of task '%s' must not be negative, but is %s".formatted(name, delay));
		Assert.isTrue(delay == null || runAt == null,
				() -> "Task '%s' has both a 'delay' and a 'runAt'; set one of them".formatted(name));
		Assert.isTrue(maxRetries == null || maxRetries >= 0,
				() -> "'maxRetries' of task '%s' must not be negative, but is %s".formatted(name, maxRetries));
		Assert.isTrue(idempotencyKey == null || !idempotencyKey.isBlank(),
				() -> "'idempotencyKey' of task '%s' must not be empty".formatted(name));
		Assert.isTrue(idempotencyKey == null || uniqueness == null,
				() -> "Task '%s' has both an 'idempotencyKey' and a unique key; set one of them".formatted(name));
		Assert.isTrue(uniqueness == null || uniqueness.atMost() == null || (delay == null && runAt == null),
				() -> "Task '%s' is debounced, so it must have neither 'delay' nor 'runAt'".formatted(name));
		this.name = name;
		this.args = Collections.unmodifiableList(new ArrayList<>(args));
		this.kwargs = Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
		this.category = category;
		this.priority = priority;
		this.delay = delay;
		this.runAt = runAt;
		this.maxRetries = maxRetries;
		this.idempotencyKey = idempotencyKey;
		this.uniqueness = uniqueness;
		this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
	}

	/**
	 * Returns a request without arguments.
	 * @param name the name of the task
	 * @return the request
	 */
	public static TaskRequest of(String name) {
		return new TaskRequest(name, List.of(), Map.of(), null, null, null, null, null, null, null, Map.of());
	}

	/**
	 * Returns a copy with these positional arguments instead of the present ones.
	 * @param values the values in the order of the handler's parameters; {@code null} is
	 * one argument that is {@code null}, and an array of any type but {@code Object[]},
	 * such as a {@code String[]}, is one argument
	 * @return the copy
	 */
	public TaskRequest args(@Nullable Object... values) {
		return new TaskRequest(this.name, arguments(values), this.kwargs, this.category, this.priority, this.delay,
				this.runAt, this.maxRetries, this.idempotencyKey, this.uniqueness, this.headers);
	}

	/**
	 * Returns a copy with one more argument given by name.
	 * @param parameter the name of the handler's parameter
	 * @param value the value
	 * @return the copy
	 */
	public TaskRequest kwarg(String parameter, @Nullable Object value) {
		Map<String, @Nullable Object> extended = new LinkedHashMap<>(this.kwargs);
		extended.put(parameter, value);
		return new TaskRequest(this.name, this.args, extended, this.category, this.priority, this.delay, this.runAt,
				this.maxRetries, this.idempotencyKey, this.uniqueness, this.headers);
	}

	/**
	 * Returns a copy that waits in another category than the handler's.
	 * @param category the category, of at most 500 characters
	 * @return the copy
	 */
	public TaskRequest category(String category) {
		return new TaskRequest(this.name, this.args, this.kwargs, category, this.priority, this.delay, this.runAt,
				this.maxRetries, this.idempotencyKey, this.uniqueness, this.headers);
	}

	/**
	 * Returns a copy with a priority of its own.
	 * @param priority the priority
	 * @return the copy
	 */
	public TaskRequest priority(TaskPriority priority) {
		return new TaskRequest(this.name, this.args, this.kwargs, this.category, priority, this.delay, this.runAt,
				this.maxRetries, this.idempotencyKey, this.uniqueness, this.headers);
	}

	/**
	 * Returns a copy that may run only after a delay.
	 * @param delay the time from enqueuing, not negative
	 * @return the copy
	 */
	public TaskRequest delay(Duration delay) {
		return new TaskRequest(this.name, this.args, this.kwargs, this.category, this.priority, delay, this.runAt,
				this.maxRetries, this.idempotencyKey, this.uniqueness, this.headers);
	}

	/**
	 * Returns a copy that may run only from a moment on; one in the past runs at once.
	 * @param runAt the moment
	 * @return the copy
	 */
	public TaskRequest runAt(Instant runAt) {
		return new TaskRequest(this.name, this.args, this.kwargs, this.category, this.priority, this.delay, runAt,
				this.maxRetries, this.idempotencyKey, this.uniqueness, this.headers);
	}

	/**
	 * Returns a copy with a number of retries of its own.
	 * @param maxRetries how often a failed task is tried again, 0 for never
	 * @return the copy
	 */
	public TaskRequest maxRetries(int maxRetries) {
		return new TaskRequest(this.name, this.args, this.kwargs, this.category, this.priority, this.delay, this.runAt,
				maxRetries, this.idempotencyKey, this.uniqueness, this.headers);
	}

	/**
	 * Returns a copy that creates a task only if none with this key is kept: of all
	 * requests with one key, the first creates a task and the others get its id, for as
	 * long as that task is kept.
	 * @param idempotencyKey the key, of at most 500 characters
	 * @return the copy
	 */
	public TaskRequest idempotencyKey(String idempotencyKey) {
		return new TaskRequest(this.name, this.args, this.kwargs, this.category, this.priority, this.delay, this.runAt,
				this.maxRetries, idempotencyKey, this.uniqueness, this.headers);
	}

	/**
	 * Returns a copy that creates a task only if no other one of the same name that was
	 * enqueued with this key waits, or is unfinished. Retrying a task by hand does not
	 * look at keys.
	 * @param key the key, of at most 500 characters
	 * @param until whether only a task that waits for its first attempt keeps another one
	 * out, or one that runs, too
	 * @return the copy
	 */
	public TaskRequest unique(String key, UniqueUntil until) {
		return with(new Uniqueness(key, until, null, null));
	}

	/**
	 * Returns a copy that creates a task only if the last one of the same name that was
	 * created with this key is old enough, whatever became of it.
	 * @param key the key, of at most 500 characters
	 * @param duration how old it must be
	 * @return the copy
	 */
	public TaskRequest uniqueFor(String key, Duration duration) {
		return with(new Uniqueness(key, null, duration, null));
	}

	/**
	 * Returns a copy whose task runs once no other such request with this key has come
	 * for a while: if a task of the same name and key waits for its first attempt, its
	 * arguments and headers are replaced and it is put off; it keeps its category,
	 * priority and number of retries. After the last request, its arguments run.
	 * @param key the key, of at most 500 characters
	 * @param quiet how long no other request must have come
	 * @param atMost how long a task may be put off, from when it was enqueued
	 * @return the copy
	 */
	public TaskRequest debounce(String key, Duration quiet, Duration atMost) {
		Assert.notNull(atMost, "'atMost' of a debounced task must not be null");
		return with(new Uniqueness(key, null, quiet, atMost));
	}

	private TaskRequest with(Uniqueness uniqueness) {
		Duration duration = uniqueness.duration();
		Duration atMost = uniqueness.atMost();
		Assert.hasText(uniqueness.key(), "A unique key must not be empty");
		Assert.isTrue((uniqueness.until() != null) != (duration != null),
				"A unique key is held either until something happens or for a time");
		Assert.isTrue(duration == null || !(duration.isNegative() || duration.isZero()),
				() -> "The time of a unique key must be more than 0, but is %s".formatted(duration));
		Assert.isTrue(atMost == null || (duration != null && atMost.compareTo(duration) >= 0),
				() -> "'atMost' of a debounced task must not be less than its 'quiet' of %s, but is %s"
					.formatted(duration, atMost));
		return new TaskRequest(this.name, this.args, this.kwargs, this.category, this.priority, this.delay, this.runAt,
				this.maxRetries, this.idempotencyKey, uniqueness, this.headers);
	}

	/**
	 * Returns a copy with one more header: a text that goes with the task, such as the
	 * tenant or the user for whom it runs. It is shown with the task and can be read in
	 * its {@link TaskContext}.
	 * @param header the name of the header; names that begin with {@code gobstopper-} are
	 * reserved
	 * @param value the value; all headers together have at most
	 * {@value #MAX_HEADER_CHARACTERS} characters
	 * @return the copy
	 */
	public TaskRequest header(String header, String value) {
		Assert.hasText(header, () -> "The name of a header of task '%s' must not be empty".formatted(this.name));
		Assert.isTrue(!header.toLowerCase(Locale.ROOT).startsWith(RESERVED),
				() -> "Header '%s' of task '%s' is reserved".formatted(header, this.name));
		Assert.notNull(value, () -> "Header '%s' of task '%s' must not be null".formatted(header, this.name));
		Map<String, String> extended = new LinkedHashMap<>(this.headers);
		extended.put(header, value);
		int characters = extended.entrySet()
			.stream()
			.mapToInt((each) -> each.getKey().length() + each.getValue().length())
			.sum();
		Assert.isTrue(characters <= MAX_HEADER_CHARACTERS,
				() -> "The headers of task '%s' have %d characters, more than %d".formatted(this.name, characters,
						MAX_HEADER_CHARACTERS));
		return new TaskRequest(this.name, this.args, this.kwargs, this.category, this.priority, this.delay, this.runAt,
				this.maxRetries, this.idempotencyKey, this.uniqueness, extended);
	}

	/**
	 * Returns the name of the task.
	 * @return the name of the task
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Returns the positional arguments.
	 * @return the positional arguments
	 */
	public List<@Nullable Object> args() {
		return this.args;
	}

	/**
	 * Returns the arguments by parameter name.
	 * @return the arguments by parameter name
	 */
	public Map<String, @Nullable Object> kwargs() {
		return this.kwargs;
	}

	/**
	 * Returns the queue to wait in.
	 * @return the queue to wait in, or {@code null} for that of the handler
	 */
	public @Nullable String category() {
		return this.category;
	}

	/**
	 * Returns the priority.
	 * @return the priority, or {@code null} for that of the handler
	 */
	public @Nullable TaskPriority priority() {
		return this.priority;
	}

	/**
	 * Returns the time to wait before the task may run.
	 * @return the time to wait before the task may run, or {@code null} for none
	 */
	public @Nullable Duration delay() {
		return this.delay;
	}

	/**
	 * Returns the moment from which the task may run.
	 * @return the moment from which the task may run, or {@code null} for now
	 */
	public @Nullable Instant runAt() {
		return this.runAt;
	}

	/**
	 * Returns how often a failed task is tried again.
	 * @return how often a failed task is tried again, or {@code null} for as often as the
	 * handler says
	 */
	public @Nullable Integer maxRetries() {
		return this.maxRetries;
	}

	/**
	 * Returns the key of which only the first request creates a task.
	 * @return the key of which only the first request creates a task, or {@code null}
	 */
	public @Nullable String idempotencyKey() {
		return this.idempotencyKey;
	}

	/**
	 * Returns the key that only one task holds.
	 * @return the key and how long it is held, or {@code null}
	 */
	public @Nullable Uniqueness uniqueness() {
		return this.uniqueness;
	}

	/**
	 * Returns the headers.
	 * @return the headers, unmodifiable
	 */
	public Map<String, String> headers() {
		return this.headers;
	}

	/**
	 * Returns the name of the task; the arguments stay hidden.
	 */
	@Override
	public String toString() {
		return "TaskRequest[name=%s]".formatted(this.name);
	}

	// Java takes an array for all arguments where it may have been meant for one.
	private static List<@Nullable Object> arguments(@Nullable Object @Nullable [] values) {
		if (values == null) {
			return Collections.singletonList(null);
		}
		return (values.getClass() == Object[].class) ? Arrays.asList(values) : Collections.singletonList(values);
	}

	/**
	 * Until when a task keeps another one with its key out.
	 */
	public enum UniqueUntil {

		/**
		 * Until its first attempt starts: what happens then leads to another task.
		 */
		START,

		/**
		 * Until it is finished: succeeded, failed or cancelled.
		 */
		END

	}

	/**
	 * A key that only one task of a name is to have.
	 *
	 * @param key the key
	 * @param until until when another task keeps this one out, or {@code null}
	 * @param duration for how long it does, or a debounced task waits, or {@code null}
	 * @param atMost how long a debounced task may be put off, or {@code null}
	 */
	public record Uniqueness(String key, @Nullable UniqueUntil until, @Nullable Duration duration,
			@Nullable Duration atMost) {

	}

}

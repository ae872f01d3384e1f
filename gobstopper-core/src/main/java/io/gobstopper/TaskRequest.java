package io.gobstopper;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * An immutable request to run a task; each method returns a changed copy. What is
 * {@code null} is taken from the handler's {@link GobstopperTask}.
 *
 * @param name the name of the task
 * @param args the positional arguments
 * @param kwargs the arguments by parameter name
 * @param category the queue to wait in, of at most 500 characters
 * @param priority the priority
 * @param delay the time to wait before the task may run
 * @param runAt the moment from which the task may run
 * @param maxRetries how often a failed task is tried again
 * @param idempotencyKey of all requests with one key, the first creates a task and the
 * others get its id, for as long as that task is kept; at most 500 characters
 */
public record TaskRequest(String name, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs,
		@Nullable String category, @Nullable TaskPriority priority, @Nullable Duration delay, @Nullable Instant runAt,
		@Nullable Integer maxRetries, @Nullable String idempotencyKey) {

	public TaskRequest {
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
		args = Collections.unmodifiableList(new ArrayList<>(args));
		kwargs = Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
	}

	/**
	 * Returns a request without arguments.
	 * @param name the name of the task
	 * @return the request
	 */
	public static TaskRequest of(String name) {
		return new TaskRequest(name, List.of(), Map.of(), null, null, null, null, null, null);
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
				this.runAt, this.maxRetries, this.idempotencyKey);
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
				this.maxRetries, this.idempotencyKey);
	}

	/**
	 * Returns a copy that waits in another category than the handler's.
	 * @param category the category
	 * @return the copy
	 */
	public TaskRequest category(String category) {
		return new TaskRequest(this.name, this.args, this.kwargs, category, this.priority, this.delay, this.runAt,
				this.maxRetries, this.idempotencyKey);
	}

	/**
	 * Returns a copy with a priority of its own.
	 * @param priority the priority
	 * @return the copy
	 */
	public TaskRequest priority(TaskPriority priority) {
		return new TaskRequest(this.name, this.args, this.kwargs, this.category, priority, this.delay, this.runAt,
				this.maxRetries, this.idempotencyKey);
	}

	/**
	 * Returns a copy that may run only after a delay.
	 * @param delay the time from enqueuing, not negative
	 * @return the copy
	 */
	public TaskRequest delay(Duration delay) {
		return new TaskRequest(this.name, this.args, this.kwargs, this.category, this.priority, delay, this.runAt,
				this.maxRetries, this.idempotencyKey);
	}

	/**
	 * Returns a copy that may run only from a moment on; one in the past runs at once.
	 * @param runAt the moment
	 * @return the copy
	 */
	public TaskRequest runAt(Instant runAt) {
		return new TaskRequest(this.name, this.args, this.kwargs, this.category, this.priority, this.delay, runAt,
				this.maxRetries, this.idempotencyKey);
	}

	/**
	 * Returns a copy with a number of retries of its own.
	 * @param maxRetries how often a failed task is tried again, 0 for never
	 * @return the copy
	 */
	public TaskRequest maxRetries(int maxRetries) {
		return new TaskRequest(this.name, this.args, this.kwargs, this.category, this.priority, this.delay, this.runAt,
				maxRetries, this.idempotencyKey);
	}

	/**
	 * Returns a copy that creates a task only if none with this key is kept.
	 * @param idempotencyKey the key
	 * @return the copy
	 */
	public TaskRequest idempotencyKey(String idempotencyKey) {
		return new TaskRequest(this.name, this.args, this.kwargs, this.category, this.priority, this.delay, this.runAt,
				this.maxRetries, idempotencyKey);
	}

	// Java takes an array for all arguments where it may have been meant for one.
	private static List<@Nullable Object> arguments(@Nullable Object @Nullable [] values) {
		if (values == null) {
			return Collections.singletonList(null);
		}
		return (values.getClass() == Object[].class) ? Arrays.asList(values) : Collections.singletonList(values);
	}

}

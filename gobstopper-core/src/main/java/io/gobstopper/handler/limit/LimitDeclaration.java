package io.gobstopper.handler.limit;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.OnConflict;

/**
 * What a {@link io.gobstopper.limit.TaskLimit} annotation says.
 *
 * @param name the name of the limit
 * @param key computes the key, or {@code null} if there is none
 * @param numbers how many tasks may run at once, as far as it says so
 * @param ordered whether those with the same key start in order
 * @param onConflict what becomes of those with the same key if there are too many
 */
public record LimitDeclaration(String name, @Nullable KeyExpression key, LimitNumbers numbers, boolean ordered,
		OnConflict onConflict) {

	/**
	 * Computes the key of a task.
	 * @param task the name of the task
	 * @param arguments its arguments as they are stored, by name
	 * @return the key, empty if the limit has none
	 * @throws io.gobstopper.error.InvalidTaskArgumentsException if it cannot be computed
	 */
	public String keyOf(String task, Map<String, @Nullable Object> arguments) {
		return (this.key != null) ? this.key.compute("key of limit '%s'".formatted(this.name), task, arguments) : "";
	}

}

package io.gobstopper.handler;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.gobstopper.TaskPriority;

/**
 * What a {@link io.gobstopper.GobstopperTask} annotation says.
 *
 * @param name the unique name
 * @param aliases the former names
 * @param category the category
 * @param priority the default priority
 * @param maxRetries the default number of retries
 * @param timeout the longest run time of an attempt
 * @param retryPolicy the delays between attempts
 * @param snoozePolicy how often and how long it may be snoozed
 */
public record TaskDefinition(String name, List<String> aliases, String category, TaskPriority priority, int maxRetries,
		@Nullable Duration timeout, RetryPolicy retryPolicy, SnoozePolicy snoozePolicy) {

	public TaskDefinition {
		Assert.hasText(name, "'name' must not be empty");
		Assert.hasText(category, "'category' must not be empty");
		Assert.isTrue(maxRetries >= 0, () -> "'maxRetries' must not be negative, but is %d".formatted(maxRetries));
		Assert.isTrue(timeout == null || (!timeout.isNegative() && !timeout.isZero()),
				() -> "'timeout' must be positive, but is %s".formatted(timeout));
		aliases = List.copyOf(aliases);
	}

}

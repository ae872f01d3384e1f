package io.gobstopper.handler;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskPriority;

/**
 * Handlers with parameters of many shapes; each returns what it got.
 */
class Shapes {

	@GobstopperTask(name = "plain", category = "shapes", priority = TaskPriority.HIGH, maxRetries = 2, timeout = "5m",
			aliases = { "simple", "basic" })
	String plain(String to, int count, TaskContext context, boolean really) {
		return to + count + really + context.id();
	}

	@GobstopperTask(name = "rich")
	List<Object> rich(Address address, List<Address> others, Map<String, List<Integer>> numbers, TaskPriority priority,
			Instant at, Duration duration) {
		return List.of(address, others, numbers, priority, at, duration);
	}

	@GobstopperTask(name = "optional")
	List<Object> optional(String required, Optional<Integer> maybe, @Nullable String nothing) {
		return List.of(required, maybe, String.valueOf(nothing));
	}

	@GobstopperTask(name = "none")
	void none() {
	}

	record Address(String street, int number) {

	}

}

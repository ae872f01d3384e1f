package io.gobstopper.worker.execution;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names of tasks that this process could not read lately. Safe for use by several
 * threads.
 */
final class UnreadableTasks {

	private static final long REMEMBERED_NANOS = Duration.ofMinutes(10).toNanos();

	private final Map<String, Long> seenNanos = new ConcurrentHashMap<>();

	// Returns whether that is news.
	boolean add(String name) {
		return this.seenNanos.put(name, System.nanoTime()) == null;
	}

	List<String> names() {
		long now = System.nanoTime();
		this.seenNanos.values().removeIf((seen) -> now - seen > REMEMBERED_NANOS);
		return this.seenNanos.keySet().stream().sorted().toList();
	}

}

package io.gobstopper.worker;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import org.springframework.util.Assert;

/**
 * How this process runs tasks.
 *
 * @param categories the categories to run, empty for all
 * @param concurrency how many tasks of one category run at once
 * @param concurrencyByCategory exceptions from that
 * @param maxThreads how many tasks of all categories run at once
 * @param prefetchWindow how much work, in run time, is claimed ahead
 * @param pollInterval how often the database is looked at without being told to
 * @param leases the holds on running tasks
 * @param limits how much of what handlers produce is stored
 * @param retention how long completed tasks are kept
 * @param abandonAfter how long a handler may ignore an interrupt before its thread is
 * replaced
 * @param shutdownGracePeriod how long running tasks may go on when the application stops
 */
public record WorkerSettings(Set<String> categories, int concurrency, Map<String, Integer> concurrencyByCategory,
		int maxThreads, Duration prefetchWindow, Duration pollInterval, LeaseSettings leases, ContentLimits limits,
		RetentionSettings retention, Duration abandonAfter, Duration shutdownGracePeriod) {

	public WorkerSettings {
		Assert.isTrue(concurrency >= 1, () -> "'concurrency' must be at least 1, but is %d".formatted(concurrency));
		concurrencyByCategory.forEach((category, slots) -> Assert.isTrue(slots >= 1,
				() -> "'concurrency' of category '%s' must be at least 1, but is %d".formatted(category, slots)));
		Assert.isTrue(maxThreads >= 1, () -> "'maxThreads' must be at least 1, but is %d".formatted(maxThreads));
		concurrencyByCategory.forEach((category, slots) -> Assert.isTrue(slots <= maxThreads,
				() -> "'concurrency' of category '%s' must be at most 'maxThreads', %d, but is %d".formatted(category,
						maxThreads, slots)));
		Assert.isTrue(pollInterval.compareTo(Duration.ZERO) > 0,
				() -> "'pollInterval' must be positive, but is %s".formatted(pollInterval));
		Assert.isTrue(!prefetchWindow.isNegative(),
				() -> "'prefetchWindow' must not be negative, but is %s".formatted(prefetchWindow));
		Assert.isTrue(!abandonAfter.isNegative(),
				() -> "'abandonAfter' must not be negative, but is %s".formatted(abandonAfter));
		Assert.isTrue(!shutdownGracePeriod.isNegative(),
				() -> "'shutdownGracePeriod' must not be negative, but is %s".formatted(shutdownGracePeriod));
		categories = Set.copyOf(categories);
		concurrencyByCategory = Map.copyOf(concurrencyByCategory);
	}

	boolean runs(String category) {
		return this.categories.isEmpty() || this.categories.contains(category);
	}

	int concurrencyOf(String category) {
		return this.concurrencyByCategory.getOrDefault(category, this.concurrency);
	}

}

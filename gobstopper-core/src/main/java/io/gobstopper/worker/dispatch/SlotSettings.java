package io.gobstopper.worker.dispatch;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import org.springframework.util.Assert;

import io.gobstopper.limit.Fairness;

/**
 * How many tasks run at once, and how many are claimed ahead.
 *
 * @param categories the categories to run, empty for all
 * @param concurrency how many tasks of one category run at once
 * @param concurrencyByCategory exceptions from that
 * @param maxThreads how many tasks of all categories run at once
 * @param prefetchWindow how much work, in run time, is claimed ahead
 * @param fairness in which categories tasks of different fairness keys take turns
 */
public record SlotSettings(Set<String> categories, int concurrency, Map<String, Integer> concurrencyByCategory,
		int maxThreads, Duration prefetchWindow, Fairness fairness) {

	// A key that is new waits for what is claimed ahead.
	private static final Duration LONGEST_OF_FAIR = Duration.ofMillis(10);

	public SlotSettings {
		Assert.isTrue(concurrency >= 1, () -> "'concurrency' must be at least 1, but is %d".formatted(concurrency));
		concurrencyByCategory.forEach((category, slots) -> Assert.isTrue(slots >= 1,
				() -> "'concurrency' of category '%s' must be at least 1, but is %d".formatted(category, slots)));
		Assert.isTrue(maxThreads >= 1, () -> "'maxThreads' must be at least 1, but is %d".formatted(maxThreads));
		concurrencyByCategory.forEach((category, slots) -> Assert.isTrue(slots <= maxThreads,
				() -> "'concurrency' of category '%s' must be at most 'maxThreads', %d, but is %d".formatted(category,
						maxThreads, slots)));
		Assert.isTrue(!prefetchWindow.isNegative(),
				() -> "'prefetchWindow' must not be negative, but is %s".formatted(prefetchWindow));
		categories = Set.copyOf(categories);
		concurrencyByCategory = Map.copyOf(concurrencyByCategory);
	}

	boolean isFair(String category) {
		return this.fairness.isEnabled(category);
	}

	Duration prefetchWindowOf(String category) {
		boolean shorter = isFair(category) && this.prefetchWindow.compareTo(LONGEST_OF_FAIR) > 0;
		return shorter ? LONGEST_OF_FAIR : this.prefetchWindow;
	}

	boolean runs(String category) {
		return this.categories.isEmpty() || this.categories.contains(category);
	}

	int concurrencyOf(String category) {
		return this.concurrencyByCategory.getOrDefault(category, this.concurrency);
	}

}

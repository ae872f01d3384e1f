package io.gobstopper.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.worker.dispatch.CategoryActivity;

/**
 * What the worker of this process does.
 *
 * @param node its name, which names the host and the process
 * @param startedAt when it started
 * @param lastClaimAt when it last asked the database for work with success, {@code null}
 * if it never did
 * @param pollInterval how often it does so at least
 * @param categories what it does in each category
 * @param maxThreads how many tasks it runs at once at most, whatever the categories say
 * @param unreadable the names of tasks whose arguments it could not read lately
 * @param limits the numbers of limits as its annotations and properties say, by name
 */
public record WorkerStatus(String node, Instant startedAt, @Nullable Instant lastClaimAt, Duration pollInterval,
		List<CategoryActivity> categories, int maxThreads, List<String> unreadable, Map<String, LimitNumbers> limits) {

	public WorkerStatus {
		categories = List.copyOf(categories);
		unreadable = List.copyOf(unreadable);
		limits = Map.copyOf(limits);
	}

	/**
	 * Returns how many tasks it may run at once.
	 * @return the number
	 */
	public int capacity() {
		return Math.min(this.maxThreads, this.categories.stream().mapToInt(CategoryActivity::limit).sum());
	}

	/**
	 * Returns whether the worker has not asked for work with success for three intervals.
	 * @param now the time
	 * @return whether it is stalled
	 */
	public boolean isStalled(Instant now) {
		Instant last = (this.lastClaimAt != null) ? this.lastClaimAt : this.startedAt;
		return Duration.between(last, now).dividedBy(3).compareTo(this.pollInterval) > 0;
	}

}

package io.gobstopper.actuate.description;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.gobstopper.store.statistics.AttentionCounts;
import io.gobstopper.store.statistics.FailureSummary;

/**
 * What has happened in the queue lately.
 *
 * @param window how far back it goes
 * @param asOf when all of it was read, if that was not just now: where reading takes
 * long, it is read ahead, so that it may be some seconds old; {@code null} otherwise
 * @param queue the queue as a whole; of very many categories, those that are paused and
 * those with most unfinished tasks
 * @param totals the sums over all categories
 * @param series what happened when
 * @param failures what failed most in the window
 * @param attention the tasks that somebody should look at
 * @param running the tasks that have run longest
 * @param problem why the queue does not work as it should, {@code null} if it does
 * @param changesAllowed whether the user may change tasks and categories
 * @param valuesShown whether arguments, results and errors are shown
 */
public record ActivityDescriptor(String window, @Nullable Instant asOf, QueueDescriptor queue, TotalsDescriptor totals,
		SeriesDescriptor series, List<FailureSummary> failures, AttentionCounts attention,
		List<RunningTaskDescriptor> running, @Nullable String problem, boolean changesAllowed,
		boolean valuesShown) implements OperationResponseBody {

	/**
	 * Sums over all categories.
	 *
	 * @param categories how many there are
	 * @param due the tasks that are due and wait
	 * @param scheduled the tasks that are not due yet
	 * @param running the tasks that run
	 * @param claimedAhead the tasks that a worker has claimed to run next
	 */
	public record TotalsDescriptor(int categories, long due, long scheduled, long running, long claimedAhead) {

	}

	/**
	 * What happened in each bucket of time; all lists have the same length.
	 *
	 * @param start where the first bucket begins
	 * @param bucketSeconds how long each is
	 * @param succeeded the attempts that succeeded
	 * @param failed the attempts that failed, timed out or crashed
	 * @param cancelled the attempts that were cancelled while they ran
	 * @param waiting how long attempts had been due before they started
	 * @param execution how long attempts ran
	 * @param depth how many tasks were due and waited at the end of each bucket, by
	 * category, for the few with most
	 */
	public record SeriesDescriptor(Instant start, long bucketSeconds, List<Long> succeeded, List<Long> failed,
			List<Long> cancelled, PercentilesDescriptor waiting, PercentilesDescriptor execution,
			Map<String, List<Long>> depth) {

	}

	/**
	 * Times in seconds, {@code null} for a bucket in which nothing ended.
	 *
	 * @param p50 half of the times were at most this
	 * @param p95 95 of 100 were
	 * @param p99 99 of 100 were
	 */
	public record PercentilesDescriptor(List<@Nullable Double> p50, List<@Nullable Double> p95,
			List<@Nullable Double> p99) {

	}

	/**
	 * A task that runs.
	 *
	 * @param id the id of the task
	 * @param name the name of the task
	 * @param category its category
	 * @param attempt which attempt it is
	 * @param startedAt when it began
	 * @param progress from 0.0 to 100.0
	 * @param progressMessage what the handler reported with it
	 * @param cancelRequested whether it has been asked to stop
	 * @param node the worker that runs it
	 */
	public record RunningTaskDescriptor(String id, String name, String category, int attempt,
			@Nullable Instant startedAt, double progress, String progressMessage, boolean cancelRequested,
			String node) {

	}

}

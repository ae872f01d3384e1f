package io.gobstopper.actuate;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;

import io.gobstopper.TaskStoreException;
import io.gobstopper.actuate.ActivityDescriptor.RunningTaskDescriptor;
import io.gobstopper.actuate.ActivityDescriptor.SeriesDescriptor;
import io.gobstopper.actuate.ActivityDescriptor.TotalsDescriptor;
import io.gobstopper.actuate.QueueDescriptor.CategoryDescriptor;
import io.gobstopper.store.AttentionCounts;
import io.gobstopper.store.FailureSummary;
import io.gobstopper.store.GroupCommit;
import io.gobstopper.store.RunningTask;
import io.gobstopper.store.TaskStatistics;
import io.gobstopper.worker.TaskWorker;
import io.gobstopper.worker.WorkerStatus;

/**
 * Gathers what has happened in the queue lately.
 */
public final class QueueActivity {

	private static final int MOST_FAILURES = 6;

	private static final int MOST_RUNNING = 10;

	private static final int MOST_CATEGORIES = 30;

	private final GroupCommit groupCommit;

	private final QueueOverview overview;

	private final @Nullable TaskWorker worker;

	private final Supplier<? extends Collection<String>> knownNames;

	private final Clock clock;

	private final Map<ActivityWindow, ActivitySeries> series = new ConcurrentHashMap<>();

	/**
	 * Creates the activity.
	 * @param groupCommit the database of the queue
	 * @param overview shows the queue as a whole
	 * @param worker the worker of this process, if it has one
	 * @param knownNames the names of which there are handlers
	 * @param clock the clock
	 */
	public QueueActivity(GroupCommit groupCommit, QueueOverview overview, @Nullable TaskWorker worker,
			Supplier<? extends Collection<String>> knownNames, Clock clock) {
		this.groupCommit = groupCommit;
		this.overview = overview;
		this.worker = worker;
		this.knownNames = knownNames;
		this.clock = clock;
	}

	ActivityDescriptor describe(ActivityWindow window, SecurityContext user, ValueVisibility values,
			ChangePermission changes) {
		Instant now = this.clock.instant();
		Instant since = window.buckets(now).start();
		QueueDescriptor whole = this.overview.summarize();
		QueueDescriptor described = withMostLoadedCategories(whole);
		TaskStatistics statistics = this.groupCommit.store().statistics();
		SeriesDescriptor shown = this.series.computeIfAbsent(window, ActivitySeries::new)
			.describe(statistics, depths(whole), now);
		List<FailureSummary> failures = statistics.failures(since, MOST_FAILURES);
		AttentionCounts attention = statistics.attention(since, this.knownNames.get());
		List<RunningTaskDescriptor> running = statistics.longestRunning(MOST_RUNNING)
			.stream()
			.map((task) -> describe(task, user, values))
			.toList();
		String problem = problem(now);
		boolean changesAllowed = changes.isGrantedTo(user);
		boolean valuesShown = values.isShownTo(user);
		TotalsDescriptor totals = totals(whole);
		String version = ContentVersion.of(described.byStatus(), withoutAges(described.categories()), totals, shown,
				failures, attention, running, String.valueOf(problem), changesAllowed, valuesShown);
		return new ActivityDescriptor(version, window.value(), described, totals, shown, failures, attention, running,
				problem, changesAllowed, valuesShown);
	}

	private static Map<String, Long> depths(QueueDescriptor queue) {
		Map<String, Long> depths = new HashMap<>();
		queue.categories().forEach((category) -> depths.put(category.category(), category.pending()));
		return depths;
	}

	private static QueueDescriptor withMostLoadedCategories(QueueDescriptor queue) {
		List<CategoryDescriptor> categories = queue.categories();
		if (categories.size() > MOST_CATEGORIES) {
			categories = categories.stream()
				.sorted(Comparator.comparing(CategoryDescriptor::paused)
					.thenComparingLong(QueueActivity::unfinished)
					.reversed())
				.limit(MOST_CATEGORIES)
				.sorted(Comparator.comparing(CategoryDescriptor::category))
				.toList();
		}
		return new QueueDescriptor(queue.total(), queue.byStatus(), queue.byCategory(), categories, queue.nodes(),
				queue.store());
	}

	private static TotalsDescriptor totals(QueueDescriptor queue) {
		List<CategoryDescriptor> all = queue.categories();
		return new TotalsDescriptor(all.size(), all.stream().mapToLong(CategoryDescriptor::pending).sum(),
				all.stream().mapToLong(CategoryDescriptor::scheduled).sum());
	}

	// They differ at each look; since when the oldest task waits does not.
	private static List<CategoryDescriptor> withoutAges(List<CategoryDescriptor> categories) {
		return categories.stream()
			.map((category) -> new CategoryDescriptor(category.category(), category.paused(), category.pending(),
					category.scheduled(), category.started(), category.retry(), category.oldestDueAt(), 0,
					category.active(), category.limit(), category.prefetched()))
			.toList();
	}

	private static long unfinished(CategoryDescriptor category) {
		return category.pending() + category.scheduled() + category.started() + category.retry();
	}

	private static RunningTaskDescriptor describe(RunningTask task, SecurityContext user, ValueVisibility values) {
		return new RunningTaskDescriptor(task.id().toString(), task.name(), task.category(), task.attempt(),
				task.startedAt(), task.progress().percent(), values.apply(task.progress().message(), user),
				task.cancelRequested());
	}

	private @Nullable String problem(Instant now) {
		try {
			this.groupCommit.store().check();
		}
		catch (TaskStoreException ex) {
			return ex.getMessage();
		}
		WorkerStatus status = (this.worker != null) ? this.worker.status() : null;
		return (status != null && status.isStalled(now)) ? "The worker of this process has stopped asking for work"
				: null;
	}

}

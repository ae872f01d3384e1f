package io.gobstopper.actuate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import io.gobstopper.actuate.description.ActivityDescriptor;
import io.gobstopper.actuate.description.ActivityDescriptor.RunningTaskDescriptor;
import io.gobstopper.actuate.description.ActivityDescriptor.SeriesDescriptor;
import io.gobstopper.actuate.description.ActivityDescriptor.TotalsDescriptor;
import io.gobstopper.actuate.description.QueueDescriptor;
import io.gobstopper.actuate.description.QueueDescriptor.CategoryDescriptor;
import io.gobstopper.actuate.description.QueueDescriptor.NodeDescriptor;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.statistics.AttentionCounts;
import io.gobstopper.store.statistics.FailureSummary;
import io.gobstopper.store.statistics.RunningTask;
import io.gobstopper.store.statistics.TaskStatistics;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.TaskWorker;
import io.gobstopper.worker.WorkerStatus;

/**
 * Gathers what has happened in the queue lately. In a large queue that takes seconds, so
 * that it is read ahead.
 */
public final class QueueActivity implements AutoCloseable {

	private static final int MOST_FAILURES = 6;

	private static final int MOST_RUNNING = 10;

	private static final int MOST_CATEGORIES = 30;

	private static final int IDLE_THREAD_SECONDS = 10;

	private final GroupCommit groupCommit;

	private final QueueOverview overview;

	private final RunningAttempts attempts;

	private final @Nullable TaskWorker worker;

	private final Supplier<? extends Collection<String>> knownNames;

	private final Clock clock;

	private final Map<ActivityWindow, ActivitySeries> series = new ConcurrentHashMap<>();

	private final Map<ActivityWindow, ReadAhead<Figures>> figures = new ConcurrentHashMap<>();

	private final ExecutorService executor = new ThreadPoolExecutor(0, 1, IDLE_THREAD_SECONDS, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), new CustomizableThreadFactory("gobstopper-activity-"));

	/**
	 * Creates the activity.
	 * @param groupCommit the database of the queue
	 * @param overview shows the queue as a whole
	 * @param attempts knows what runs in this process
	 * @param worker the worker of this process, if it has one
	 * @param knownNames the names of which there are handlers
	 * @param clock the clock
	 */
	public QueueActivity(GroupCommit groupCommit, QueueOverview overview, RunningAttempts attempts,
			@Nullable TaskWorker worker, Supplier<? extends Collection<String>> knownNames, Clock clock) {
		this.groupCommit = groupCommit;
		this.overview = overview;
		this.attempts = attempts;
		this.worker = worker;
		this.knownNames = knownNames;
		this.clock = clock;
	}

	ActivityDescriptor describe(ActivityWindow window, SecurityContext user, ValueVisibility values,
			ChangePermission changes) {
		Figures figures = this.figures
			.computeIfAbsent(window, (key) -> new ReadAhead<>(() -> read(key), this.executor, System::nanoTime))
			.get();
		Instant now = this.clock.instant();
		boolean isOfNow = Duration.between(figures.readAt(), now).compareTo(ReadAhead.LONG) <= 0;
		return new ActivityDescriptor(window.value(), isOfNow ? null : figures.readAt(), figures.queue(),
				figures.totals(), figures.series(), figures.failures(), figures.attention(),
				figures.running().stream().map((task) -> describe(task, user, values)).toList(), problem(now),
				changes.isGrantedTo(user), values.isShownTo(user));
	}

	/**
	 * Forgets what was read before something was changed by hand.
	 */
	void forget() {
		this.figures.values().forEach(ReadAhead::forget);
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	private Figures read(ActivityWindow window) {
		Instant now = this.clock.instant();
		Instant since = window.buckets(now).start();
		QueueDescriptor whole = this.overview.summarize();
		TaskStatistics statistics = this.groupCommit.reads().statistics();
		SeriesDescriptor shown = this.series.computeIfAbsent(window, ActivitySeries::new)
			.describe(statistics, depths(whole), now);
		return new Figures(now, withMostLoadedCategories(whole), totals(whole), shown,
				statistics.failures(since, MOST_FAILURES), statistics.attention(since, this.knownNames.get()),
				statistics.longestRunning(MOST_RUNNING, this.attempts.node(), this.attempts.ids()));
	}

	private static Map<String, Long> depths(QueueDescriptor queue) {
		Map<String, Long> depths = new HashMap<>();
		queue.categories().forEach((category) -> depths.put(category.category(), category.due()));
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
		// What differs at each look makes each answer another one.
		return new QueueDescriptor(null, queue.total(), queue.byStatus(), queue.byCategory(),
				categories.stream().map(CategoryDescriptor::withoutAge).toList(),
				queue.nodes().stream().map(NodeDescriptor::withoutClaim).toList(), queue.store());
	}

	// Other processes tell of themselves a little later than the database.
	private static TotalsDescriptor totals(QueueDescriptor queue) {
		List<CategoryDescriptor> all = queue.categories();
		long started = all.stream().mapToLong(CategoryDescriptor::started).sum();
		long running = Math.min(started, queue.nodes().stream().mapToLong(NodeDescriptor::running).sum());
		return new TotalsDescriptor(all.size(), all.stream().mapToLong(CategoryDescriptor::due).sum(),
				all.stream().mapToLong(CategoryDescriptor::scheduled).sum(), running, started - running);
	}

	private static long unfinished(CategoryDescriptor category) {
		return category.due() + category.scheduled() + category.started() + category.retry();
	}

	private static RunningTaskDescriptor describe(RunningTask task, SecurityContext user, ValueVisibility values) {
		return new RunningTaskDescriptor(task.id().toString(), task.name(), task.category(), task.attempt(),
				task.startedAt(), task.progress().percent(), values.apply(task.progress().message(), user),
				task.cancelRequested(), task.node());
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

	private record Figures(Instant readAt, QueueDescriptor queue, TotalsDescriptor totals, SeriesDescriptor series,
			List<FailureSummary> failures, AttentionCounts attention, List<RunningTask> running) {

	}

}

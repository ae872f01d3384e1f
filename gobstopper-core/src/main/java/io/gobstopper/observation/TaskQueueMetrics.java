package io.gobstopper.observation;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import org.jspecify.annotations.Nullable;

import io.gobstopper.limit.LimitInfo;
import io.gobstopper.store.schedule.ScheduleStep;
import io.gobstopper.store.statistics.CategoryDepth;
import io.gobstopper.store.statistics.QueueSnapshot;
import io.gobstopper.store.statistics.StoreUsage;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.store.writer.TaskStoreListener;
import io.gobstopper.worker.dispatch.CategoryActivity;

/**
 * The {@link TaskMeters}. All gauges of one scrape read one snapshot, which costs one
 * query. Safe for use by several threads.
 */
public final class TaskQueueMetrics implements MeterBinder, TaskStoreListener {

	private static final int MOST_CATEGORIES = 100;

	private final CompositeMeterRegistry registry = new CompositeMeterRegistry();

	private final GroupCommit groupCommit;

	private final Supplier<List<CategoryActivity>> activity;

	private final QueueSnapshots snapshots;

	private volatile List<CategoryActivity> lastActivity = List.of();

	private final Predicate<String> isKnown;

	private final Clock clock;

	private final TaskMeterConvention convention;

	private volatile @Nullable TaskMeterCache meters;

	private volatile @Nullable ScheduleMeters scheduleMeters;

	private final TagValues categories = new TagValues(MOST_CATEGORIES);

	private final Set<String> gauged = ConcurrentHashMap.newKeySet();

	/**
	 * Creates the meters.
	 * @param groupCommit the queue to measure
	 * @param activity tells what the worker of this process does
	 * @param isKnown whether there is a handler of a name
	 * @param convention names the tags of the meters of tasks
	 * @param clock the clock
	 */
	public TaskQueueMetrics(GroupCommit groupCommit, Supplier<List<CategoryActivity>> activity,
			Predicate<String> isKnown, TaskMeterConvention convention, Clock clock) {
		this.groupCommit = groupCommit;
		this.activity = activity;
		this.snapshots = new QueueSnapshots(groupCommit, this::lookAtWorker, clock);
		this.isKnown = isKnown;
		this.clock = clock;
		this.convention = convention;
	}

	@Override
	public synchronized void bindTo(MeterRegistry registry) {
		this.registry.add(registry);
		if (this.meters == null) {
			this.meters = new TaskMeterCache(this.registry, this.convention, this.isKnown, this.categories);
			this.scheduleMeters = new ScheduleMeters(this.registry);
			addStoreGauges();
			TimeGauge
				.builder(TaskMeters.SCHEDULE_OVERDUE.getName(), this.snapshots, TimeUnit.SECONDS,
						QueueSnapshots::overdueSeconds)
				.description(TaskMeters.SCHEDULE_OVERDUE.getDescription())
				.register(this.registry);
		}
	}

	private void addStoreGauges() {
		gauge(TaskMeters.STORE_QUEUE_SIZE, Tags.empty(), (metrics) -> metrics.groupCommit.pendingWrites());
		gauge(TaskMeters.STORE_FILE_SIZE, Tags.empty(), (metrics) -> metrics.usage(StoreUsage::fileBytes));
		gauge(TaskMeters.STORE_WAL_SIZE, Tags.empty(), (metrics) -> metrics.usage(StoreUsage::walBytes));
		gauge(TaskMeters.STORE_MEMORY, Tags.empty(), (metrics) -> metrics.usage(StoreUsage::memoryBytes));
	}

	/**
	 * Adds the gauges of a category and the counters of a task, which begin with 0.
	 * Others are added when such tasks are seen, by a scrape for the next one.
	 * @param task the name of the task
	 * @param category the category it usually belongs to
	 */
	public void add(String task, String category) {
		addGauges(category);
		record((meters) -> meters.addCounters(task, category));
		this.snapshots.get();
	}

	/**
	 * Adds the gauges of limits.
	 * @param limits tells their values
	 * @param names the names of the limits
	 */
	public void add(Supplier<List<LimitInfo>> limits, Collection<String> names) {
		new LimitMeters(this.registry, limits, this.clock).add(names);
	}

	private void lookAtWorker() {
		this.lastActivity = this.activity.get();
		this.lastActivity.forEach((active) -> addGauges(active.category()));
	}

	@Override
	public void inserted(List<StoredTask> tasks) {
		for (StoredTask task : tasks) {
			addGauges(task.details().category());
			record((meters) -> meters.enqueued(task));
		}
	}

	@Override
	public void started(StoredTask task) {
		record((meters) -> meters.started(task));
	}

	@Override
	public void settled(StoredTask task, @Nullable StoredAttempt attempt) {
		if (attempt != null) {
			record((meters) -> meters.ended(task, attempt));
		}
		else if (task.isUnreadable()) {
			record((meters) -> meters.unreadable(task));
		}
	}

	@Override
	public void recovered(StoredTask task) {
		record((meters) -> meters.crashed(task));
	}

	@Override
	public void fenced(StoredTask task) {
		record(TaskMeterCache::fenced);
	}

	@Override
	public void committed(int writes, long nanos, boolean succeeded) {
		record((meters) -> meters.committed(writes, nanos, succeeded));
	}

	@Override
	public void checkpointed(long nanos) {
		record((meters) -> meters.checkpointed(nanos));
	}

	@Override
	public void scheduled(ScheduleStep step) {
		ScheduleMeters bound = this.scheduleMeters;
		if (bound != null) {
			bound.record(step);
		}
	}

	// Before there is a registry, nothing is recorded.
	private void record(Consumer<TaskMeterCache> event) {
		TaskMeterCache bound = this.meters;
		if (bound != null) {
			event.accept(bound);
		}
	}

	private void addGauges(String category) {
		String tag = this.categories.limit(category);
		if (this.meters == null || !this.gauged.add(tag)) {
			return;
		}
		Tags tags = Tags.of(TaskMeters.Tag.CATEGORY.asString(), tag);
		depthGauge(tags, "due", (metrics) -> metrics.depth(tag, CategoryDepth::pending));
		depthGauge(tags, "scheduled", (metrics) -> metrics.depth(tag, CategoryDepth::scheduled));
		depthGauge(tags, "started", (metrics) -> metrics.depth(tag, CategoryDepth::started));
		depthGauge(tags, "retry", (metrics) -> metrics.depth(tag, CategoryDepth::retry));
		TimeGauge
			.builder(TaskMeters.QUEUE_OLDEST_AGE.getName(), this, TimeUnit.SECONDS, (metrics) -> metrics.oldestAge(tag))
			.tags(tags)
			.description(TaskMeters.QUEUE_OLDEST_AGE.getDescription())
			.register(this.registry);
		gauge(TaskMeters.WORKER_ACTIVE, tags, (metrics) -> metrics.activity(tag, CategoryActivity::active).sum());
		gauge(TaskMeters.WORKER_LIMIT, tags, (metrics) -> metrics.activity(tag, CategoryActivity::limit).sum());
		gauge(TaskMeters.WORKER_PAUSED, tags,
				(metrics) -> metrics.activity(tag, (active) -> active.paused() ? 1 : 0).max().orElse(0));
	}

	private void depthGauge(Tags tags, String status, ToDoubleFunction<TaskQueueMetrics> value) {
		gauge(TaskMeters.QUEUE_DEPTH, tags.and(TaskMeters.Tag.STATUS.asString(), status), value);
	}

	private void gauge(TaskMeters meter, Tags tags, ToDoubleFunction<TaskQueueMetrics> value) {
		Gauge.builder(meter.getName(), this, value)
			.tags(tags)
			.description(meter.getDescription())
			.baseUnit(meter.getBaseUnit())
			.register(this.registry);
	}

	private double usage(ToDoubleFunction<StoreUsage> value) {
		QueueSnapshot snapshot = this.snapshots.get();
		return (snapshot != null) ? value.applyAsDouble(snapshot.usage()) : Double.NaN;
	}

	private double depth(String tag, ToDoubleFunction<CategoryDepth> value) {
		QueueSnapshot snapshot = this.snapshots.get();
		if (snapshot == null) {
			return Double.NaN;
		}
		snapshot.depths().forEach((depth) -> addGauges(depth.category()));
		return depths(snapshot, tag).mapToDouble(value).sum();
	}

	private Stream<CategoryDepth> depths(QueueSnapshot snapshot, String tag) {
		return snapshot.depths().stream().filter((depth) -> this.categories.limit(depth.category()).equals(tag));
	}

	private double oldestAge(String tag) {
		QueueSnapshot snapshot = this.snapshots.get();
		return (snapshot != null) ? depths(snapshot, tag).map(CategoryDepth::oldestDueAt)
			.filter(Objects::nonNull)
			.mapToDouble((dueAt) -> Duration.between(dueAt, snapshot.takenAt()).toNanos() / 1e9)
			.max()
			.orElse(0) : Double.NaN;
	}

	private DoubleStream activity(String tag, ToDoubleFunction<CategoryActivity> value) {
		this.snapshots.get();
		return this.lastActivity.stream()
			.filter((active) -> this.categories.limit(active.category()).equals(tag))
			.mapToDouble(value);
	}

}

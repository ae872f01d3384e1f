package io.gobstopper.actuate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;
import io.gobstopper.actuate.description.QueueDescriptor;
import io.gobstopper.actuate.description.QueueDescriptor.CategoryDescriptor;
import io.gobstopper.actuate.description.QueueDescriptor.NodeDescriptor;
import io.gobstopper.actuate.description.QueueDescriptor.StoreDescriptor;
import io.gobstopper.store.Cluster;
import io.gobstopper.store.ClusterNode;
import io.gobstopper.store.PageCursor;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.statistics.CategoryDepth;
import io.gobstopper.store.statistics.QueueSnapshot;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.TaskWorker;
import io.gobstopper.worker.WorkerStatus;
import io.gobstopper.worker.dispatch.CategoryActivity;

/**
 * Gathers what there is to see of the queue as a whole.
 */
public final class QueueOverview {

	private static final Duration HEARD_WITHIN = Duration.ofMinutes(1);

	private final GroupCommit groupCommit;

	private final @Nullable TaskWorker worker;

	private final Clock clock;

	/**
	 * Creates the overview.
	 * @param groupCommit the queue
	 * @param worker the worker of this process, if it has one
	 * @param clock the clock
	 */
	public QueueOverview(GroupCommit groupCommit, @Nullable TaskWorker worker, Clock clock) {
		this.groupCommit = groupCommit;
		this.worker = worker;
		this.clock = clock;
	}

	/**
	 * Returns whether there is a category of a name: one that has tasks, is paused, or is
	 * run by this process.
	 * @param category the name
	 * @return whether there is
	 */
	public boolean knows(String category) {
		QueueDescriptor queue = describe();
		return queue.byCategory().containsKey(category)
				|| queue.categories().stream().anyMatch((known) -> known.category().equals(category));
	}

	Instant now() {
		return this.clock.instant();
	}

	// Now, and behind the newest task.
	Moment moment() {
		long newest = this.groupCommit.store()
			.reads()
			.find(TaskFilter.of(TaskQuery.all(), List.of()).page(null, 1))
			.stream()
			.mapToLong(StoredTask::seq)
			.findFirst()
			.orElse(0);
		return new Moment(now(), PageCursor.format(newest + 1));
	}

	List<String> categories() {
		TaskStore store = this.groupCommit.store();
		WorkerStatus status = (this.worker != null) ? this.worker.status() : null;
		return categories(store.reads().snapshot(now()), status, store.reads().pausedCategories()).stream()
			.map(CategoryDescriptor::category)
			.toList();
	}

	QueueDescriptor describe() {
		Map<TaskStatus, Long> completed = new EnumMap<>(TaskStatus.class);
		Map<String, Map<String, Long>> byCategory = new TreeMap<>();
		for (TaskCount count : this.groupCommit.reads().counts()) {
			if (count.status().isTerminal()) {
				completed.merge(count.status(), count.count(), Long::sum);
				byCategory.computeIfAbsent(count.category(), (category) -> new TreeMap<>())
					.put(count.status().value(), count.count());
			}
		}
		return describe(completed, byCategory);
	}

	// Completed tasks are not counted by category, which would take longer than the rest.
	QueueDescriptor summarize() {
		return describe(this.groupCommit.reads().statistics().completedCounts(), null);
	}

	// All of what is not completed is of the moment of one snapshot.
	private QueueDescriptor describe(Map<TaskStatus, Long> completed,
			@Nullable Map<String, Map<String, Long>> completedByCategory) {
		TaskStore store = this.groupCommit.store();
		QueueSnapshot snapshot = store.reads().snapshot(now());
		Map<TaskStatus, Long> counts = new EnumMap<>(TaskStatus.class);
		snapshot.depths()
			.forEach((depth) -> byStatus(depth).forEach((status, n) -> counts.merge(status, n, Long::sum)));
		Map<String, Long> byStatus = new LinkedHashMap<>();
		for (TaskStatus each : TaskStatus.values()) {
			byStatus.put(each.value(), (each.isTerminal() ? completed : counts).getOrDefault(each, 0L));
		}
		Map<String, Map<String, Long>> byCategory = (completedByCategory != null)
				? withUnfinished(completedByCategory, snapshot) : Map.of();
		WorkerStatus status = (this.worker != null) ? this.worker.status() : null;
		return new QueueDescriptor(snapshot.takenAt(), byStatus.values().stream().mapToLong(Long::longValue).sum(),
				byStatus, byCategory, categories(snapshot, status, store.reads().pausedCategories()), nodes(status),
				new StoreDescriptor(store.location(), snapshot.usage(), this.groupCommit.pendingWrites()));
	}

	private static Map<String, Map<String, Long>> withUnfinished(Map<String, Map<String, Long>> completed,
			QueueSnapshot snapshot) {
		Map<String, Map<String, Long>> all = new TreeMap<>(completed);
		for (CategoryDepth depth : snapshot.depths()) {
			Map<String, Long> counts = all.computeIfAbsent(depth.category(), (category) -> new TreeMap<>());
			byStatus(depth).forEach((status, count) -> {
				if (count > 0) {
					counts.put(status.value(), count);
				}
			});
		}
		return all;
	}

	private static Map<TaskStatus, Long> byStatus(CategoryDepth depth) {
		return Map.of(TaskStatus.PENDING, depth.pending() + depth.scheduled(), TaskStatus.STARTED, depth.started(),
				TaskStatus.RETRY, depth.retry());
	}

	private static List<CategoryDescriptor> categories(QueueSnapshot snapshot, @Nullable WorkerStatus status,
			Set<String> paused) {
		Map<String, CategoryDepth> depths = new TreeMap<>();
		snapshot.depths().forEach((depth) -> depths.put(depth.category(), depth));
		Map<String, CategoryActivity> activities = new TreeMap<>();
		if (status != null) {
			status.categories().forEach((activity) -> activities.put(activity.category(), activity));
		}
		Set<String> names = new TreeSet<>(depths.keySet());
		names.addAll(activities.keySet());
		names.addAll(paused);
		return names.stream()
			.map((name) -> category(depths.getOrDefault(name, new CategoryDepth(name, 0, 0, 0, 0, null)),
					activities.getOrDefault(name, new CategoryActivity(name, 0, 0, 0, false)), paused.contains(name),
					snapshot.takenAt()))
			.toList();
	}

	private static CategoryDescriptor category(CategoryDepth depth, CategoryActivity activity, boolean paused,
			Instant now) {
		Instant oldest = depth.oldestDueAt();
		return new CategoryDescriptor(depth.category(), paused, depth.pending(), depth.scheduled(), depth.started(),
				depth.retry(), oldest, (oldest != null) ? Duration.between(oldest, now).toNanos() / 1e9 : 0.0,
				activity.active(), activity.limit(), activity.prefetched());
	}

	// The other processes tell of themselves less often than this one knows of itself.
	private List<NodeDescriptor> nodes(@Nullable WorkerStatus own) {
		List<NodeDescriptor> nodes = new ArrayList<>();
		if (own != null) {
			nodes.add(node(own));
		}
		Cluster cluster = this.groupCommit.cluster();
		if (cluster != null) {
			cluster.nodes(this.clock.instant().minus(HEARD_WITHIN))
				.stream()
				.filter((node) -> own == null || !node.name().equals(own.node()))
				.map(QueueOverview::node)
				.forEach(nodes::add);
		}
		return nodes;
	}

	private static NodeDescriptor node(ClusterNode node) {
		return new NodeDescriptor(node.name(), node.startedAt(), node.lastClaimAt(), node.active(), node.capacity());
	}

	private static NodeDescriptor node(WorkerStatus status) {
		return new NodeDescriptor(status.node(), status.startedAt(), status.lastClaimAt(),
				status.categories().stream().mapToInt(CategoryActivity::active).sum(), status.capacity());
	}

}

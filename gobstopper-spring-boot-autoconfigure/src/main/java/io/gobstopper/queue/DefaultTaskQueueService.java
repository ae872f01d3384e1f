package io.gobstopper.queue;

import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskListener;
import io.gobstopper.TaskPage;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStats;
import io.gobstopper.TaskStatus;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.store.GroupCommit;
import io.gobstopper.store.InsertedTask;
import io.gobstopper.store.StoredTask;
import io.gobstopper.store.TaskCount;
import io.gobstopper.store.TaskFilter;

/**
 * The queue before a {@link GroupCommit}. Safe for use by several threads.
 */
public final class DefaultTaskQueueService implements TaskQueueService, AutoCloseable {

	private static final int PURGE_BATCH = 1000;

	private final GroupCommit groupCommit;

	private final Clock clock;

	private final NewTasks newTasks;

	private final TaskInfoMapper mapper;

	private final Completions completions;

	public DefaultTaskQueueService(GroupCommit groupCommit, TaskHandlers handlers, JsonMapper jsonMapper,
			DataSize argumentsLimit, List<TaskListener> listeners, Clock clock) {
		this.groupCommit = groupCommit;
		this.clock = Clock.tick(clock, Duration.of(1, ChronoUnit.MICROS));
		this.newTasks = new NewTasks(handlers, argumentsLimit, this.clock);
		this.mapper = new TaskInfoMapper(jsonMapper);
		this.completions = new Completions(this.mapper);
		groupCommit.addListener(new TaskListeners(listeners, this.mapper));
		groupCommit.addListener(this.completions);
	}

	@Override
	public String enqueue(String name, @Nullable Object... args) {
		return enqueue(TaskRequest.of(name).args(args)).id();
	}

	@Override
	public EnqueueResult enqueue(TaskRequest request) {
		return enqueueAll(List.of(request)).get(0);
	}

	@Override
	public List<EnqueueResult> enqueueAll(Collection<TaskRequest> requests) {
		List<StoredTask> tasks = requests.stream().map(this.newTasks::create).toList();
		if (tasks.isEmpty()) {
			return List.of();
		}
		if (AfterCommitEnqueue.isNeeded()) {
			AfterCommitEnqueue gathering = AfterCommitEnqueue.current(this::insert);
			return tasks.stream().map((task) -> enqueueAfterCommit(gathering, task)).toList();
		}
		return insert(tasks).stream()
			.map((inserted) -> new EnqueueResult(inserted.id().toString(), inserted.task() != null))
			.toList();
	}

	private List<InsertedTask> insert(List<StoredTask> tasks) {
		return GroupCommit.await(this.groupCommit.insert(tasks));
	}

	private EnqueueResult enqueueAfterCommit(AfterCommitEnqueue gathering, StoredTask task) {
		String key = task.details().idempotencyKey();
		if (key != null) {
			StoredTask gathered = gathering.findByIdempotencyKey(key);
			UUID holder = (gathered != null) ? gathered.id()
					: this.groupCommit.store().findByIdempotencyKey(key).orElse(null);
			if (holder != null) {
				return new EnqueueResult(holder.toString(), false);
			}
		}
		gathering.add(task);
		return new EnqueueResult(task.id().toString(), true);
	}

	@Override
	public Optional<TaskInfo> findTask(String id) {
		return parse(id).flatMap((uuid) -> this.groupCommit.store().find(uuid)).map(this.mapper::map);
	}

	@Override
	public TaskPage findTasks(TaskQuery query) {
		TaskFilter filter = new TaskFilter(query.category(), query.status(), query.name(), query.text(), query.since(),
				query.until(), PageCursor.parse(query.after()), query.limit() + 1);
		List<StoredTask> found = this.groupCommit.store().find(filter);
		boolean more = found.size() > query.limit();
		List<StoredTask> page = more ? found.subList(0, query.limit()) : found;
		return new TaskPage(page.stream().map(this.mapper::map).toList(),
				more ? PageCursor.format(page.get(page.size() - 1).seq()) : null);
	}

	@Override
	public boolean cancel(String id) {
		UUID uuid = parse(id).orElse(null);
		if (uuid == null) {
			return false;
		}
		StoredTask task = GroupCommit.await(this.groupCommit
			.<@Nullable StoredTask>write((store) -> store.cancel(uuid, this.clock.instant()), (claimant, found) -> {
				if (found != null && found.status() == TaskStatus.STARTED) {
					claimant.cancelRequested(uuid);
				}
			}));
		if (task != null && task.status().isTerminal()) {
			this.groupCommit.publishSettled(List.of(task));
		}
		return task != null;
	}

	@Override
	public boolean retry(String id) {
		UUID uuid = parse(id).orElse(null);
		if (uuid == null) {
			return false;
		}
		StoredTask task = GroupCommit.await(this.groupCommit
			.<@Nullable StoredTask>write((store) -> store.requeue(uuid, this.clock.instant()), (claimant, found) -> {
				if (found != null) {
					claimant.workAvailable(found.details().category());
				}
			}));
		return task != null;
	}

	@Override
	public TaskStats stats() {
		Map<TaskStatus, Long> byStatus = new EnumMap<>(TaskStatus.class);
		Arrays.stream(TaskStatus.values()).forEach((status) -> byStatus.put(status, 0L));
		Map<String, Long> byCategory = new TreeMap<>();
		for (TaskCount count : this.groupCommit.store().counts()) {
			byStatus.merge(count.status(), count.count(), Long::sum);
			byCategory.merge(count.category(), count.count(), Long::sum);
		}
		long total = byStatus.values().stream().mapToLong(Long::longValue).sum();
		return new TaskStats(total, byStatus, byCategory, byStatus.getOrDefault(TaskStatus.STARTED, 0L),
				byStatus.getOrDefault(TaskStatus.PENDING, 0L) + byStatus.getOrDefault(TaskStatus.RETRY, 0L));
	}

	@Override
	public CompletableFuture<TaskInfo> completion(String id) {
		return parse(id).map((uuid) -> this.completions.await(uuid, (key) -> this.groupCommit.store().find(key)))
			.orElseGet(() -> CompletableFuture
				.failedFuture(new IllegalArgumentException("'%s' is not the id of a task".formatted(id))));
	}

	@Override
	public void pause(String category) {
		setPaused(category, true);
	}

	@Override
	public void resume(String category) {
		setPaused(category, false);
	}

	private void setPaused(String category, boolean paused) {
		Assert.hasText(category, "'category' must not be empty");
		GroupCommit.await(this.groupCommit.write((store) -> {
			store.setPaused(category, paused);
			return paused;
		}, (claimant, result) -> claimant.pauseChanged(category, paused)));
	}

	@Override
	public long purge(Duration olderThan) {
		Assert.isTrue(!olderThan.isNegative(), () -> "'olderThan' must not be negative, but is " + olderThan);
		return this.groupCommit.purge(this.clock.instant().minus(olderThan), PURGE_BATCH);
	}

	/**
	 * Fails the completions that are still waited for.
	 */
	@Override
	public void close() {
		this.completions.close();
	}

	private static Optional<UUID> parse(String id) {
		try {
			return Optional.of(UUID.fromString(id));
		}
		catch (IllegalArgumentException ex) {
			return Optional.empty();
		}
	}

}

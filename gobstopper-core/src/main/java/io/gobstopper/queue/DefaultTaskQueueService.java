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
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskAttempt;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskPage;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStats;
import io.gobstopper.TaskStatus;
import io.gobstopper.Tasks;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.queue.TextSearch.Found;
import io.gobstopper.store.Cluster;
import io.gobstopper.store.PageCursor;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.TaskReads;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskKey;
import io.gobstopper.store.writer.Change;
import io.gobstopper.store.writer.GroupCommit;

/**
 * The queue before a {@link GroupCommit}. Safe for use by several threads.
 */
public final class DefaultTaskQueueService implements TaskQueueService, AutoCloseable {

	private static final int PURGE_BATCH = 1000;

	private static final Duration COMPLETION_POLL = Duration.ofMillis(250);

	private static final int CHANGE_BATCH = 500;

	private final GroupCommit groupCommit;

	private final EnqueueInterceptor interceptor;

	private final Clock clock;

	private final TaskHandlers handlers;

	private final JsonMapper jsonMapper;

	private final TextSearch textSearch = new TextSearch(System::nanoTime);

	private final NewTasks newTasks;

	private final TaskInserts taskInserts;

	private final TaskInfoMapper mapper;

	private final Completions completions;

	/**
	 * Creates a queue.
	 * @param groupCommit where tasks are stored
	 * @param handlers what can be enqueued
	 * @param jsonMapper reads and writes arguments and results
	 * @param argumentsLimit the largest size of the arguments of a task
	 * @param interceptor goes around each call that enqueues
	 * @param clock the clock
	 */
	public DefaultTaskQueueService(GroupCommit groupCommit, TaskHandlers handlers, JsonMapper jsonMapper,
			DataSize argumentsLimit, EnqueueInterceptor interceptor, Clock clock) {
		this.groupCommit = groupCommit;
		this.interceptor = interceptor;
		this.clock = Clock.tick(clock, Duration.of(1, ChronoUnit.MICROS));
		this.newTasks = new NewTasks(handlers, argumentsLimit, this.clock);
		this.handlers = handlers;
		this.jsonMapper = jsonMapper;
		this.taskInserts = new TaskInserts(groupCommit);
		this.mapper = new TaskInfoMapper(jsonMapper);
		this.completions = new Completions(Thread.currentThread().getContextClassLoader());
		groupCommit.addLastListener(this.completions);
		Cluster cluster = groupCommit.cluster();
		if (cluster != null) {
			this.completions.poll(COMPLETION_POLL, cluster::findCompleted);
		}
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
		return requests.isEmpty() ? List.of()
				: this.interceptor.around(requests, (headers) -> enqueue(requests, headers));
	}

	@Override
	public <T> Tasks<T> tasks(Class<T> contract) {
		TaskResults results = new TaskResults(this.jsonMapper, this.mapper);
		return new RecordedTasks<>(contract, this.handlers.contract(contract), this,
				(id, type) -> completion(id, (task) -> results.read(task, type)));
	}

	// The clock of a database is known when it was opened.
	private List<EnqueueResult> enqueue(Collection<TaskRequest> requests, Map<String, String> traceContext) {
		if (this.groupCommit.cluster() != null) {
			this.groupCommit.store();
		}
		return this.taskInserts.insert(this.newTasks.create(requests, traceContext));
	}

	@Override
	public Optional<TaskInfo> findTask(String id) {
		return parse(id)
			.flatMap((uuid) -> read((store) -> store.find(uuid).map((task) -> this.mapper.map(task, store))));
	}

	@Override
	public Optional<TaskInfo> findByIdempotencyKey(String idempotencyKey) {
		return read((store) -> store.findByIdempotencyKey(idempotencyKey).flatMap(store::find)).map(this.mapper::map);
	}

	@Override
	public List<String> taskNames() {
		return this.handlers.enqueueable();
	}

	@Override
	public Set<String> pausedCategories() {
		return read(TaskReads::pausedCategories);
	}

	@Override
	public TaskPage findTasks(TaskQuery query) {
		TaskFilter filter = filter(query).page(PageCursor.parse(query.after()), query.limit() + 1);
		Found found = read((store) -> (query.text() != null) ? this.textSearch.find(store, filter)
				: new Found(store.find(filter), null, null));
		List<StoredTask> tasks = found.tasks();
		Long next = found.before();
		if (tasks.size() > query.limit()) {
			tasks = tasks.subList(0, query.limit());
			next = tasks.get(tasks.size() - 1).seq();
		}
		return new TaskPage(tasks.stream().map(this.mapper::map).toList(),
				(next != null) ? PageCursor.format(next) : null, found.lookedBackTo());
	}

	@Override
	public long count(TaskQuery query) {
		return read((store) -> store.count(filter(query).page(PageCursor.parse(query.after()), 1)));
	}

	private TaskFilter filter(TaskQuery query) {
		return TaskFilter.of(query, this.handlers.names());
	}

	@Override
	public List<TaskAttempt> findAttempts(String id) {
		return read((store) -> parse(id).flatMap(store::find).map(store::attempts).orElse(List.of())).stream()
			.map(this.mapper::map)
			.toList();
	}

	@Override
	public boolean cancel(String id) {
		return parse(id).map((uuid) -> !cancel(List.of(uuid)).isEmpty()).orElse(false);
	}

	@Override
	public long cancelAll(TaskQuery query) {
		return changeAll(query, TaskStatus::isCancellable, this::cancel);
	}

	private List<StoredTask> cancel(List<UUID> ids) {
		return GroupCommit
			.await(this.groupCommit.change((store) -> Change.cancelled(store.cancel(ids, this.clock.instant()))));
	}

	@Override
	public boolean retry(String id) {
		return parse(id).map((uuid) -> !retry(List.of(uuid)).isEmpty()).orElse(false);
	}

	@Override
	public long retryAll(TaskQuery query) {
		return changeAll(query, TaskStatus::isRetryable, this::retry);
	}

	private List<StoredTask> retry(List<UUID> ids) {
		return GroupCommit
			.await(this.groupCommit.change((store) -> Change.available(store.requeue(ids, this.clock.instant()))));
	}

	@Override
	public long restoreAll(TaskQuery query) {
		return changeAll(query, (status) -> status == TaskStatus.CANCELLED, this::restore);
	}

	private List<StoredTask> restore(List<UUID> ids) {
		return GroupCommit.await(this.groupCommit.change((store) -> Change.available(store.restore(ids))));
	}

	@Override
	public boolean discard(String id) {
		return parse(id).map((uuid) -> !discard(List.of(uuid)).isEmpty()).orElse(false);
	}

	@Override
	public long discardAll(TaskQuery query) {
		return changeAll(query, TaskStatus::isRetryable, this::discard);
	}

	private List<UUID> discard(List<UUID> ids) {
		return GroupCommit.await(this.groupCommit.write((store) -> store.discard(ids)));
	}

	private long changeAll(TaskQuery query, Predicate<TaskStatus> isChangeable,
			Function<List<UUID>, ? extends Collection<?>> change) {
		TaskFilter filter = filter(query);
		Set<TaskStatus> changeable = filter.statuses().stream().filter(isChangeable).collect(Collectors.toSet());
		if (changeable.isEmpty()) {
			return 0;
		}
		TaskFilter changing = filter.withStatuses(changeable).page(PageCursor.parse(query.after()), CHANGE_BATCH);
		return read((store) -> store.find(TaskFilter.of(TaskQuery.all(), List.of()).page(null, 1))).stream()
			.findFirst()
			.map((newest) -> changeAll(changing, newest.seq(), change))
			.orElse(0L);
	}

	// Up to the newest task at the start: what is queued again is placed behind it, and
	// must not be met once more when it has failed meanwhile.
	private long changeAll(TaskFilter filter, long newestSeq, Function<List<UUID>, ? extends Collection<?>> change) {
		long changed = 0;
		long lastSeq = 0;
		List<TaskKey> keys;
		do {
			long after = lastSeq;
			keys = read((store) -> store.findKeys(filter, after)).stream()
				.filter((key) -> key.seq() <= newestSeq)
				.toList();
			if (!keys.isEmpty()) {
				changed += change.apply(keys.stream().map(TaskKey::id).toList()).size();
				lastSeq = keys.get(keys.size() - 1).seq();
			}
		}
		while (keys.size() == CHANGE_BATCH);
		return changed;
	}

	// What reads throws is of this library, as what writes does.
	private <T> T read(Function<TaskReads, T> read) {
		TaskStore store = this.groupCommit.store();
		try {
			return read.apply(store.reads());
		}
		catch (DataAccessException ex) {
			throw new TaskStoreException("The task database '%s' cannot be read: %s".formatted(store.location(),
					NestedExceptionUtils.getMostSpecificCause(ex).getMessage()), ex);
		}
	}

	@Override
	public TaskStats stats() {
		Map<TaskStatus, Long> byStatus = new EnumMap<>(TaskStatus.class);
		Arrays.stream(TaskStatus.values()).forEach((status) -> byStatus.put(status, 0L));
		Map<String, Long> byCategory = new TreeMap<>();
		for (TaskCount count : read(TaskReads::counts)) {
			byStatus.merge(count.status(), count.count(), Long::sum);
			byCategory.merge(count.category(), count.count(), Long::sum);
		}
		long total = byStatus.values().stream().mapToLong(Long::longValue).sum();
		return new TaskStats(total, byStatus, byCategory, byStatus.getOrDefault(TaskStatus.STARTED, 0L),
				byStatus.getOrDefault(TaskStatus.PENDING, 0L) + byStatus.getOrDefault(TaskStatus.RETRY, 0L));
	}

	@Override
	public CompletableFuture<TaskInfo> completion(String id) {
		return completion(id, this.mapper::map);
	}

	private <T extends @Nullable Object> CompletableFuture<T> completion(String id, Function<StoredTask, T> whatOf) {
		return parse(id).map((uuid) -> this.completions.await(uuid, (key) -> read((store) -> store.find(key)), whatOf))
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
		StorableText.check("category", category);
		GroupCommit.await(this.groupCommit.write((store) -> {
			store.setPaused(category, paused);
			return paused;
		}, (claimant, result) -> claimant.pauseChanged(category, paused)));
	}

	@Override
	public long purge(Duration olderThan) {
		Assert.isTrue(!olderThan.isNegative(), () -> "'olderThan' must not be negative, but is " + olderThan);
		return this.groupCommit.purge(DueTimes.before(this.clock.instant(), olderThan), PURGE_BATCH);
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

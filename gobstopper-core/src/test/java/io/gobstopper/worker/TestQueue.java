package io.gobstopper.worker;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationListener;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQueueService;
import io.gobstopper.event.TaskListener;
import io.gobstopper.handler.RetryPolicy;
import io.gobstopper.handler.StorageJson;
import io.gobstopper.handler.TaskHandlerScanner;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.handler.limit.DeclaredLimits;
import io.gobstopper.limit.Fairness;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.LimitRate;
import io.gobstopper.limit.TaskLimits;
import io.gobstopper.queue.DefaultTaskLimits;
import io.gobstopper.queue.DefaultTaskQueueService;
import io.gobstopper.queue.EnqueueInterceptor;
import io.gobstopper.queue.NewTasks;
import io.gobstopper.queue.TaskListeners;
import io.gobstopper.schedule.TaskSchedules;
import io.gobstopper.scheduling.DefaultTaskSchedules;
import io.gobstopper.scheduling.ScheduleSettings;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbSettings;
import io.gobstopper.store.duckdb.DuckDbTaskStore;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.store.postgresql.PostgresTaskStore;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.store.writer.GroupCommitSettings;
import io.gobstopper.worker.dispatch.SlotSettings;
import io.gobstopper.worker.execution.AttemptInterceptor;
import io.gobstopper.worker.execution.ContentLimits;
import io.gobstopper.worker.maintenance.LeaseSettings;
import io.gobstopper.worker.maintenance.RetentionSettings;

/**
 * A whole queue on a real database, for tests: service, worker and handlers.
 */
public final class TestQueue implements AutoCloseable {

	private static final WorkerSettings DEFAULTS = new WorkerSettings(
			new SlotSettings(Set.of(), 10, Map.of(), 200, Duration.ofMillis(100), Fairness.NONE), Duration.ofSeconds(1),
			new LeaseSettings(Duration.ofSeconds(30), Duration.ofSeconds(10), 3),
			new ContentLimits(DataSize.ofKilobytes(10), DataSize.ofKilobytes(2)),
			new RetentionSettings(Duration.ofDays(30), Duration.ofMinutes(10), 1000), ScheduleSettings.NONE,
			Duration.ofMillis(300), Duration.ofMillis(300));

	private final GenericApplicationContext context = new GenericApplicationContext();

	private final GroupCommit groupCommit;

	private final DefaultTaskQueueService service;

	private final TaskHandlers handlers;

	private final TaskSchedules schedules;

	private final TaskWorker worker;

	private TestQueue(TaskStore store, List<Object> handlerBeans, List<TaskListener> listeners,
			List<ApplicationListener<?>> applicationListeners, AttemptInterceptor interceptor, WorkerSettings settings,
			Supplier<? extends Executor> executors, @Nullable Clock ownClock, Map<String, LimitNumbers> limits,
			Map<String, Set<String>> limitedCategories) {
		applicationListeners.forEach(this.context::addApplicationListener);
		for (Object bean : handlerBeans) {
			this.context.getBeanFactory().registerSingleton(bean.getClass().getName(), bean);
		}
		this.context.refresh();
		JsonMapper jsonMapper = StorageJson.with(List.of()).mapper();
		this.handlers = new TaskHandlers(new DeclaredLimits(limits, limitedCategories), settings.slots().fairness(),
				new TaskHandlerScanner(this.context.getBeanFactory(), jsonMapper,
						new RetryPolicy(Duration.ofMillis(20), 2, Duration.ofSeconds(1), 0), List.of()));
		this.handlers.afterSingletonsInstantiated();
		this.groupCommit = new GroupCommit(store, new GroupCommitSettings(5000, 10_000, Duration.ofSeconds(10)));
		this.groupCommit.addListener(new TaskListeners(() -> listeners, jsonMapper, this.context));
		this.groupCommit.start();
		Clock clock = (ownClock != null) ? ownClock : this.groupCommit.clock();
		this.service = new DefaultTaskQueueService(this.groupCommit, this.handlers, jsonMapper,
				DataSize.ofKilobytes(10), EnqueueInterceptor.NONE, clock);
		this.schedules = new DefaultTaskSchedules(this.groupCommit,
				new NewTasks(this.handlers, DataSize.ofKilobytes(10), clock), clock, settings.leases().duration());
		this.worker = new TaskWorker(this.groupCommit, this.handlers, jsonMapper, executors, settings, interceptor,
				clock);
	}

	/**
	 * Returns a builder for a queue with these handlers.
	 * @param handlerBeans objects with annotated methods
	 * @return the builder
	 */
	public static Builder with(Object... handlerBeans) {
		return new Builder(List.of(handlerBeans));
	}

	public TaskSchedules schedules() {
		return this.schedules;
	}

	public TaskLimits limits() {
		return new DefaultTaskLimits(this.groupCommit, this.handlers);
	}

	public TaskQueueService service() {
		return this.service;
	}

	public TaskStore store() {
		return this.groupCommit.store();
	}

	public GroupCommit groupCommit() {
		return this.groupCommit;
	}

	public TaskHandlers handlers() {
		return this.handlers;
	}

	public TaskWorker worker() {
		return this.worker;
	}

	/**
	 * Waits for a task to complete, and until listeners are told. Whoever looks into the
	 * store may be faster than they are.
	 * @param id the id of the task
	 * @return the task
	 */
	public TaskInfo await(String id) throws Exception {
		TaskInfo task = this.service.completion(id).get(20, TimeUnit.SECONDS);
		CountDownLatch told = new CountDownLatch(1);
		this.groupCommit.publish((listeners) -> told.countDown());
		told.await(20, TimeUnit.SECONDS);
		return task;
	}

	public TaskInfo find(String id) {
		return this.service.findTask(id).orElseThrow();
	}

	@Override
	public void close() {
		this.worker.stop();
		this.service.close();
		this.groupCommit.close();
		this.context.close();
	}

	/**
	 * Builds a {@link TestQueue}.
	 */
	public static final class Builder {

		private final List<Object> handlers;

		private final List<TaskListener> listeners = new ArrayList<>();

		private final List<ApplicationListener<?>> applicationListeners = new ArrayList<>();

		private AttemptInterceptor interceptor = AttemptInterceptor.NONE;

		private String path = DuckDbSettings.IN_MEMORY;

		private @Nullable Path snapshots;

		private Consumer<DuckDbDatabase> database = (created) -> {
		};

		private UnaryOperator<TaskStore> decorator = UnaryOperator.identity();

		private WorkerSettings settings = DEFAULTS;

		private final Map<String, LimitNumbers> limits = new HashMap<>();

		private final Map<String, Set<String>> limitedCategories = new HashMap<>();

		private Supplier<? extends Executor> executors = Executors::newCachedThreadPool;

		private @Nullable Clock clock;

		private @Nullable PostgresSettings postgres;

		private DataSource dataSource;

		Builder(List<Object> handlers) {
			this.handlers = handlers;
		}

		public Builder path(String path) {
			this.path = path;
			return this;
		}

		public Builder postgres(PostgresSettings settings) {
			return postgres(PostgresServer.dataSource(), settings);
		}

		public Builder postgres(DataSource of, PostgresSettings settings) {
			this.dataSource = of;
			this.postgres = settings;
			return this;
		}

		/**
		 * Keeps tasks where the next queue of the same test finds them.
		 * @param store {@code duckdb} or {@code postgresql}
		 * @param folder where the file of DuckDB is
		 * @param settings where the tables of PostgreSQL are
		 * @return this builder
		 */
		public Builder on(String store, Path folder, PostgresSettings settings) {
			return store.equals("duckdb") ? path(folder.resolve("tasks.duckdb").toString()) : postgres(settings);
		}

		public Builder snapshots(Path folder) {
			this.snapshots = folder;
			return this;
		}

		public Builder store(UnaryOperator<TaskStore> decorator) {
			this.decorator = decorator;
			return this;
		}

		public Builder database(Consumer<DuckDbDatabase> database) {
			this.database = database;
			return this;
		}

		public Builder listener(TaskListener listener) {
			this.listeners.add(listener);
			return this;
		}

		public Builder applicationListener(ApplicationListener<?> listener) {
			this.applicationListeners.add(listener);
			return this;
		}

		public Builder interceptor(AttemptInterceptor interceptor) {
			this.interceptor = interceptor;
			return this;
		}

		public Builder executors(Supplier<? extends Executor> executors) {
			this.executors = executors;
			return this;
		}

		public Builder clock(Clock clock) {
			this.clock = clock;
			return this;
		}

		public Builder limit(String name, @Nullable Integer perKey, @Nullable Integer total) {
			this.limits.put(name, new LimitNumbers(perKey, total, null, null));
			return this;
		}

		public Builder limitOf(String name, String... categories) {
			this.limitedCategories.put(name, Set.of(categories));
			return this;
		}

		public Builder rate(String limit, String rate, int burst) {
			this.limits.put(limit, new LimitNumbers(null, null, LimitRate.of(rate), burst));
			return this;
		}

		public Builder concurrency(int concurrency) {
			SlotSettings slots = this.settings.slots();
			return slots(new SlotSettings(slots.categories(), concurrency, slots.concurrencyByCategory(),
					slots.maxThreads(), slots.prefetchWindow(), slots.fairness()));
		}

		public Builder maxThreads(int maxThreads) {
			SlotSettings slots = this.settings.slots();
			return slots(new SlotSettings(slots.categories(), slots.concurrency(), slots.concurrencyByCategory(),
					maxThreads, slots.prefetchWindow(), slots.fairness()));
		}

		public Builder categories(String... categories) {
			SlotSettings slots = this.settings.slots();
			return slots(new SlotSettings(Set.of(categories), slots.concurrency(), slots.concurrencyByCategory(),
					slots.maxThreads(), slots.prefetchWindow(), slots.fairness()));
		}

		public Builder prefetchWindow(Duration window) {
			SlotSettings slots = this.settings.slots();
			return slots(new SlotSettings(slots.categories(), slots.concurrency(), slots.concurrencyByCategory(),
					slots.maxThreads(), window, slots.fairness()));
		}

		public Builder fair(String category) {
			return fairness(new Fairness(Map.of(category, true)));
		}

		public Builder fairness(Fairness fairness) {
			SlotSettings slots = this.settings.slots();
			return slots(new SlotSettings(slots.categories(), slots.concurrency(), slots.concurrencyByCategory(),
					slots.maxThreads(), slots.prefetchWindow(), fairness));
		}

		private Builder slots(SlotSettings slots) {
			return settings(new WorkerSettings(slots, this.settings.pollInterval(), this.settings.leases(),
					this.settings.limits(), this.settings.retention(), this.settings.schedules(),
					this.settings.abandonAfter(), this.settings.shutdownGracePeriod()));
		}

		public Builder pollInterval(Duration interval) {
			return settings(new WorkerSettings(this.settings.slots(), interval, this.settings.leases(),
					this.settings.limits(), this.settings.retention(), this.settings.schedules(),
					this.settings.abandonAfter(), this.settings.shutdownGracePeriod()));
		}

		public Builder leases(LeaseSettings leases) {
			return settings(new WorkerSettings(this.settings.slots(), this.settings.pollInterval(), leases,
					this.settings.limits(), this.settings.retention(), this.settings.schedules(),
					this.settings.abandonAfter(), this.settings.shutdownGracePeriod()));
		}

		public Builder schedules(ScheduleSettings schedules) {
			return settings(new WorkerSettings(this.settings.slots(), this.settings.pollInterval(),
					this.settings.leases(), this.settings.limits(), this.settings.retention(), schedules,
					this.settings.abandonAfter(), this.settings.shutdownGracePeriod()));
		}

		public Builder retention(RetentionSettings retention) {
			return settings(new WorkerSettings(this.settings.slots(), this.settings.pollInterval(),
					this.settings.leases(), this.settings.limits(), retention, this.settings.schedules(),
					this.settings.abandonAfter(), this.settings.shutdownGracePeriod()));
		}

		public Builder abandonAfter(Duration time) {
			return settings(new WorkerSettings(this.settings.slots(), this.settings.pollInterval(),
					this.settings.leases(), this.settings.limits(), this.settings.retention(),
					this.settings.schedules(), time, this.settings.shutdownGracePeriod()));
		}

		private Builder settings(WorkerSettings settings) {
			this.settings = settings;
			return this;
		}

		/**
		 * Returns a queue that runs nothing yet.
		 * @return the queue
		 */
		public TestQueue enqueueOnly() {
			TaskStore store = (this.postgres != null) ? new PostgresTaskStore(this.dataSource, this.postgres)
					: new DuckDbTaskStore(createDatabase());
			return new TestQueue(this.decorator.apply(store), this.handlers, this.listeners, this.applicationListeners,
					this.interceptor, this.settings, this.executors, this.clock, this.limits, this.limitedCategories);
		}

		private DuckDbDatabase createDatabase() {
			DuckDbDatabase created = new DuckDbDatabase(
					new DuckDbSettings(this.path, DataSize.ofMegabytes(256), 2, Duration.ofMinutes(1), this.snapshots));
			this.database.accept(created);
			return created;
		}

		/**
		 * Returns a queue that runs tasks.
		 * @return the queue
		 */
		public TestQueue start() {
			TestQueue queue = enqueueOnly();
			queue.worker.start();
			return queue;
		}

	}

}

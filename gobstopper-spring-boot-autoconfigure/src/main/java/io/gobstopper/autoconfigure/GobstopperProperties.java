package io.gobstopper.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

import io.gobstopper.autoconfigure.contract.ContractCheckMode;
import io.gobstopper.limit.LimitRate;

/**
 * Properties of the task queue.
 */
@ConfigurationProperties("gobstopper")
public class GobstopperProperties {

	/**
	 * Whether to set up the task queue.
	 */
	private boolean enabled = true;

	/**
	 * Where tasks are stored: "duckdb" in a file that one process has open, "postgresql"
	 * in a database that many share.
	 */
	private Store store = Store.DUCKDB;

	/**
	 * DuckDB file whose tasks are moved to PostgreSQL at the start, once; none are if not
	 * set.
	 */
	private @Nullable Path migrateFrom;

	private final Duckdb duckdb = new Duckdb();

	private final Postgresql postgresql = new Postgresql();

	private final Schema schema = new Schema();

	private final Queue queue = new Queue();

	private final MaxSize maxSize = new MaxSize();

	private final Worker worker = new Worker();

	private final Contract contract = new Contract();

	private final Retry retry = new Retry();

	private final Retention retention = new Retention();

	private final Snapshot snapshot = new Snapshot();

	private final Schedules schedules = new Schedules();

	/**
	 * Numbers of limits, by name, instead of those in code.
	 */
	private final Map<String, Limit> limits = new LinkedHashMap<>();

	/**
	 * Categories, by name, in which tasks of different fairness keys may take turns.
	 */
	private final Map<String, Fairness> fairness = new LinkedHashMap<>();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Store getStore() {
		return this.store;
	}

	public void setStore(Store store) {
		this.store = store;
	}

	public @Nullable Path getMigrateFrom() {
		return this.migrateFrom;
	}

	public void setMigrateFrom(@Nullable Path migrateFrom) {
		this.migrateFrom = migrateFrom;
	}

	public Duckdb getDuckdb() {
		return this.duckdb;
	}

	public Postgresql getPostgresql() {
		return this.postgresql;
	}

	public Schema getSchema() {
		return this.schema;
	}

	public Queue getQueue() {
		return this.queue;
	}

	public MaxSize getMaxSize() {
		return this.maxSize;
	}

	public Worker getWorker() {
		return this.worker;
	}

	public Contract getContract() {
		return this.contract;
	}

	public Retry getRetry() {
		return this.retry;
	}

	public Retention getRetention() {
		return this.retention;
	}

	public Snapshot getSnapshot() {
		return this.snapshot;
	}

	public Schedules getSchedules() {
		return this.schedules;
	}

	public Map<String, Limit> getLimits() {
		return this.limits;
	}

	public Map<String, Fairness> getFairness() {
		return this.fairness;
	}

	/**
	 * The embedded database.
	 */
	public static class Duckdb {

		/**
		 * File in which tasks are stored; ":memory:" for none, which loses them when the
		 * process ends.
		 */
		private String path = "./gobstopper.duckdb";

		/**
		 * Memory DuckDB may use outside the Java heap.
		 */
		private DataSize memoryLimit = DataSize.ofMegabytes(256);

		/**
		 * Number of threads DuckDB may use; more speed up queries over millions of rows
		 * and slow down all small writes.
		 */
		private int threads = 1;

		/**
		 * Time a connection for reading may be held before it is closed; while it has a
		 * transaction open nothing can be cleaned up.
		 */
		private Duration readTimeout = Duration.ofMinutes(1);

		public String getPath() {
			return this.path;
		}

		public void setPath(String path) {
			this.path = path;
		}

		public DataSize getMemoryLimit() {
			return this.memoryLimit;
		}

		public void setMemoryLimit(DataSize memoryLimit) {
			this.memoryLimit = memoryLimit;
		}

		public int getThreads() {
			return this.threads;
		}

		public void setThreads(int threads) {
			this.threads = threads;
		}

		public Duration getReadTimeout() {
			return this.readTimeout;
		}

		public void setReadTimeout(Duration readTimeout) {
			this.readTimeout = readTimeout;
		}

	}

	/**
	 * Where tasks are stored.
	 */
	public enum Store {

		/**
		 * In a file.
		 */
		DUCKDB,

		/**
		 * In the application's database.
		 */
		POSTGRESQL

	}

	/**
	 * The database that many processes share.
	 */
	public static class Postgresql {

		/**
		 * Schema of the tables; if not set, the one in which connections create tables.
		 */
		private @Nullable String schema;

		/**
		 * Whether each process that runs tasks keeps a connection on which others
		 * announce work; without it, nothing is announced and work of others is found at
		 * the next poll.
		 */
		private boolean listen = true;

		/**
		 * Time a write waits for rows that another transaction has locked.
		 */
		private Duration lockTimeout = Duration.ofSeconds(2);

		public @Nullable String getSchema() {
			return this.schema;
		}

		public void setSchema(@Nullable String schema) {
			this.schema = schema;
		}

		public boolean isListen() {
			return this.listen;
		}

		public void setListen(boolean listen) {
			this.listen = listen;
		}

		public Duration getLockTimeout() {
			return this.lockTimeout;
		}

		public void setLockTimeout(Duration lockTimeout) {
			this.lockTimeout = lockTimeout;
		}

	}

	/**
	 * The tables on PostgreSQL.
	 */
	public static class Schema {

		/**
		 * Whether to create the tables in PostgreSQL and bring them up to date at the
		 * start, "always" or "never".
		 */
		private Initialize initialize = Initialize.ALWAYS;

		public Initialize getInitialize() {
			return this.initialize;
		}

		public void setInitialize(Initialize initialize) {
			this.initialize = initialize;
		}

		/**
		 * When to do so.
		 */
		public enum Initialize {

			/**
			 * At each start.
			 */
			ALWAYS,

			/**
			 * Never; someone else has done it.
			 */
			NEVER

		}

	}

	/**
	 * Enqueuing.
	 */
	public static class Queue {

		/**
		 * Number of tasks that may wait to be stored before callers have to wait.
		 */
		private int capacity = 10000;

		/**
		 * Time a caller waits when that many do, before an exception is thrown.
		 */
		private Duration fullTimeout = Duration.ofSeconds(10);

		/**
		 * Largest number of changes stored in one commit.
		 */
		private int batchSize = 5000;

		public int getCapacity() {
			return this.capacity;
		}

		public void setCapacity(int capacity) {
			this.capacity = capacity;
		}

		public Duration getFullTimeout() {
			return this.fullTimeout;
		}

		public void setFullTimeout(Duration fullTimeout) {
			this.fullTimeout = fullTimeout;
		}

		public int getBatchSize() {
			return this.batchSize;
		}

		public void setBatchSize(int batchSize) {
			this.batchSize = batchSize;
		}

	}

	/**
	 * Whether tasks of a category take turns.
	 */
	public static class Fairness {

		/**
		 * Whether tasks of different fairness keys take turns.
		 */
		private boolean enabled;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

	/**
	 * How many tasks a limit lets run at once, and start within a time.
	 */
	public static class Limit {

		/**
		 * Number of tasks with the same key that run at once.
		 */
		private @Nullable Integer perKey;

		/**
		 * Number of tasks that run at once, whatever their keys.
		 */
		private @Nullable Integer total;

		/**
		 * Number of tasks with the same key that start within a time, such as 60/1m.
		 */
		private @Nullable LimitRate rate;

		/**
		 * Number of tasks of a rate that start at the same moment.
		 */
		private @Nullable Integer burst;

		/**
		 * Categories of which all tasks have the limit.
		 */
		private Set<String> categories = new LinkedHashSet<>();

		public @Nullable Integer getPerKey() {
			return this.perKey;
		}

		public void setPerKey(@Nullable Integer perKey) {
			this.perKey = perKey;
		}

		public @Nullable Integer getTotal() {
			return this.total;
		}

		public void setTotal(@Nullable Integer total) {
			this.total = total;
		}

		public @Nullable LimitRate getRate() {
			return this.rate;
		}

		public void setRate(@Nullable LimitRate rate) {
			this.rate = rate;
		}

		public @Nullable Integer getBurst() {
			return this.burst;
		}

		public void setBurst(@Nullable Integer burst) {
			this.burst = burst;
		}

		public Set<String> getCategories() {
			return this.categories;
		}

		public void setCategories(Set<String> categories) {
			this.categories = categories;
		}

	}

	/**
	 * Sizes of what is stored.
	 */
	public static class MaxSize {

		/**
		 * Largest size of the arguments of a task, as JSON.
		 */
		private DataSize arguments = DataSize.ofKilobytes(256);

		/**
		 * Largest size of the result of a task, as JSON; a larger one fails the task.
		 */
		private DataSize result = DataSize.ofMegabytes(1);

		/**
		 * Largest size of the stack trace of a failure; a larger one is cut.
		 */
		private DataSize error = DataSize.ofKilobytes(64);

		public DataSize getArguments() {
			return this.arguments;
		}

		public void setArguments(DataSize arguments) {
			this.arguments = arguments;
		}

		public DataSize getResult() {
			return this.result;
		}

		public void setResult(DataSize result) {
			this.result = result;
		}

		public DataSize getError() {
			return this.error;
		}

		public void setError(DataSize error) {
			this.error = error;
		}

	}

	/**
	 * Whether the handlers fit the tasks that wait.
	 */
	public static class Contract {

		/**
		 * What becomes of it at the start that tasks wait which have no handler or cannot
		 * be read.
		 */
		private ContractCheckMode check = ContractCheckMode.WARN;

		public ContractCheckMode getCheck() {
			return this.check;
		}

		public void setCheck(ContractCheckMode check) {
			this.check = check;
		}

	}

	/**
	 * Running tasks.
	 */
	public static class Worker {

		/**
		 * Whether this process runs tasks; otherwise it only enqueues them.
		 */
		private boolean enabled = true;

		/**
		 * Categories this process runs; all if empty.
		 */
		private Set<String> categories = new LinkedHashSet<>();

		/**
		 * Number of tasks of one category that run at once.
		 */
		private int concurrency = 10;

		/**
		 * Number of tasks that run at once, for categories that differ.
		 */
		private Map<String, Integer> concurrencyByCategory = new LinkedHashMap<>();

		/**
		 * Number of tasks of all categories that run at once; 200 if not set, or the
		 * largest concurrency if that is more.
		 */
		private @Nullable Integer maxThreads;

		/**
		 * Run time for which short tasks are claimed ahead; 0 claims none ahead.
		 */
		private Duration prefetchWindow = Duration.ofMillis(100);

		/**
		 * Interval at which the database is looked at without being told of new tasks.
		 */
		private Duration pollInterval = Duration.ofSeconds(1);

		/**
		 * Time after which a process that is not heard of loses its running tasks.
		 */
		private Duration leaseDuration = Duration.ofSeconds(30);

		/**
		 * Interval at which a process renews its leases.
		 */
		private Duration heartbeatInterval = Duration.ofSeconds(10);

		/**
		 * Number of deaths of its process at which a task is failed; after one less, such
		 * tasks run one at a time.
		 */
		private int maxCrashes = 3;

		/**
		 * Time a handler may ignore the interrupt of its timeout or of a shutdown before
		 * it is given up.
		 */
		private Duration abandonAfter = Duration.ofSeconds(5);

		/**
		 * Time running tasks may go on when the application stops, before they are
		 * interrupted and given back.
		 */
		private Duration shutdownGracePeriod = Duration.ofSeconds(10);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public Set<String> getCategories() {
			return this.categories;
		}

		public void setCategories(Set<String> categories) {
			this.categories = categories;
		}

		public int getConcurrency() {
			return this.concurrency;
		}

		public void setConcurrency(int concurrency) {
			this.concurrency = concurrency;
		}

		public Map<String, Integer> getConcurrencyByCategory() {
			return this.concurrencyByCategory;
		}

		public void setConcurrencyByCategory(Map<String, Integer> concurrencyByCategory) {
			this.concurrencyByCategory = concurrencyByCategory;
		}

		public @Nullable Integer getMaxThreads() {
			return this.maxThreads;
		}

		public void setMaxThreads(@Nullable Integer maxThreads) {
			this.maxThreads = maxThreads;
		}

		public Duration getPrefetchWindow() {
			return this.prefetchWindow;
		}

		public void setPrefetchWindow(Duration prefetchWindow) {
			this.prefetchWindow = prefetchWindow;
		}

		public Duration getPollInterval() {
			return this.pollInterval;
		}

		public void setPollInterval(Duration pollInterval) {
			this.pollInterval = pollInterval;
		}

		public Duration getLeaseDuration() {
			return this.leaseDuration;
		}

		public void setLeaseDuration(Duration leaseDuration) {
			this.leaseDuration = leaseDuration;
		}

		public Duration getHeartbeatInterval() {
			return this.heartbeatInterval;
		}

		public void setHeartbeatInterval(Duration heartbeatInterval) {
			this.heartbeatInterval = heartbeatInterval;
		}

		public int getMaxCrashes() {
			return this.maxCrashes;
		}

		public void setMaxCrashes(int maxCrashes) {
			this.maxCrashes = maxCrashes;
		}

		public Duration getAbandonAfter() {
			return this.abandonAfter;
		}

		public void setAbandonAfter(Duration abandonAfter) {
			this.abandonAfter = abandonAfter;
		}

		public Duration getShutdownGracePeriod() {
			return this.shutdownGracePeriod;
		}

		public void setShutdownGracePeriod(Duration shutdownGracePeriod) {
			this.shutdownGracePeriod = shutdownGracePeriod;
		}

	}

	/**
	 * Delays between attempts.
	 */
	public static class Retry {

		/**
		 * Delay after the first failure.
		 */
		private Duration initialDelay = Duration.ofSeconds(2);

		/**
		 * Factor by which each further failure lengthens the delay.
		 */
		private double multiplier = 2;

		/**
		 * Longest delay, before a part of it is added at random.
		 */
		private Duration maxDelay = Duration.ofSeconds(60);

		/**
		 * Part of the delay that is random, from 0 to 1.
		 */
		private double jitter = 0.1;

		public Duration getInitialDelay() {
			return this.initialDelay;
		}

		public void setInitialDelay(Duration initialDelay) {
			this.initialDelay = initialDelay;
		}

		public double getMultiplier() {
			return this.multiplier;
		}

		public void setMultiplier(double multiplier) {
			this.multiplier = multiplier;
		}

		public Duration getMaxDelay() {
			return this.maxDelay;
		}

		public void setMaxDelay(Duration maxDelay) {
			this.maxDelay = maxDelay;
		}

		public double getJitter() {
			return this.jitter;
		}

		public void setJitter(double jitter) {
			this.jitter = jitter;
		}

	}

	/**
	 * Keeping completed tasks.
	 */
	public static class Retention {

		/**
		 * Time completed tasks are kept.
		 */
		private Duration finished = Duration.ofDays(30);

		/**
		 * Interval at which older ones are deleted.
		 */
		private Duration interval = Duration.ofMinutes(10);

		/**
		 * Number of tasks deleted in one commit.
		 */
		private int batchSize = 1000;

		public Duration getFinished() {
			return this.finished;
		}

		public void setFinished(Duration finished) {
			this.finished = finished;
		}

		public Duration getInterval() {
			return this.interval;
		}

		public void setInterval(Duration interval) {
			this.interval = interval;
		}

		public int getBatchSize() {
			return this.batchSize;
		}

		public void setBatchSize(int batchSize) {
			this.batchSize = batchSize;
		}

	}

	/**
	 * Copies of the embedded database, made while it is in use.
	 */
	public static class Snapshot {

		/**
		 * Folder for copies of the DuckDB file; none are made if not set.
		 */
		private @Nullable Path directory;

		/**
		 * Interval at which a copy is made.
		 */
		private Duration interval = Duration.ofHours(1);

		/**
		 * Number of copies that are kept.
		 */
		private int keep = 24;

		public @Nullable Path getDirectory() {
			return this.directory;
		}

		public void setDirectory(@Nullable Path directory) {
			this.directory = directory;
		}

		public Duration getInterval() {
			return this.interval;
		}

		public void setInterval(Duration interval) {
			this.interval = interval;
		}

		public int getKeep() {
			return this.keep;
		}

		public void setKeep(int keep) {
			this.keep = keep;
		}

	}

	/**
	 * Recurring tasks.
	 */
	public static class Schedules {

		/**
		 * Time zone of schedules that name none.
		 */
		private ZoneId zone = ZoneId.of("UTC");

		public ZoneId getZone() {
			return this.zone;
		}

		public void setZone(ZoneId zone) {
			this.zone = zone;
		}

	}

}

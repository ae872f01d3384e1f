package io.gobstopper.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.util.FileSystemUtils;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.store.writer.TaskStoreListener;

/**
 * A whole application with this queue on a DuckDB file of its own.
 */
final class GobstopperSystem implements AutoCloseable {

	static final String NAME_PREFIX = "gobstopper-";

	static final String TASK = "work";

	private final Path folder;

	private final ConfigurableApplicationContext context;

	private final StoreKind store;

	private final @Nullable PostgresServer server;

	private long settled;

	private long awaited;

	private GobstopperSystem(Path folder, StoreKind store, @Nullable PostgresServer server,
			ConfigurableApplicationContext context) {
		this.folder = folder;
		this.store = store;
		this.server = server;
		this.context = context;
		context.getBean(GroupCommit.class).addListener(new TaskStoreListener() {

			@Override
			public void settled(StoredTask task, @Nullable StoredAttempt attempt) {
				countSettled();
			}

		});
	}

	static GobstopperSystem start(StoreKind store, String... properties) throws IOException {
		return start(store, (store == StoreKind.POSTGRESQL) ? new PostgresServer() : null, properties);
	}

	// Whoever gives a server that is there already must close it.
	static GobstopperSystem start(StoreKind store, @Nullable PostgresServer server, String... properties)
			throws IOException {
		Path folder = Files.createTempDirectory("gobstopper-benchmark");
		return new GobstopperSystem(folder, store, server,
				run(folder, (server != null) ? server.dataSource("gobstopper") : null, properties));
	}

	static ConfigurableApplicationContext run(Path folder, @Nullable DataSource dataSource, String... properties) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setLogStartupInfo(false);
		List<String> arguments = new ArrayList<>(List.of("--gobstopper.duckdb.path=" + database(folder),
				"--logging.level.root=warn", "--spring.main.banner-mode=off"));
		if (dataSource != null) {
			arguments.add("--gobstopper.store=postgresql");
			application.addInitializers((context) -> ((GenericApplicationContext) context).registerBean("dataSource",
					DataSource.class, () -> dataSource));
		}
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return application.run(arguments.toArray(String[]::new));
	}

	String name() {
		return this.store.system();
	}

	Footprint footprint() {
		System.gc();
		return footprint(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
	}

	Footprint footprint(long heap) {
		return Footprint.of(heap, (this.store == StoreKind.DUCKDB) ? database(this.folder) : null);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	static Path database(Path folder) {
		return folder.resolve("tasks.duckdb");
	}

	// One string argument and two by name.
	static TaskRequest request(int number) {
		return TaskRequest.of(TASK)
			.args("user%d@example.com".formatted(number))
			.kwarg("subject", "Welcome")
			.kwarg("number", number);
	}

	TaskQueueService queue() {
		return this.context.getBean(TaskQueueService.class);
	}

	DataSource dataSource() {
		return this.context.getBean("gobstopperDataSource", DataSource.class);
	}

	Work work() {
		return this.context.getBean(Work.class);
	}

	void prefill(int tasks) {
		int chunk = 5000;
		for (int from = 0; from < tasks; from += chunk) {
			List<TaskRequest> requests = new ArrayList<>(chunk);
			for (int number = from; number < Math.min(tasks, from + chunk); number++) {
				requests.add(request(number));
			}
			queue().enqueueAll(requests);
		}
	}

	// Waits until the ends of so many tasks are stored.
	synchronized void awaitSettled(long tasks) throws InterruptedException {
		this.awaited = tasks;
		while (this.settled < tasks) {
			wait();
		}
	}

	private synchronized void countSettled() {
		this.settled++;
		if (this.settled == this.awaited) {
			notifyAll();
		}
	}

	synchronized long settled() {
		return this.settled;
	}

	@Override
	public void close() {
		this.context.close();
		try {
			if (this.server != null) {
				this.server.close();
			}
			FileSystemUtils.deleteRecursively(this.folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The application.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
	static class Application {

		@Bean
		Work work() {
			return new Work();
		}

	}

	/**
	 * The handlers, and who wants to know when they are called.
	 */
	static class Work {

		private volatile @Nullable Started listener;

		void onStart(@Nullable Started listener) {
			this.listener = listener;
		}

		@GobstopperTask(name = TASK)
		Map<String, Object> work(String to, String subject, int number) {
			Started started = this.listener;
			if (started != null) {
				started.started(number);
			}
			return Map.of("to", to, "sent", true);
		}

		@GobstopperTask(name = "sleep")
		void sleep(long millis) throws InterruptedException {
			Thread.sleep(millis);
		}

	}

	/**
	 * Is told that a handler was called.
	 */
	interface Started {

		void started(int number);

	}

}

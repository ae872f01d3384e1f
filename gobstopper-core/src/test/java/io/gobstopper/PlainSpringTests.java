package io.gobstopper;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.event.TaskListener;
import io.gobstopper.handler.RetryPolicy;
import io.gobstopper.handler.StorageJson;
import io.gobstopper.handler.TaskHandlerScanner;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.limit.Fairness;
import io.gobstopper.queue.DefaultTaskQueueService;
import io.gobstopper.queue.EnqueueInterceptor;
import io.gobstopper.queue.TaskListeners;
import io.gobstopper.scheduling.ScheduleSettings;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbSettings;
import io.gobstopper.store.duckdb.DuckDbTaskStore;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.store.writer.GroupCommitSettings;
import io.gobstopper.worker.TaskWorker;
import io.gobstopper.worker.WorkerSettings;
import io.gobstopper.worker.dispatch.SlotSettings;
import io.gobstopper.worker.execution.AttemptInterceptor;
import io.gobstopper.worker.execution.ContentLimits;
import io.gobstopper.worker.maintenance.LeaseSettings;
import io.gobstopper.worker.maintenance.RetentionSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with Spring alone, without Spring Boot, on a DuckDB file.
 */
class PlainSpringTests {

	@TempDir
	private Path folder;

	@Test
	void tasksAreRunAndKept() throws Exception {
		String id;
		try (AnnotationConfigApplicationContext context = start()) {
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			id = queue.enqueue("greet", "Ann");
			assertThat(queue.completion(id).get(10, TimeUnit.SECONDS).result()).isEqualTo("Hello, Ann");
		}
		try (AnnotationConfigApplicationContext context = start()) {
			assertThat(context.getBean(TaskQueueService.class).findTask(id)).hasValueSatisfying((task) -> {
				assertThat(task.status()).isEqualTo(TaskStatus.SUCCESS);
				assertThat(task.result()).isEqualTo("Hello, Ann");
			});
		}
	}

	private AnnotationConfigApplicationContext start() {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.registerBean(Path.class, () -> this.folder.resolve("tasks.duckdb"));
		context.register(Application.class);
		context.refresh();
		return context;
	}

	/**
	 * All that a queue is made of.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Greeter greeter() {
			return new Greeter();
		}

		@Bean
		JsonMapper jsonMapper() {
			return StorageJson.with(List.of()).mapper();
		}

		@Bean
		TaskStore store(Path file) {
			return new DuckDbTaskStore(new DuckDbDatabase(
					new DuckDbSettings(file.toString(), DataSize.ofMegabytes(256), 2, Duration.ofMinutes(1), null)));
		}

		@Bean(initMethod = "start")
		GroupCommit groupCommit(TaskStore store) {
			return new GroupCommit(store, new GroupCommitSettings(5000, 50_000, Duration.ofSeconds(30)));
		}

		@Bean
		TaskHandlers handlers(ConfigurableListableBeanFactory beanFactory, JsonMapper jsonMapper) {
			RetryPolicy retries = new RetryPolicy(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0.1);
			return new TaskHandlers(new TaskHandlerScanner(beanFactory, jsonMapper, retries, List.of()));
		}

		@Bean
		TaskQueueService queue(GroupCommit groupCommit, TaskHandlers handlers, JsonMapper jsonMapper,
				ApplicationContext context) {
			groupCommit.addListener(new TaskListeners(
					() -> context.getBeanProvider(TaskListener.class).orderedStream().toList(), jsonMapper, context));
			return new DefaultTaskQueueService(groupCommit, handlers, jsonMapper, DataSize.ofMegabytes(1),
					EnqueueInterceptor.NONE, groupCommit.clock());
		}

		@Bean
		TaskWorker worker(GroupCommit groupCommit, TaskHandlers handlers, JsonMapper jsonMapper) {
			SlotSettings slots = new SlotSettings(Set.of(), 10, Map.of(), 200, Duration.ofMillis(100), Fairness.NONE);
			WorkerSettings settings = new WorkerSettings(slots, Duration.ofSeconds(5),
					new LeaseSettings(Duration.ofSeconds(30), Duration.ofSeconds(10), 3),
					new ContentLimits(DataSize.ofMegabytes(1), DataSize.ofKilobytes(64)),
					new RetentionSettings(Duration.ofDays(30), Duration.ofMinutes(10), 1000), ScheduleSettings.NONE,
					Duration.ofSeconds(10), Duration.ofSeconds(10));
			return new TaskWorker(groupCommit, handlers, jsonMapper, Executors::newCachedThreadPool, settings,
					AttemptInterceptor.NONE, groupCommit.clock());
		}

	}

	/**
	 * A bean with a handler.
	 */
	static class Greeter {

		@GobstopperTask(name = "greet")
		String greet(String name) {
			return "Hello, " + name;
		}

	}

}

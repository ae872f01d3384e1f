package io.gobstopper.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.TaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

import io.gobstopper.GobstopperDataSource;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskStatus;
import io.gobstopper.actuate.GobstopperEndpoint;
import io.gobstopper.actuate.GobstopperHealthIndicator;
import io.gobstopper.autoconfigure.diagnostics.TaskStoreLockedFailureAnalyzer;
import io.gobstopper.error.UnknownTaskException;
import io.gobstopper.event.TaskListener;
import io.gobstopper.event.TaskSucceededEvent;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.observation.TaskQueueMetrics;
import io.gobstopper.queue.EnqueueInterceptor;
import io.gobstopper.store.StoreSnapshots;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.TaskWorker;
import io.gobstopper.worker.execution.AttemptInterceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

/**
 * The auto-configurations in small contexts.
 */
@Timeout(60)
class GobstopperAutoConfigurationTests {

	@TempDir
	private Path folder;

	private final ApplicationContextRunner withoutHandlers = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, GobstopperAutoConfiguration.class,
				GobstopperChildAutoConfiguration.class, GobstopperDuckDbAutoConfiguration.class,
				GobstopperWorkerAutoConfiguration.class, GobstopperSnapshotAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.withoutHandlers.withBean(Handlers.class);

	@Test
	void categoriesMayHaveLimitsAndFairness() {
		this.runner
			.withPropertyValues("gobstopper.limits.crm.total=2", "gobstopper.limits.crm.categories=mails,my.calls",
					"gobstopper.fairness.mails.enabled=true", "gobstopper.fairness[my.calls].enabled=true",
					"gobstopper.fairness.letters.enabled=false")
			.run((context) -> {
				TaskHandlers handlers = context.getBean(TaskHandlers.class);
				assertThat(handlers.limitsOf("mails")).containsExactly("crm");
				assertThat(handlers.limitsOf("my.calls")).containsExactly("crm");
				assertThat(handlers.limitsOf("letters")).isEmpty();
				assertThat(handlers.fairness().isEnabled("mails")).isTrue();
				assertThat(handlers.fairness().isEnabled("my.calls")).isTrue();
				assertThat(handlers.fairness().isEnabled("letters")).isFalse();
				assertThat(handlers.fairness().isDecided("letters")).isTrue();
			});
	}

	@Test
	void tasksRunWithoutAnyConfiguration() {
		inMemory().run((context) -> {
			assertThat(context).hasSingleBean(TaskQueueService.class).hasSingleBean(TaskWorker.class);
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			TaskInfo task = queue.completion(queue.enqueue("thread")).get(10, TimeUnit.SECONDS);
			assertThat(task.status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(task.result()).asString().startsWith("gobstopper-worker-").endsWith(" platform");
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void tasksRunOnVirtualThreadsIfTheApplicationUsesThem() {
		inMemory().withPropertyValues("spring.threads.virtual.enabled=true").run((context) -> {
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			TaskInfo task = queue.completion(queue.enqueue("thread")).get(10, TimeUnit.SECONDS);
			assertThat(task.result()).asString().startsWith("gobstopper-worker-").endsWith(" virtual");
			String logging = queue.enqueue("log");
			assertThat(queue.completion(logging).get(10, TimeUnit.SECONDS).result()).isEqualTo(logging);
		});
	}

	@Test
	void disabledQueueHasNoBeansAndNoFile() {
		Path file = this.folder.resolve("tasks.duckdb");
		this.runner.withPropertyValues("gobstopper.enabled=false", "gobstopper.duckdb.path=" + file).run((context) -> {
			assertThat(context).doesNotHaveBean(TaskQueueService.class)
				.doesNotHaveBean(TaskStore.class)
				.doesNotHaveBean(TaskWorker.class)
				.doesNotHaveBean(TaskHandlers.class)
				.doesNotHaveBean(DataSource.class);
			assertThat(file).doesNotExist();
		});
	}

	@Test
	void processThatOnlyEnqueuesHasNoWorker() {
		inMemory().withPropertyValues("gobstopper.worker.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(TaskWorker.class);
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			String id = queue.enqueue("thread");
			assertThat(queue.findTask(id).orElseThrow().status()).isEqualTo(TaskStatus.PENDING);
		});
	}

	@Test
	void beansOfTheApplicationWin() {
		TaskStore store = mock();
		TaskQueueService service = mock();
		TaskWorker worker = mock();
		inMemory().withBean(TaskStore.class, () -> store)
			.withBean(TaskQueueService.class, () -> service)
			.withBean(TaskWorker.class, () -> worker)
			.run((context) -> {
				assertThat(context.getBean(TaskStore.class)).isSameAs(store);
				assertThat(context.getBean(TaskQueueService.class)).isSameAs(service);
				assertThat(context.getBean(TaskWorker.class)).isSameAs(worker);
				assertThat(context).doesNotHaveBean(DataSource.class);
			});
	}

	@Test
	void withoutDuckDbThereIsNoQueue() {
		this.runner.withClassLoader(new FilteredClassLoader(DuckDBDriver.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TaskQueueService.class));
	}

	@Test
	void jsonMapperOfTheApplicationIsUsedAndJacksonOfBootIsNotNeeded() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(GobstopperAutoConfiguration.class,
					GobstopperDuckDbAutoConfiguration.class, GobstopperWorkerAutoConfiguration.class))
			.withBean(Handlers.class)
			.withPropertyValues("gobstopper.duckdb.path=:memory:")
			.run((context) -> {
				TaskQueueService queue = context.getBean(TaskQueueService.class);
				assertThat(queue.completion(queue.enqueue("thread")).get(10, TimeUnit.SECONDS).status())
					.isEqualTo(TaskStatus.SUCCESS);
				assertThat(context).doesNotHaveBean(JsonMapper.class);
			});
	}

	@Test
	void applicationGetsNoExecutorSchedulerOrDefaultDataSource() {
		inMemory().withBean(WantsDataSource.class).run((context) -> {
			assertThat(context).doesNotHaveBean(Executor.class)
				.doesNotHaveBean(TaskExecutor.class)
				.doesNotHaveBean(TaskScheduler.class)
				.doesNotHaveBean(PlatformTransactionManager.class);
			assertThat(context.getBean(WantsDataSource.class).dataSource().getIfAvailable()).isNull();
		});
	}

	@Test
	void dataSourceOfTheTasksIsFoundByItsQualifier() {
		inMemory().withUserConfiguration(ReadsTasks.class).run((context) -> {
			context.getBean(TaskQueueService.class).enqueue("thread");
			assertThat(context.getBean(ReadsTasks.class).count()).isEqualTo(1);
		});
	}

	@Test
	void dataSourceOfTheApplicationIsUntouched() {
		inMemory()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=jdbc:duckdb:",
					"spring.datasource.driver-class-name=org.duckdb.DuckDBDriver")
			.run((context) -> {
				DataSource own = context.getBean(DataSource.class);
				assertThat(context.getBean(JdbcTemplate.class).getDataSource()).isSameAs(own);
				assertThat(context).hasSingleBean(PlatformTransactionManager.class);
				assertThat(context.getBean(JdbcTemplate.class)
					.queryForList("select table_name from information_schema.tables", String.class)).isEmpty();
				context.getBean(TaskQueueService.class).enqueue("thread");
			});
	}

	@Test
	void dataSourceDefinedByTheApplicationIsUntouched() {
		DataSource own = new DriverManagerDataSource("jdbc:duckdb:");
		inMemory().withBean(DataSource.class, () -> own)
			.withConfiguration(AutoConfigurations.of(JdbcTemplateAutoConfiguration.class))
			.run((context) -> {
				assertThat(context.getBean(DataSource.class)).isSameAs(own);
				assertThat(context.getBean(JdbcTemplate.class).getDataSource()).isSameAs(own);
			});
	}

	@Test
	void listenersAreTold() {
		AtomicReference<TaskInfo> told = new AtomicReference<>();
		inMemory().withBean(TaskListener.class, () -> new TaskListener() {

			@Override
			public void onSuccess(TaskInfo task) {
				told.set(task);
			}

		}).run((context) -> {
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			String id = queue.enqueue("thread");
			queue.completion(id).get(10, TimeUnit.SECONDS);
			assertThat(told.get().id()).isEqualTo(id);
		});
	}

	@Test
	void listenerMayUseTheQueue() {
		inMemory().withBean(FollowUp.class).run((context) -> {
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			queue.enqueue("thread");
			await().until(() -> queue.stats().byStatus().get(TaskStatus.SUCCESS) == 2);
		});
	}

	@Test
	void eventListenersAreTold() {
		inMemory().withBean(EventRecorder.class).run((context) -> {
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			String id = queue.enqueue("thread");
			queue.completion(id).get(10, TimeUnit.SECONDS);
			assertThat(context.getBean(EventRecorder.class).succeeded).containsExactly(id);
		});
	}

	@Test
	void lazyEventListenersAreTold() {
		inMemory().withUserConfiguration(LazyListener.class).run((context) -> {
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			String id = queue.enqueue("thread");
			queue.completion(id).get(10, TimeUnit.SECONDS);
			assertThat(context.getBean(LazyRecorder.class).heard).containsExactly(id);
		});
	}

	@Test
	void metersAreBoundToTheRegistryOfTheApplication() {
		observed().run((context) -> {
			assertThat(context).hasSingleBean(TaskQueueMetrics.class);
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			queue.completion(queue.enqueue("thread")).get(10, TimeUnit.SECONDS);
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.get("gobstopper.task.execution").tag("task", "thread").timer().count()).isEqualTo(1);
			assertThat(registry.get("gobstopper.execute").tag("outcome", "success").timer().count()).isEqualTo(1);
			assertThat(registry.get("gobstopper.enqueue").tag("task", "thread").timer().count()).isEqualTo(1);
		});
	}

	@Test
	void bucketsAreConfiguredTheUsualWay() {
		observed()
			.withPropertyValues("management.metrics.distribution.slo.gobstopper.task.wait=7ms",
					"management.metrics.distribution.percentiles.gobstopper.task.wait=0.5,0.99")
			.run((context) -> {
				TaskQueueService queue = context.getBean(TaskQueueService.class);
				queue.completion(queue.enqueue("thread")).get(10, TimeUnit.SECONDS);
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				await().until(() -> registry.find("gobstopper.task.wait").timer() != null);
				HistogramSnapshot snapshot = registry.get("gobstopper.task.wait").timer().takeSnapshot();
				assertThat(snapshot.histogramCounts()).extracting((bucket) -> bucket.bucket(TimeUnit.MILLISECONDS))
					.containsExactly(7.0);
				assertThat(snapshot.percentileValues()).hasSize(2);
			});
	}

	@Test
	void endpointIsThereOnlyIfItIsExposed() {
		observed().run((context) -> assertThat(context).doesNotHaveBean(GobstopperEndpoint.class));
		observed()
			.withPropertyValues("management.endpoints.web.exposure.include=*",
					"management.endpoint.gobstopper.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(GobstopperEndpoint.class));
		observed().withPropertyValues("management.endpoints.web.exposure.include=gobstopper")
			.run((context) -> assertThat(context).hasSingleBean(GobstopperEndpoint.class));
	}

	@Test
	void healthCanBeSwitchedOffAndLeavesLivenessAlone() {
		observed().run((context) -> {
			assertThat(context).hasSingleBean(GobstopperHealthIndicator.class);
			HealthEndpoint health = context.getBean(HealthEndpoint.class);
			assertThat(health.healthForPath("gobstopper").getStatus()).isEqualTo(Status.UP);
			assertThat(health.healthForPath("liveness", "gobstopper")).isNull();
		});
		observed().withPropertyValues("management.health.gobstopper.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(GobstopperHealthIndicator.class));
	}

	@Test
	void interceptorsOfTheApplicationGoBesideObservations() {
		EnqueueInterceptor enqueues = mock();
		AttemptInterceptor attempts = mock();
		observed().withBean(EnqueueInterceptor.class, () -> enqueues)
			.withBean(AttemptInterceptor.class, () -> attempts)
			.withBean("gobstopperHealthIndicator", HealthIndicator.class, () -> () -> Health.up().build())
			.run((context) -> {
				assertThat(context.getBeansOfType(EnqueueInterceptor.class)).hasSize(2).containsValue(enqueues);
				assertThat(context.getBeansOfType(AttemptInterceptor.class)).hasSize(2).containsValue(attempts);
				assertThat(context).doesNotHaveBean(GobstopperHealthIndicator.class);
			});
	}

	@Test
	void childContextAddsItsHandlersAndListenersUntilItIsClosed() {
		List<String> told = new CopyOnWriteArrayList<>();
		inMemory().withBean("inParent", TaskListener.class, () -> new Recording("parent", told)).run((parent) -> {
			TaskQueueService queue = parent.getBean(TaskQueueService.class);
			this.withoutHandlers.withParent(parent)
				.withBean(ChildHandlers.class)
				.withBean("inChild", TaskListener.class, () -> new Recording("child", told))
				.run((child) -> {
					assertThat(child.getBean(GroupCommit.class)).isSameAs(parent.getBean(GroupCommit.class));
					queue.completion(queue.enqueue("in_child")).get(10, TimeUnit.SECONDS);
					await().untilAsserted(() -> assertThat(told).containsExactlyInAnyOrder("parent", "child"));
				});
			told.clear();
			assertThatExceptionOfType(UnknownTaskException.class).isThrownBy(() -> queue.enqueue("in_child"));
			queue.completion(queue.enqueue("thread")).get(10, TimeUnit.SECONDS);
			await().untilAsserted(() -> assertThat(told).containsExactly("parent"));
		});
	}

	@Test
	void listenerOfTheParentIsToldOnce() {
		List<String> told = new CopyOnWriteArrayList<>();
		inMemory().withBean(TaskListener.class, () -> new Recording("parent", told)).run((parent) -> {
			TaskQueueService queue = parent.getBean(TaskQueueService.class);
			this.withoutHandlers.withPropertyValues("gobstopper.duckdb.path=:memory:")
				.withParent(parent)
				.run((child) -> {
					queue.completion(queue.enqueue("thread")).get(10, TimeUnit.SECONDS);
					await().untilAsserted(() -> assertThat(told).containsExactly("parent"));
				});
			queue.completion(queue.enqueue("thread")).get(10, TimeUnit.SECONDS);
			await().untilAsserted(() -> assertThat(told).containsExactly("parent", "parent"));
		});
	}

	@Test
	void handlerInAParentContextIsFound() {
		new ApplicationContextRunner().withBean(ChildHandlers.class)
			.run((parent) -> inMemory().withParent(parent).run((context) -> {
				TaskQueueService queue = context.getBean(TaskQueueService.class);
				assertThat(queue.completion(queue.enqueue("in_child")).get(10, TimeUnit.SECONDS).result())
					.isEqualTo("done");
			}));
	}

	@Test
	void secondContextOnOneFileIsRefusedAndToldWhatToDo(@TempDir Path folder) {
		String path = "gobstopper.duckdb.path=" + folder.resolve("tasks.duckdb");
		inMemory().withPropertyValues(path).run((first) -> {
			assertThat(first).hasNotFailed();
			inMemory().withPropertyValues(path).run((second) -> {
				assertThat(second).hasFailed();
				FailureAnalysis analysis = Objects
					.requireNonNull(new TaskStoreLockedFailureAnalyzer().analyze(second.getStartupFailure()));
				assertThat(analysis.getDescription())
					.contains("is in use by another application context or web application of this process");
				assertThat(analysis.getAction()).contains(":memory:").contains("@DirtiesContext");
			});
		});
	}

	@Test
	void webSettingsOfJsonDoNotReachWhatIsStored(@TempDir Path folder) {
		String path = "gobstopper.duckdb.path=" + folder.resolve("tasks.duckdb");
		String enqueueOnly = "gobstopper.worker.enabled=false";
		List<String> id = new CopyOnWriteArrayList<>();
		inMemory().withPropertyValues(path, enqueueOnly)
			.withBean(RecordHandlers.class)
			.run((before) -> id.add(before.getBean(TaskQueueService.class).enqueue("named", new Named("Ann", 7))));
		JsonMapper snakeCase = JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
		inMemory().withPropertyValues(path)
			.withBean(RecordHandlers.class)
			.withBean(JsonMapper.class, () -> snakeCase)
			.run((after) -> assertThat(
					after.getBean(TaskQueueService.class).completion(id.get(0)).get(10, TimeUnit.SECONDS).result())
				.isEqualTo(Map.of("firstName", "Ann", "luckyNumber", 7)));
	}

	@Test
	void defaultTypingOfTheWebDoesNotReachWhatIsStored(@TempDir Path folder) {
		String path = "gobstopper.duckdb.path=" + folder.resolve("tasks.duckdb");
		String enqueueOnly = "gobstopper.worker.enabled=false";
		List<String> id = new CopyOnWriteArrayList<>();
		inMemory().withPropertyValues(path, enqueueOnly)
			.withBean(ListHandlers.class)
			.run((before) -> id.add(before.getBean(TaskQueueService.class).enqueue("list", List.of("a", "b"))));
		JsonMapper typed = JsonMapper.builder()
			.activateDefaultTyping(BasicPolymorphicTypeValidator.builder().allowIfSubType(Object.class).build(),
					DefaultTyping.NON_FINAL)
			.build();
		inMemory().withPropertyValues(path)
			.withBean(ListHandlers.class)
			.withBean(JsonMapper.class, () -> typed)
			.run((after) -> assertThat(
					after.getBean(TaskQueueService.class).completion(id.get(0)).get(10, TimeUnit.SECONDS).result())
				.isEqualTo(List.of("a", "b")));
	}

	@Test
	void jsonMapperOfTheApplicationStoresTasksIfItIsMarked() {
		inMemory().withBean(RecordHandlers.class).withUserConfiguration(MarkedJsonMapper.class).run((context) -> {
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			TaskInfo task = queue.completion(queue.enqueue("named", new Named("Ann", 7))).get(10, TimeUnit.SECONDS);
			assertThat(task.result()).isEqualTo(Map.of("first_name", "Ann", "lucky_number", 7));
		});
	}

	private ApplicationContextRunner observed() {
		return inMemory()
			.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class, MetricsAutoConfiguration.class,
					CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class,
					EndpointAutoConfiguration.class, ApplicationAvailabilityAutoConfiguration.class,
					HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
					AvailabilityHealthContributorAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class,
					GobstopperObservationAutoConfiguration.class, GobstopperMetricsAutoConfiguration.class,
					GobstopperEndpointAutoConfiguration.class, GobstopperHealthAutoConfiguration.class));
	}

	@Test
	void propertiesAreBound() {
		inMemory()
			.withPropertyValues("gobstopper.worker.concurrency-by-category.images=2",
					"gobstopper.worker.categories=images,default", "gobstopper.worker.lease-duration=1m",
					"gobstopper.retention.finished=7d", "gobstopper.max-size.arguments=1KB")
			.run((context) -> {
				GobstopperProperties properties = context.getBean(GobstopperProperties.class);
				assertThat(properties.getWorker().getConcurrencyByCategory()).containsEntry("images", 2);
				assertThat(properties.getWorker().getCategories()).containsExactly("images", "default");
				assertThat(properties.getWorker().getLeaseDuration()).isEqualTo(Duration.ofMinutes(1));
				assertThat(properties.getRetention().getFinished()).isEqualTo(Duration.ofDays(7));
				assertThat(properties.getMaxSize().getArguments().toBytes()).isEqualTo(1024);
			});
	}

	@Test
	void propertyThatMakesNoSenseIsExplained() {
		assertRefused("gobstopper.worker.concurrency=0",
				"A property under 'gobstopper.worker' is not valid: 'concurrency' must be at least 1, but is 0");
		assertRefused("gobstopper.worker.lease-duration=5s",
				"A property under 'gobstopper.worker' is not valid: 'duration' PT5S must be longer than "
						+ "'heartbeatInterval' PT10S, which must be positive");
		assertRefused("gobstopper.worker.poll-interval=0s",
				"A property under 'gobstopper.worker' is not valid: 'pollInterval' must be positive, but is PT0S");
		assertRefused("gobstopper.worker.shutdown-grace-period=-1s",
				"A property under 'gobstopper.worker' is not valid: 'shutdownGracePeriod' must not be negative");
		assertRefused("gobstopper.max-size.result=0B",
				"A property under 'gobstopper.max-size' is not valid: 'result' must be positive, but is 0B");
		assertRefused("gobstopper.retry.jitter=2",
				"A property under 'gobstopper.retry' is not valid: 'jitter' must be between 0 and 1, but is 2.0");
		assertRefused("gobstopper.queue.capacity=0",
				"A property under 'gobstopper.queue' is not valid: 'capacity' must be at least 1, but is 0");
		assertRefused("gobstopper.duckdb.threads=0",
				"A property under 'gobstopper.duckdb' is not valid: 'threads' must be at least 1, but is 0");
		assertRefused("gobstopper.snapshot.keep=0",
				"A property under 'gobstopper.snapshot' is not valid: 'keep' must be at least 1, but is 0",
				"gobstopper.snapshot.directory=target/snapshots");
		assertRefused("gobstopper.snapshot.directory=",
				"A property under 'gobstopper.snapshot' is not valid: 'directory' must not be empty");
		assertRefused("gobstopper.snapshot.interval=0s",
				"A property under 'gobstopper.snapshot' is not valid: 'interval' must be positive, but is PT0S",
				"gobstopper.snapshot.directory=target/snapshots");
		assertRefused("gobstopper.limits.crm.total=0",
				"A property under 'gobstopper.limits.crm' is not valid: 'total' must be at least 1, but is 0");
		assertRefused("gobstopper.limits.crm.burst=5",
				"gobstopper.limits.crm.burst does nothing, as its limit has no rate; set gobstopper.limits.crm.rate, too");
		assertRefused("gobstopper.limits[c/m].per-key=1",
				"A property under 'gobstopper.limits.c/m' is not valid: the name of a limit has 1 to 100 letters");
		assertRefused("gobstopper.retention.batch-size=0",
				"A property under 'gobstopper.retention' is not valid: 'batchSize' must be at least 1, but is 0");
	}

	@Test
	void snapshotsAreTakenAtAnIntervalThatGoesOnAfterARestart(@TempDir Path folder) {
		ApplicationContextRunner runner = inMemory().withPropertyValues("gobstopper.snapshot.directory=" + folder,
				"gobstopper.snapshot.interval=1h");
		runner.run((context) -> {
			StoreSnapshots snapshots = context.getBean(StoreSnapshots.class);
			await().until(() -> snapshots.list().size() == 1);
		});
		runner.run((context) -> assertThat(context.getBean(StoreSnapshots.class).list()).hasSize(1));
		assertThat(folder).isDirectoryContaining("glob:**.duckdb");
	}

	@Test
	void propertyOfWrongTypeIsExplained() {
		inMemory().withPropertyValues("gobstopper.worker.concurrency=many")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("many")
				.satisfies((cause) -> assertThat(context.getStartupFailure())
					.hasStackTraceContaining(BindException.class.getName())));
	}

	@Test
	void stoppedContextRunsAgainAfterARestart() {
		inMemory().run((context) -> {
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			context.stop();
			String id = queue.enqueue("thread");
			assertThat(queue.findTask(id).orElseThrow().status()).isEqualTo(TaskStatus.PENDING);
			context.start();
			assertThat(queue.completion(id).get(10, TimeUnit.SECONDS).status()).isEqualTo(TaskStatus.SUCCESS);
		});
	}

	@Test
	void storeIsOpenedInTheBackground() {
		inMemory().run((context) -> {
			assertThat(context.getBean(GroupCommit.class).store()).isSameAs(context.getBean(TaskStore.class));
			assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName).contains("gobstopper-writer");
		});
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.noneMatch((name) -> name.startsWith("gobstopper-writer"));
	}

	private void assertRefused(String property, String message, String... others) {
		inMemory().withPropertyValues(others)
			.withPropertyValues(property)
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining(message));
	}

	private ApplicationContextRunner inMemory() {
		return this.runner.withPropertyValues("gobstopper.duckdb.path=:memory:");
	}

	@Configuration(proxyBeanMethods = false)
	static class ReadsTasks {

		private final JdbcTemplate jdbcTemplate;

		@Autowired
		ReadsTasks(@GobstopperDataSource DataSource dataSource) {
			this.jdbcTemplate = new JdbcTemplate(dataSource);
		}

		@Bean
		List<String> unrelated() {
			return List.of();
		}

		int count() {
			Integer count = this.jdbcTemplate.queryForObject("select count(*) from gobstopper_task_all", Integer.class);
			return (count != null) ? count : -1;
		}

	}

	record WantsDataSource(ObjectProvider<DataSource> dataSource) {

	}

	static class FollowUp implements TaskListener {

		private final TaskQueueService queue;

		private boolean followed;

		FollowUp(TaskQueueService queue) {
			this.queue = queue;
		}

		@Override
		public void onSuccess(TaskInfo task) {
			if (!this.followed) {
				this.followed = true;
				this.queue.enqueue("thread");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyListener {

		@Bean
		@Lazy
		LazyRecorder lazyRecorder() {
			return new LazyRecorder();
		}

	}

	static class LazyRecorder implements ApplicationListener<PayloadApplicationEvent<TaskSucceededEvent>> {

		final List<String> heard = new CopyOnWriteArrayList<>();

		@Override
		public void onApplicationEvent(PayloadApplicationEvent<TaskSucceededEvent> event) {
			this.heard.add(event.getPayload().task().id());
		}

	}

	static class EventRecorder {

		final List<String> succeeded = new CopyOnWriteArrayList<>();

		@EventListener
		void succeeded(TaskSucceededEvent event) {
			this.succeeded.add(event.task().id());
		}

	}

	static class Handlers {

		@GobstopperTask(name = "log")
		String log() {
			return MDC.get("taskId");
		}

		@GobstopperTask(name = "thread")
		String thread() {
			Thread thread = Thread.currentThread();
			return thread.getName() + (thread.toString().startsWith("VirtualThread") ? " virtual" : " platform");
		}

	}

	record Named(String firstName, int luckyNumber) {

	}

	static class RecordHandlers {

		@GobstopperTask(name = "named")
		Named named(Named named) {
			return named;
		}

	}

	static class ListHandlers {

		@GobstopperTask(name = "list")
		List<String> list(List<String> texts) {
			return texts;
		}

	}

	static class ChildHandlers {

		@GobstopperTask(name = "in_child")
		String inChild() {
			return "done";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MarkedJsonMapper {

		@Bean(defaultCandidate = false)
		@GobstopperJsonMapper
		JsonMapper taskJsonMapper() {
			return JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
		}

	}

	private record Recording(String name, List<String> told) implements TaskListener {

		@Override
		public void onSuccess(TaskInfo task) {
			this.told.add(this.name);
		}

	}

}

package io.gobstopper.autoconfigure;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskQueueService;
import io.gobstopper.autoconfigure.contract.TaskContractRegistrar;
import io.gobstopper.autoconfigure.diagnostics.InvalidGobstopperPropertiesException;
import io.gobstopper.event.TaskListener;
import io.gobstopper.handler.RetryPolicy;
import io.gobstopper.handler.StorageJson;
import io.gobstopper.handler.TaskHandlerScanner;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.handler.limit.DeclaredLimits;
import io.gobstopper.limit.Fairness;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.TaskLimits;
import io.gobstopper.queue.DefaultTaskLimits;
import io.gobstopper.queue.DefaultTaskQueueService;
import io.gobstopper.queue.EnqueueInterceptor;
import io.gobstopper.queue.NewTasks;
import io.gobstopper.queue.TaskListeners;
import io.gobstopper.schedule.TaskSchedules;
import io.gobstopper.scheduling.DefaultTaskSchedules;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.store.writer.GroupCommitSettings;

/**
 * Auto-configuration of the task queue: finds handlers and enqueues, but runs nothing.
 */
@AutoConfiguration(after = { GobstopperDuckDbAutoConfiguration.class, GobstopperPostgresAutoConfiguration.class },
		afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnBooleanProperty(name = "gobstopper.enabled", matchIfMissing = true)
@ConditionalOnBean(TaskStore.class)
@Conditional(QueueOfParent.Missing.class)
@EnableConfigurationProperties(GobstopperProperties.class)
@Import(TaskContractRegistrar.class)
public final class GobstopperAutoConfiguration {

	@Bean
	static LazyInitializationExcludeFilter gobstopperLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(TaskHandlers.class, GroupCommit.class, TaskListeners.class);
	}

	// The web settings of the application do not reach what is stored; its types do.
	@Bean
	@ConditionalOnMissingBean
	StorageJson gobstopperStorageJson(@GobstopperJsonMapper ObjectProvider<JsonMapper> marked,
			ObjectProvider<JsonMapper> jsonMapper, ObjectProvider<JacksonModule> modules) {
		JsonMapper own = marked.getIfAvailable();
		if (own != null) {
			return new StorageJson(own);
		}
		JsonMapper web = jsonMapper.getIfUnique();
		return StorageJson.with((web != null) ? web.registeredModules() : modules.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	TaskHandlers gobstopperTaskHandlers(ConfigurableListableBeanFactory beanFactory, StorageJson storageJson,
			GobstopperProperties properties) {
		RetryPolicy policy = retryPolicy(properties);
		List<TaskHandlerScanner> scanners = new ArrayList<>();
		for (BeanFactory each = beanFactory; each instanceof ConfigurableListableBeanFactory beans; each = parent(
				beans)) {
			scanners.add(new TaskHandlerScanner(beans, storageJson.mapper(), policy, packages(beans)));
		}
		return new TaskHandlers(limits(properties), fairness(properties), scanners.toArray(TaskHandlerScanner[]::new));
	}

	private static DeclaredLimits limits(GobstopperProperties properties) {
		Map<String, LimitNumbers> limits = new HashMap<>();
		Map<String, Set<String>> categories = new HashMap<>();
		properties.getLimits().forEach((name, limit) -> {
			limits.put(name, InvalidGobstopperPropertiesException.check("gobstopper.limits." + name,
					() -> DeclaredLimits.configured(name,
							new LimitNumbers(limit.getPerKey(), limit.getTotal(), limit.getRate(), limit.getBurst()),
							limit.getCategories())));
			if (!limit.getCategories().isEmpty()) {
				categories.put(name, Set.copyOf(limit.getCategories()));
			}
		});
		return new DeclaredLimits(limits, categories);
	}

	static Fairness fairness(GobstopperProperties properties) {
		Map<String, Boolean> categories = new HashMap<>();
		properties.getFairness().forEach((category, fairness) -> categories.put(category, fairness.isEnabled()));
		return new Fairness(categories);
	}

	static RetryPolicy retryPolicy(GobstopperProperties properties) {
		GobstopperProperties.Retry retry = properties.getRetry();
		return InvalidGobstopperPropertiesException.check("gobstopper.retry",
				() -> new RetryPolicy(retry.getInitialDelay(), retry.getMultiplier(), retry.getMaxDelay(),
						retry.getJitter()));
	}

	private static @Nullable BeanFactory parent(ConfigurableListableBeanFactory beanFactory) {
		BeanFactory parent = beanFactory.getParentBeanFactory();
		return (parent instanceof ConfigurableApplicationContext context) ? context.getBeanFactory() : parent;
	}

	static List<String> packages(BeanFactory beanFactory) {
		return AutoConfigurationPackages.has(beanFactory) ? AutoConfigurationPackages.get(beanFactory) : List.of();
	}

	@Bean(initMethod = "start")
	@ConditionalOnMissingBean
	GroupCommit gobstopperGroupCommit(TaskStore store, GobstopperProperties properties,
			@Qualifier("gobstopperClock") ObjectProvider<Clock> clock) {
		GobstopperProperties.Queue queue = properties.getQueue();
		return new GroupCommit(store, InvalidGobstopperPropertiesException.check("gobstopper.queue",
				() -> new GroupCommitSettings(queue.getBatchSize(), queue.getCapacity(), queue.getFullTimeout())),
				clock.getIfAvailable());
	}

	@Bean
	@ConditionalOnMissingBean(TaskQueueService.class)
	DefaultTaskQueueService gobstopperTaskQueueService(GroupCommit groupCommit, TaskHandlers handlers,
			StorageJson storageJson, GobstopperProperties properties, ObjectProvider<EnqueueInterceptor> interceptors) {
		return new DefaultTaskQueueService(groupCommit, handlers, storageJson.mapper(),
				properties.getMaxSize().getArguments(),
				interceptors.orderedStream().reduce(EnqueueInterceptor.NONE, EnqueueInterceptor::andThen),
				groupCommit.clock());
	}

	@Bean
	@ConditionalOnMissingBean(TaskSchedules.class)
	DefaultTaskSchedules gobstopperTaskSchedules(GroupCommit groupCommit, TaskHandlers handlers,
			GobstopperProperties properties) {
		return new DefaultTaskSchedules(groupCommit,
				new NewTasks(handlers, properties.getMaxSize().getArguments(), groupCommit.clock()),
				groupCommit.clock(), properties.getWorker().getLeaseDuration());
	}

	@Bean
	@ConditionalOnMissingBean(TaskLimits.class)
	DefaultTaskLimits gobstopperTaskLimits(GroupCommit groupCommit, TaskHandlers handlers) {
		return new DefaultTaskLimits(groupCommit, handlers);
	}

	@Bean
	TaskListeners gobstopperTaskListeners(GroupCommit groupCommit, ObjectProvider<TaskListener> listeners,
			StorageJson storageJson, ApplicationContext context) {
		TaskListeners all = new TaskListeners(() -> listeners.orderedStream().toList(), storageJson.mapper(), context);
		groupCommit.addListener(all);
		return all;
	}

	@Bean
	ApplicationListener<ApplicationStartedEvent> gobstopperStartupReport(GroupCommit groupCommit, TaskHandlers handlers,
			GobstopperProperties properties) {
		return new StartupReport(groupCommit, handlers, properties.getWorker());
	}

}

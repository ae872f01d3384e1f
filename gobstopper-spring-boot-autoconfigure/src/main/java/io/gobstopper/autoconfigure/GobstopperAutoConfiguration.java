package io.gobstopper.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskListener;
import io.gobstopper.TaskQueueService;
import io.gobstopper.handler.RetryPolicy;
import io.gobstopper.handler.TaskHandlerScanner;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.queue.DefaultTaskQueueService;
import io.gobstopper.queue.EnqueueInterceptor;
import io.gobstopper.queue.TaskListeners;
import io.gobstopper.store.GroupCommit;
import io.gobstopper.store.GroupCommitSettings;
import io.gobstopper.store.TaskStore;

/**
 * Auto-configuration of the task queue: finds handlers and enqueues, but runs nothing.
 */
@AutoConfiguration(after = { GobstopperDuckDbAutoConfiguration.class, GobstopperPostgresAutoConfiguration.class },
		afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnBooleanProperty(name = "gobstopper.enabled", matchIfMissing = true)
@ConditionalOnBean(TaskStore.class)
@EnableConfigurationProperties(GobstopperProperties.class)
public final class GobstopperAutoConfiguration {

	@Bean
	static LazyInitializationExcludeFilter gobstopperLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(TaskHandlers.class, GroupCommit.class, TaskListeners.class);
	}

	@Bean
	@ConditionalOnMissingBean
	TaskHandlers gobstopperTaskHandlers(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<JsonMapper> jsonMapper, GobstopperProperties properties) {
		GobstopperProperties.Retry retry = properties.getRetry();
		RetryPolicy policy = InvalidGobstopperPropertiesException.check("gobstopper.retry",
				() -> new RetryPolicy(retry.getInitialDelay(), retry.getMultiplier(), retry.getMaxDelay(),
						retry.getJitter()));
		return new TaskHandlers(new TaskHandlerScanner(beanFactory, jsonMapper(jsonMapper), policy));
	}

	@Bean(initMethod = "start")
	@ConditionalOnMissingBean
	GroupCommit gobstopperGroupCommit(TaskStore store, GobstopperProperties properties) {
		GobstopperProperties.Queue queue = properties.getQueue();
		return new GroupCommit(store, InvalidGobstopperPropertiesException.check("gobstopper.queue",
				() -> new GroupCommitSettings(queue.getBatchSize(), queue.getCapacity(), queue.getFullTimeout())));
	}

	@Bean
	@ConditionalOnMissingBean(TaskQueueService.class)
	DefaultTaskQueueService gobstopperTaskQueueService(GroupCommit groupCommit, TaskHandlers handlers,
			ObjectProvider<JsonMapper> jsonMapper, GobstopperProperties properties,
			ObjectProvider<EnqueueInterceptor> interceptor) {
		return new DefaultTaskQueueService(groupCommit, handlers, jsonMapper(jsonMapper),
				properties.getLimits().getArguments(), interceptor.getIfAvailable(() -> EnqueueInterceptor.NONE),
				groupCommit.clock());
	}

	@Bean
	TaskListeners gobstopperTaskListeners(GroupCommit groupCommit, ObjectProvider<TaskListener> listeners,
			ObjectProvider<JsonMapper> jsonMapper, ApplicationContext context) {
		TaskListeners all = new TaskListeners(() -> listeners.orderedStream().toList(), jsonMapper(jsonMapper),
				context);
		groupCommit.addListener(all);
		return all;
	}

	@Bean
	ApplicationListener<ApplicationStartedEvent> gobstopperStartupReport(GroupCommit groupCommit, TaskHandlers handlers,
			GobstopperProperties properties) {
		return new StartupReport(groupCommit, handlers, properties.getWorker());
	}

	static JsonMapper jsonMapper(ObjectProvider<JsonMapper> jsonMapper) {
		return jsonMapper.getIfAvailable(JsonMapper::new);
	}

}

package io.gobstopper.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;

import io.gobstopper.event.TaskListener;
import io.gobstopper.handler.RetryPolicy;
import io.gobstopper.handler.StorageJson;
import io.gobstopper.handler.TaskHandlerScanner;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.queue.TaskListeners;
import io.gobstopper.store.writer.GroupCommit;

/**
 * Auto-configuration of a context whose parent has the queue: its handlers and listeners
 * are those of that queue until it is closed.
 */
@AutoConfiguration(after = GobstopperAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "gobstopper.enabled", matchIfMissing = true)
@Conditional(QueueOfParent.class)
public final class GobstopperChildAutoConfiguration {

	@Bean
	Child gobstopperChild(ConfigurableListableBeanFactory beanFactory, TaskHandlers handlers, GroupCommit groupCommit,
			StorageJson storageJson, GobstopperProperties properties) {
		RetryPolicy policy = GobstopperAutoConfiguration.retryPolicy(properties);
		return new Child(handlers,
				new TaskHandlerScanner(beanFactory, storageJson.mapper(), policy,
						GobstopperAutoConfiguration.packages(beanFactory)),
				groupCommit, new TaskListeners(() -> listeners(beanFactory), storageJson.mapper()));
	}

	// Those of the parent are told already.
	private static List<TaskListener> listeners(ConfigurableListableBeanFactory beanFactory) {
		List<TaskListener> own = new ArrayList<>(beanFactory.getBeansOfType(TaskListener.class).values());
		AnnotationAwareOrderComparator.sort(own);
		return own;
	}

	/**
	 * What a child context adds to the queue of its parent.
	 */
	static final class Child implements SmartInitializingSingleton, DisposableBean {

		private final TaskHandlers handlers;

		private final TaskHandlerScanner scanner;

		private final GroupCommit groupCommit;

		private final TaskListeners listeners;

		Child(TaskHandlers handlers, TaskHandlerScanner scanner, GroupCommit groupCommit, TaskListeners listeners) {
			this.handlers = handlers;
			this.scanner = scanner;
			this.groupCommit = groupCommit;
			this.listeners = listeners;
		}

		@Override
		public void afterSingletonsInstantiated() {
			this.handlers.add(this.scanner);
			this.groupCommit.addListener(this.listeners);
		}

		@Override
		public void destroy() {
			this.groupCommit.removeListener(this.listeners);
			this.handlers.remove(this.scanner);
		}

	}

}

package io.gobstopper.autoconfigure;

import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.limit.TaskLimits;
import io.gobstopper.observation.DefaultTaskMeterConvention;
import io.gobstopper.observation.TaskMeterConvention;
import io.gobstopper.observation.TaskQueueMetrics;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.TaskWorker;
import io.gobstopper.worker.WorkerStatus;
import io.gobstopper.worker.dispatch.CategoryActivity;

/**
 * Auto-configuration of the meters of the task queue.
 */
@AutoConfiguration(after = GobstopperAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ GroupCommit.class, MeterRegistry.class })
@Conditional(QueueOfParent.Missing.class)
public final class GobstopperMetricsAutoConfiguration {

	@Bean
	static LazyInitializationExcludeFilter gobstopperMetricsLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(TaskQueueMetrics.class);
	}

	@Bean
	@ConditionalOnMissingBean
	TaskQueueMetrics gobstopperTaskQueueMetrics(GroupCommit groupCommit, TaskHandlers handlers,
			ObjectProvider<TaskWorker> worker, ObjectProvider<TaskMeterConvention> convention) {
		TaskQueueMetrics metrics = new TaskQueueMetrics(groupCommit, () -> activity(worker.getIfAvailable()),
				(name) -> handlers.find(name) != null, convention.getIfAvailable(DefaultTaskMeterConvention::new),
				groupCommit.clock());
		groupCommit.addListener(metrics);
		return metrics;
	}

	@Bean
	ApplicationListener<ApplicationReadyEvent> gobstopperKnownTaskMeters(TaskQueueMetrics metrics,
			TaskHandlers handlers, TaskLimits limits) {
		return new KnownTaskMeters(metrics, handlers, limits);
	}

	private static List<CategoryActivity> activity(@Nullable TaskWorker worker) {
		WorkerStatus status = (worker != null) ? worker.status() : null;
		return (status != null) ? status.categories() : List.of();
	}

	/**
	 * Has all tasks and categories shown from the first scrape on.
	 */
	private record KnownTaskMeters(TaskQueueMetrics metrics, TaskHandlers handlers,
			TaskLimits limits) implements ApplicationListener<ApplicationReadyEvent> {

		@Override
		public void onApplicationEvent(ApplicationReadyEvent event) {
			this.handlers.definitions()
				.forEach((definition) -> this.metrics.add(definition.name(), definition.category()));
			this.metrics.add(this.limits::findAll, this.handlers.limits().keySet());
		}

	}

}

package io.gobstopper.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.observation.EnqueueObservationConvention;
import io.gobstopper.observation.ExecuteObservationConvention;
import io.gobstopper.observation.ObservedAttempts;
import io.gobstopper.observation.ObservedEnqueues;
import io.gobstopper.store.writer.GroupCommit;

/**
 * Auto-configuration of the observations of the task queue.
 */
@AutoConfiguration(after = GobstopperAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnBean({ GroupCommit.class, ObservationRegistry.class })
public final class GobstopperObservationAutoConfiguration {

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnMissingBean
	ObservedEnqueues gobstopperObservedEnqueues(ObservationRegistry registry, TaskHandlers handlers,
			ObjectProvider<EnqueueObservationConvention> convention) {
		return new ObservedEnqueues(registry, convention.getIfAvailable(), (name) -> handlers.find(name) != null);
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnMissingBean
	ObservedAttempts gobstopperObservedAttempts(ObservationRegistry registry,
			ObjectProvider<ExecuteObservationConvention> convention) {
		return new ObservedAttempts(registry, convention.getIfAvailable());
	}

}

package io.gobstopper.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

import io.gobstopper.actuate.GobstopperHealthIndicator;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.TaskWorker;

/**
 * Auto-configuration of the health of the task queue.
 */
@AutoConfiguration(after = GobstopperWorkerAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnEnabledHealthIndicator("gobstopper")
@ConditionalOnBean(GroupCommit.class)
@EnableConfigurationProperties(GobstopperHealthProperties.class)
public final class GobstopperHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "gobstopperHealthIndicator")
	GobstopperHealthIndicator gobstopperHealthIndicator(GroupCommit groupCommit, ObjectProvider<TaskWorker> worker,
			GobstopperHealthProperties properties) {
		return new GobstopperHealthIndicator(groupCommit, worker.getIfAvailable(), properties.getBacklogAgeThreshold(),
				groupCommit.clock());
	}

}

package io.gobstopper.autoconfigure;

import java.time.Clock;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

import io.gobstopper.TaskQueueService;
import io.gobstopper.actuate.CategoryOperations;
import io.gobstopper.actuate.GobstopperEndpoint;
import io.gobstopper.actuate.QueueOverview;
import io.gobstopper.actuate.StoreOperations;
import io.gobstopper.actuate.ValueVisibility;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.store.GroupCommit;
import io.gobstopper.store.StoreSnapshots;
import io.gobstopper.worker.TaskWorker;

/**
 * Auto-configuration of the Actuator endpoint of the task queue. It is there only if the
 * application exposes it.
 */
@AutoConfiguration(after = { GobstopperWorkerAutoConfiguration.class, GobstopperSnapshotAutoConfiguration.class })
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnAvailableEndpoint(GobstopperEndpoint.class)
@ConditionalOnBean({ GroupCommit.class, TaskQueueService.class })
@EnableConfigurationProperties(GobstopperEndpointProperties.class)
public final class GobstopperEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	GobstopperEndpoint gobstopperEndpoint(TaskQueueService queue, GroupCommit groupCommit, TaskHandlers handlers,
			ObjectProvider<TaskWorker> worker, ObjectProvider<StoreSnapshots> snapshots,
			GobstopperEndpointProperties properties) {
		QueueOverview overview = new QueueOverview(groupCommit, worker.getIfAvailable(), Clock.systemUTC());
		return new GobstopperEndpoint(queue, overview,
				new CategoryOperations(queue, worker.getIfAvailable(),
						(category) -> handlers.categories().contains(category) || overview.knows(category)),
				new StoreOperations(groupCommit, snapshots.getIfAvailable()),
				new ValueVisibility(properties.getShowValues(), properties.getRoles()));
	}

}

package io.gobstopper.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

import io.gobstopper.TaskQueueService;
import io.gobstopper.actuate.CategoryOperations;
import io.gobstopper.actuate.ChangeAudit;
import io.gobstopper.actuate.ChangePermission;
import io.gobstopper.actuate.GobstopperEndpoint;
import io.gobstopper.actuate.GobstopperWebExtension;
import io.gobstopper.actuate.InputAdvisor;
import io.gobstopper.actuate.QueueActivity;
import io.gobstopper.actuate.QueueOverview;
import io.gobstopper.actuate.RunningAttempts;
import io.gobstopper.actuate.StoreOperations;
import io.gobstopper.actuate.ValueVisibility;
import io.gobstopper.actuate.dashboard.Dashboard;
import io.gobstopper.handler.StorageJson;
import io.gobstopper.handler.TaskHandler;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.limit.TaskLimits;
import io.gobstopper.queue.RepeatableTasks;
import io.gobstopper.schedule.TaskSchedules;
import io.gobstopper.store.StoreSnapshots;
import io.gobstopper.store.writer.GroupCommit;
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

	static final EndpointId ID = EndpointId.of("gobstopper");

	@Bean
	QueueOverview gobstopperQueueOverview(GroupCommit groupCommit, ObjectProvider<TaskWorker> worker) {
		return new QueueOverview(groupCommit, worker.getIfAvailable(), groupCommit.clock());
	}

	@Bean
	RunningAttempts gobstopperRunningAttempts(TaskHandlers handlers, ObjectProvider<TaskWorker> worker) {
		return new RunningAttempts(handlers::names, (name) -> timeout(handlers, name), worker.getIfAvailable());
	}

	@Bean
	QueueActivity gobstopperQueueActivity(GroupCommit groupCommit, QueueOverview overview, RunningAttempts running,
			ObjectProvider<TaskWorker> worker, TaskHandlers handlers) {
		return new QueueActivity(groupCommit, overview, running, worker.getIfAvailable(), handlers::names,
				groupCommit.clock());
	}

	@Bean
	@ConditionalOnMissingBean
	GobstopperEndpoint gobstopperEndpoint(TaskQueueService queue, TaskSchedules schedules, TaskLimits limits,
			GroupCommit groupCommit, StorageJson storageJson, QueueOverview overview, QueueActivity activity,
			RunningAttempts running, TaskHandlers handlers, ObjectProvider<TaskWorker> worker,
			ObjectProvider<StoreSnapshots> snapshots, ObjectProvider<EndpointAccessResolver> access,
			GobstopperEndpointProperties properties, ApplicationEventPublisher events) {
		return new GobstopperEndpoint(queue, new RepeatableTasks(groupCommit, storageJson.mapper()), overview, activity,
				new CategoryOperations(queue, worker.getIfAvailable(),
						(category) -> handlers.categories().contains(category) || overview.knows(category)),
				new StoreOperations(groupCommit, snapshots.getIfAvailable()), schedules, limits,
				new ValueVisibility(properties.getShowValues(), properties.getRoles()),
				new ChangePermission(isWritable(access.getIfAvailable()), properties.getWriteRoles()),
				new ChangeAudit(events), running);
	}

	private static @Nullable Duration timeout(TaskHandlers handlers, String name) {
		TaskHandler handler = handlers.find(name);
		return (handler != null) ? handler.definition().timeout() : null;
	}

	private static boolean isWritable(@Nullable EndpointAccessResolver access) {
		return access != null && access.accessFor(ID, Access.READ_ONLY) == Access.UNRESTRICTED;
	}

	@Bean
	InputAdvisor gobstopperInputAdvisor() {
		return new InputAdvisor(ID);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint(endpoint = GobstopperEndpoint.class, exposure = EndpointExposure.WEB)
	Dashboard gobstopperDashboard(ObjectProvider<WebEndpointProperties> properties) {
		WebEndpointProperties web = properties.getIfAvailable();
		String path = (web != null) ? web.getPathMapping().getOrDefault(ID.toString(), ID.toString()) : ID.toString();
		return new Dashboard(path.substring(path.lastIndexOf('/') + 1));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(Dashboard.class)
	GobstopperWebExtension gobstopperWebExtension(GobstopperEndpoint endpoint, Dashboard dashboard) {
		return new GobstopperWebExtension(endpoint, dashboard);
	}

}

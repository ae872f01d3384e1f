package io.gobstopper.autoconfigure;

import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import io.gobstopper.autoconfigure.aot.ConditionalOnWorker;
import io.gobstopper.autoconfigure.contract.ContractCheckLifecycle;
import io.gobstopper.autoconfigure.diagnostics.InvalidGobstopperPropertiesException;
import io.gobstopper.handler.HandlerFit;
import io.gobstopper.handler.StorageJson;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.queue.ContractCheck;
import io.gobstopper.scheduling.ScheduleContractCheck;
import io.gobstopper.scheduling.ScheduleSettings;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.TaskWorker;
import io.gobstopper.worker.WorkerSettings;
import io.gobstopper.worker.dispatch.SlotSettings;
import io.gobstopper.worker.execution.AttemptInterceptor;
import io.gobstopper.worker.execution.ContentLimits;
import io.gobstopper.worker.maintenance.LeaseSettings;
import io.gobstopper.worker.maintenance.RetentionSettings;

/**
 * Auto-configuration of the worker, which runs the tasks of this process.
 */
@AutoConfiguration(after = GobstopperAutoConfiguration.class)
@ConditionalOnBean(GroupCommit.class)
public final class GobstopperWorkerAutoConfiguration {

	private static final String THREAD_NAME_PREFIX = "gobstopper-worker-";

	private static final int USUAL_MAX_THREADS = 200;

	@Bean
	static LazyInitializationExcludeFilter gobstopperWorkerLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(TaskWorker.class);
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean
	WorkerSettings gobstopperWorkerSettings(GobstopperProperties properties, Environment environment) {
		return InvalidGobstopperPropertiesException.check("gobstopper.worker", () -> settings(properties,
				ScheduleProperties.settings(environment, properties.getSchedules().getZone())));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnWorker
	@Nullable TaskWorker gobstopperTaskWorker(GroupCommit groupCommit, TaskHandlers handlers, StorageJson storageJson,
			WorkerSettings settings, Environment environment, ObjectProvider<AttemptInterceptor> interceptors) {
		if (!isWorker(environment)) {
			return null;
		}
		return new TaskWorker(groupCommit, handlers, storageJson.mapper(), () -> executor(environment), settings,
				interceptors.orderedStream().reduce(AttemptInterceptor::andThen).orElse(AttemptInterceptor.NONE),
				groupCommit.clock());
	}

	@Bean
	@ConditionalOnWorker
	@ConditionalOnMissingBean
	@Nullable ContractCheckLifecycle gobstopperContractCheck(GroupCommit groupCommit, TaskHandlers handlers,
			GobstopperProperties properties, Environment environment) {
		if (!isWorker(environment)) {
			return null;
		}
		Set<String> categories = properties.getWorker().getCategories();
		ContractCheck tasks = new ContractCheck(groupCommit, handlers, categories);
		ScheduleContractCheck schedules = new ScheduleContractCheck(new HandlerFit(handlers), categories);
		return new ContractCheckLifecycle(() -> Stream
			.concat(tasks.findMisfits().stream(), schedules.findMisfits(groupCommit.reads().schedules()).stream())
			.toList(), properties.getContract().getCheck());
	}

	// Again, as code that was generated ahead of time is of both kinds of processes.
	private static boolean isWorker(Environment environment) {
		return environment.getProperty("gobstopper.worker.enabled", Boolean.class, true);
	}

	private static WorkerSettings settings(GobstopperProperties properties, ScheduleSettings schedules) {
		GobstopperProperties.Worker worker = properties.getWorker();
		SlotSettings slots = new SlotSettings(worker.getCategories(), worker.getConcurrency(),
				worker.getConcurrencyByCategory(), maxThreads(worker), worker.getPrefetchWindow(),
				GobstopperAutoConfiguration.fairness(properties));
		return new WorkerSettings(slots, worker.getPollInterval(),
				new LeaseSettings(worker.getLeaseDuration(), worker.getHeartbeatInterval(), worker.getMaxCrashes()),
				sizes(properties.getMaxSize()), retention(properties.getRetention()), schedules,
				worker.getAbandonAfter(), worker.getShutdownGracePeriod());
	}

	private static int maxThreads(GobstopperProperties.Worker worker) {
		Integer maxThreads = worker.getMaxThreads();
		if (maxThreads != null) {
			return maxThreads;
		}
		int usual = Math.max(USUAL_MAX_THREADS, worker.getConcurrency());
		return worker.getConcurrencyByCategory().values().stream().reduce(usual, Math::max);
	}

	private static ContentLimits sizes(GobstopperProperties.MaxSize most) {
		return InvalidGobstopperPropertiesException.check("gobstopper.max-size",
				() -> new ContentLimits(most.getResult(), most.getError()));
	}

	private static RetentionSettings retention(GobstopperProperties.Retention retention) {
		return InvalidGobstopperPropertiesException.check("gobstopper.retention",
				() -> new RetentionSettings(retention.getFinished(), retention.getInterval(),
						retention.getBatchSize()));
	}

	private static Executor executor(Environment environment) {
		if (Threading.VIRTUAL.isActive(environment)) {
			SimpleAsyncTaskExecutor virtual = new SimpleAsyncTaskExecutor(THREAD_NAME_PREFIX);
			virtual.setVirtualThreads(true);
			return virtual;
		}
		return Executors.newCachedThreadPool(new CustomizableThreadFactory(THREAD_NAME_PREFIX));
	}

}

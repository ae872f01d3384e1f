package io.gobstopper.test;

import java.time.Clock;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;

import io.gobstopper.TaskQueueService;
import io.gobstopper.autoconfigure.GobstopperWorkerAutoConfiguration;
import io.gobstopper.handler.StorageJson;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.queue.EnqueueInterceptor;
import io.gobstopper.schedule.TaskSchedules;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.WorkerSettings;
import io.gobstopper.worker.execution.AttemptInterceptor;

/**
 * Auto-configuration of the queue in tests. It is there only in contexts that Spring's
 * tests make.
 */
@AutoConfiguration(after = GobstopperWorkerAutoConfiguration.class)
@ConditionalOnProperty(GobstopperTestContextCustomizer.MODE)
public final class GobstopperTestAutoConfiguration {

	// Not for those of the application who ask for a clock.
	@Bean(defaultCandidate = false)
	@ConditionalOnBooleanProperty(name = GobstopperTestContextCustomizer.WORKER, havingValue = false)
	TestClock gobstopperClock() {
		return new TestClock();
	}

	@Bean
	@ConditionalOnBean({ GroupCommit.class, TaskQueueService.class })
	TaskQueueTester gobstopperTaskQueueTester(GroupCommit groupCommit, TaskQueueService queue, TaskSchedules schedules,
			TaskHandlers handlers, StorageJson storageJson, ObjectProvider<WorkerSettings> settings,
			ObjectProvider<AttemptInterceptor> interceptors) {
		Clock clock = groupCommit.clock();
		ManualWorker worker = (clock instanceof TestClock) ? new ManualWorker(groupCommit, handlers,
				storageJson.mapper(), settings.getObject(),
				interceptors.orderedStream().reduce(AttemptInterceptor::andThen).orElse(AttemptInterceptor.NONE), clock)
				: null;
		return new TaskQueueTester(groupCommit, queue, schedules, handlers, storageJson.mapper(), worker);
	}

	@Bean
	@ConditionalOnBean(TaskHandlers.class)
	GobstopperContract gobstopperContract(TaskHandlers handlers, StorageJson storageJson) {
		return new GobstopperContract(handlers, storageJson.mapper());
	}

	@Bean
	@ConditionalOnProperty(name = GobstopperTestContextCustomizer.MODE, havingValue = "INLINE")
	EnqueueInterceptor gobstopperInlineTasks(ObjectProvider<TaskQueueTester> tester,
			ObjectProvider<PlatformTransactionManager> transactions) {
		return new InlineTasks(tester::getObject, transactions::getIfUnique);
	}

}

package io.gobstopper.sample;

import java.time.Duration;
import java.time.Instant;

import org.springframework.stereotype.Component;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskStatus;
import io.gobstopper.schedule.GobstopperSchedule;

/**
 * Says each morning how many tasks succeeded and failed since the report before.
 */
@Component
class DailyReport {

	private final TaskQueueService taskQueue;

	DailyReport(TaskQueueService taskQueue) {
		this.taskQueue = taskQueue;
	}

	@GobstopperTask(name = "daily_report", category = "reports")
	@GobstopperSchedule(cron = "${sample.report-cron:0 0 6 * * *}")
	Report report(TaskContext context) {
		Instant until = context.scheduledAt().orElseGet(Instant::now);
		Instant since = context.previousScheduledAt().orElse(until.minus(Duration.ofDays(1)));
		TaskQuery finished = TaskQuery.all().completedBetween(since, until);
		return new Report(since, until, this.taskQueue.count(finished.status(TaskStatus.SUCCESS)),
				this.taskQueue.count(finished.status(TaskStatus.FAILED)));
	}

	/**
	 * What the result of the task says.
	 */
	record Report(Instant since, Instant until, long succeeded, long failed) {

	}

}

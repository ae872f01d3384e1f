package io.gobstopper.worker;

import java.time.Duration;

import org.springframework.util.Assert;

import io.gobstopper.scheduling.ScheduleSettings;
import io.gobstopper.worker.dispatch.SlotSettings;
import io.gobstopper.worker.execution.ContentLimits;
import io.gobstopper.worker.maintenance.LeaseSettings;
import io.gobstopper.worker.maintenance.RetentionSettings;

/**
 * How this process runs tasks.
 *
 * @param slots how many tasks run at once
 * @param pollInterval how often the database is looked at without being told to
 * @param leases the holds on running tasks
 * @param limits how much of what handlers produce is stored
 * @param retention how long completed tasks are kept
 * @param abandonAfter how long a handler may ignore an interrupt before its thread is
 * replaced
 * @param schedules what is configured of schedules
 * @param shutdownGracePeriod how long running tasks may go on when the application stops
 */
public record WorkerSettings(SlotSettings slots, Duration pollInterval, LeaseSettings leases, ContentLimits limits,
		RetentionSettings retention, ScheduleSettings schedules, Duration abandonAfter, Duration shutdownGracePeriod) {

	public WorkerSettings {
		Assert.isTrue(pollInterval.compareTo(Duration.ZERO) > 0,
				() -> "'pollInterval' must be positive, but is %s".formatted(pollInterval));
		Assert.isTrue(!abandonAfter.isNegative(),
				() -> "'abandonAfter' must not be negative, but is %s".formatted(abandonAfter));
		Assert.isTrue(!shutdownGracePeriod.isNegative(),
				() -> "'shutdownGracePeriod' must not be negative, but is %s".formatted(shutdownGracePeriod));
	}

}

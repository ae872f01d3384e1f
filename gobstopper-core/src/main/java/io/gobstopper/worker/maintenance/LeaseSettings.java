package io.gobstopper.worker.maintenance;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * The holds on running tasks.
 *
 * @param duration how long a hold lasts unless it is renewed
 * @param heartbeatInterval how often holds are renewed
 * @param maxCrashes at how many deaths of its process a task is failed
 */
public record LeaseSettings(Duration duration, Duration heartbeatInterval, int maxCrashes) {

	public LeaseSettings {
		Assert.isTrue(heartbeatInterval.compareTo(Duration.ZERO) > 0 && duration.compareTo(heartbeatInterval) > 0,
				() -> "'duration' %s must be longer than 'heartbeatInterval' %s, which must be positive"
					.formatted(duration, heartbeatInterval));
		Assert.isTrue(maxCrashes >= 1, () -> "'maxCrashes' must be at least 1, but is %d".formatted(maxCrashes));
	}

}

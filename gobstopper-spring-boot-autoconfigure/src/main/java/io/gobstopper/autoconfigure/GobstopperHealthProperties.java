package io.gobstopper.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the health of the task queue.
 */
@ConfigurationProperties("gobstopper.health")
public class GobstopperHealthProperties {

	/**
	 * Age of the oldest task that is due from which a warning is among the health
	 * details; none if not set.
	 */
	private @Nullable Duration backlogAgeThreshold;

	public @Nullable Duration getBacklogAgeThreshold() {
		return this.backlogAgeThreshold;
	}

	public void setBacklogAgeThreshold(@Nullable Duration backlogAgeThreshold) {
		this.backlogAgeThreshold = backlogAgeThreshold;
	}

}

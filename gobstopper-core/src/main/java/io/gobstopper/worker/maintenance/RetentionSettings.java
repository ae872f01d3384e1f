package io.gobstopper.worker.maintenance;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * How long completed tasks are kept.
 *
 * @param finished the age, from completion, at which they are deleted
 * @param interval how often that is looked for
 * @param batchSize how many are deleted in one commit
 */
public record RetentionSettings(Duration finished, Duration interval, int batchSize) {

	public RetentionSettings {
		Assert.isTrue(!finished.isNegative(), () -> "'finished' must not be negative, but is %s".formatted(finished));
		Assert.isTrue(interval.compareTo(Duration.ZERO) > 0,
				() -> "'interval' must be positive, but is %s".formatted(interval));
		Assert.isTrue(batchSize >= 1, () -> "'batchSize' must be at least 1, but is %d".formatted(batchSize));
	}

}

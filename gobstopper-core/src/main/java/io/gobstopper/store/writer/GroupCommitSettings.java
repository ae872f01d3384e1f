package io.gobstopper.store.writer;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * The bounds of the group commit.
 *
 * @param batchSize how many writes one commit takes at most
 * @param capacity how many tasks may wait to be inserted
 * @param fullTimeout how long a caller waits when that many do
 */
public record GroupCommitSettings(int batchSize, int capacity, Duration fullTimeout) {

	public GroupCommitSettings {
		Assert.isTrue(batchSize >= 1, () -> "'batchSize' must be at least 1, but is %d".formatted(batchSize));
		Assert.isTrue(capacity >= 1, () -> "'capacity' must be at least 1, but is %d".formatted(capacity));
		Assert.isTrue(!fullTimeout.isNegative(),
				() -> "'fullTimeout' must not be negative, but is %s".formatted(fullTimeout));
	}

}

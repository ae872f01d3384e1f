package io.gobstopper.worker.execution;

import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * How much of what a handler produces is stored.
 *
 * @param result the largest result, as JSON; a larger one fails the task
 * @param error the largest stack trace; a larger one is cut
 */
public record ContentLimits(DataSize result, DataSize error) {

	public ContentLimits {
		Assert.isTrue(result.toBytes() > 0, () -> "'result' must be positive, but is %s".formatted(result));
		Assert.isTrue(error.toBytes() > 0, () -> "'error' must be positive, but is %s".formatted(error));
	}

}

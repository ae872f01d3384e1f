package io.gobstopper.store.statistics;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The attempts that ended in one bucket of time.
 *
 * @param start where the bucket begins
 * @param succeeded those that succeeded
 * @param failed those that failed, timed out or crashed
 * @param cancelled those that were cancelled while they ran
 * @param waiting how long they had been due before they started
 * @param execution how long they ran, {@code null} if all crashed: when they did is not
 * known
 */
public record AttemptSummary(Instant start, long succeeded, long failed, long cancelled, Percentiles waiting,
		@Nullable Percentiles execution) {

}

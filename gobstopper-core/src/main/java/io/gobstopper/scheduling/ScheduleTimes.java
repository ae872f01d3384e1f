package io.gobstopper.scheduling;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The times of a schedule. Immutable.
 */
interface ScheduleTimes {

	/**
	 * Returns the first time after a moment.
	 * @param after the moment
	 * @return the time, or {@code null} if there is none any more
	 */
	@Nullable Instant next(Instant after);

}

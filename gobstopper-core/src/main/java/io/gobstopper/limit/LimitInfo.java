package io.gobstopper.limit;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a limit at one moment. Immutable.
 *
 * @param name the name
 * @param perKey how many tasks with the same key may run at once, {@code null} for any
 * number
 * @param total how many may run at once, whatever their keys, {@code null} for any number
 * @param rate how many with the same key may start within a time, {@code null} for any
 * number
 * @param burst how many of these may start at the same moment, {@code null} without a
 * rate
 * @param active how many have a place: they run, or are about to
 * @param waiting how many wait for one
 * @param paused whether none starts, whatever its key
 * @param closedKeys of how many keys none starts, as they are paused or a handler was
 * told to wait
 * @param overridden what an operator has said of these numbers, and until when it counts,
 * {@code null} if nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LimitInfo(String name, @Nullable Integer perKey, @Nullable Integer total, @Nullable LimitRate rate,
		@Nullable Integer burst, long active, long waiting, boolean paused, long closedKeys,
		@Nullable LimitOverride overridden) {

}

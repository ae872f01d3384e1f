package io.gobstopper.limit;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a limit at one moment. Immutable.
 *
 * @param name the name
 * @param perKey how many tasks with the same key may run at once, {@code null} for any
 * number
 * @param total how many may run at once, whatever their keys, {@code null} for any number
 * @param active how many have a place: they run, or are about to
 * @param waiting how many wait for one
 */
public record LimitInfo(String name, @Nullable Integer perKey, @Nullable Integer total, long active, long waiting) {

}

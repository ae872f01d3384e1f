package io.gobstopper.store.limit;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A task that has passed its last gate.
 *
 * @param seq its number
 * @param startAt when it may start because of a rate, {@code null} for now
 */
public record Admitted(long seq, @Nullable Instant startAt) {

}

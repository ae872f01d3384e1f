package io.gobstopper.store.writer;

import java.time.Instant;

/**
 * A task, or the end of one, that could not be stored.
 *
 * @param at when
 * @param message why
 */
public record WriteFailure(Instant at, String message) {

}

package io.gobstopper.store;

import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed.
 *
 * @param message the message
 * @param trace the stack trace, if there is one
 */
public record TaskError(String message, @Nullable String trace) {

}

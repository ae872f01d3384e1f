package io.gobstopper.store.task;

import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed.
 *
 * @param type the name of the exception's class, if it was one
 * @param message the message
 * @param trace the stack trace, if there is one
 */
public record TaskError(@Nullable String type, String message, @Nullable String trace) {

}

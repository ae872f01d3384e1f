package io.gobstopper.observation;

import org.jspecify.annotations.Nullable;

/**
 * What the meters of a task are about.
 *
 * @param task the name of the task, {@code unknown} if nobody handles it
 * @param category the category
 * @param outcome how the attempt ended, {@code null} if it has not
 * @param error the simple name of the exception's class, {@code null} if there was none
 */
public record TaskMeterContext(String task, String category, @Nullable String outcome, @Nullable String error) {

}

package io.gobstopper.store;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Tasks that failed for good in the same way.
 *
 * @param name the name of the tasks
 * @param errorType the name of the exception's class
 * @param count how many there are
 * @param lastAt when the last of them failed
 * @param lastId the id of that one
 */
public record FailureSummary(String name, @Nullable String errorType, long count, Instant lastAt, UUID lastId) {

}

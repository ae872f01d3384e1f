package io.gobstopper.store.statistics;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Attempts that failed in the same way.
 *
 * @param name the name of the tasks
 * @param errorType the name of the exception's class, {@code null} for a crash
 * @param failed how many tasks failed for good
 * @param retried how many attempts failed after which another one follows
 * @param firstAt when the first of them failed
 * @param lastAt when the last of them failed
 * @param lastId the id of the task of that one
 */
public record FailureSummary(String name, @Nullable String errorType, long failed, long retried, Instant firstAt,
		Instant lastAt, UUID lastId) {

}

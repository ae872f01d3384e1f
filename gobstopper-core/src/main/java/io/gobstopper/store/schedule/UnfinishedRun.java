package io.gobstopper.store.schedule;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A task that a schedule enqueued and that is not finished.
 *
 * @param schedule the name of the schedule
 * @param taskId the task
 * @param runningSince when its attempt started, {@code null} if it waits
 * @param waitingSince when it was enqueued
 */
public record UnfinishedRun(String schedule, UUID taskId, @Nullable Instant runningSince, Instant waitingSince) {

}

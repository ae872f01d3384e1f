package io.gobstopper.store.schedule;

import java.time.Instant;
import java.util.UUID;

/**
 * That a schedule enqueued a task.
 *
 * @param schedule the name of the schedule
 * @param scheduledAt the time for which it did
 * @param taskId the task
 */
public record ScheduleRun(String schedule, Instant scheduledAt, UUID taskId) {

}

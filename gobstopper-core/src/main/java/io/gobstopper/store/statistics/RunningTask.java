package io.gobstopper.store.statistics;

import java.time.Instant;
import java.util.UUID;

import io.gobstopper.store.task.TaskProgress;

/**
 * What there is to see of a task while it runs.
 *
 * @param id the id of the task
 * @param name the name of the task
 * @param category its category
 * @param attempt which attempt it is
 * @param startedAt when it began
 * @param progress what its handler reported
 * @param cancelRequested whether it has been asked to stop
 * @param node the worker that runs it
 */
public record RunningTask(UUID id, String name, String category, int attempt, Instant startedAt, TaskProgress progress,
		boolean cancelRequested, String node) {

}

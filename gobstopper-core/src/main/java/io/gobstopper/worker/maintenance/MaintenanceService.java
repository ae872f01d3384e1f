package io.gobstopper.worker.maintenance;

import java.time.Duration;

/**
 * Something that a worker does from time to time, such as deleting old tasks. It is done
 * again after each interval, whether or not it failed, and does not wait for others.
 *
 * @param name what it is called in the log
 * @param interval how long it rests between two turns
 * @param work what it does; what it throws is logged, and keeps nothing else from its
 * turn
 */
public record MaintenanceService(String name, Duration interval, Runnable work) {

}

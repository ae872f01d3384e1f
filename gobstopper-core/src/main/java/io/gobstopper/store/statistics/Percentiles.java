package io.gobstopper.store.statistics;

/**
 * How long something took, in seconds.
 *
 * @param p50 half of the times were at most this
 * @param p95 95 of 100 were
 * @param p99 99 of 100 were
 */
public record Percentiles(double p50, double p95, double p99) {

}

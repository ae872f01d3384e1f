package io.gobstopper.store;

/**
 * Names one attempt of one task by one worker. A write that carries it changes the task
 * only while that attempt is still the current one.
 *
 * @param seq the sequence number of the task
 * @param attempt the attempt
 * @param owner the worker
 */
public record Fence(long seq, int attempt, String owner) {

}

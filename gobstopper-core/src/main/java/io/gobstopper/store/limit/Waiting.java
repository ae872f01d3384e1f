package io.gobstopper.store.limit;

/**
 * A task that waits, and before which gate.
 *
 * @param seq its number
 * @param kind what it is
 * @param gate the gate
 */
record Waiting(long seq, GateLine.Kind kind, Gate gate) {

}

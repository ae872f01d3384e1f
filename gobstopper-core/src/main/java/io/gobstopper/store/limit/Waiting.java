package io.gobstopper.store.limit;

/**
 * A task that waits, and before which gate.
 *
 * @param seq its number
 * @param kind what it is
 * @param gate the gate
 * @param inOrder whether the gate is passed in the order of the numbers
 */
record Waiting(long seq, GateLine.Kind kind, Gate gate, boolean inOrder) {

}

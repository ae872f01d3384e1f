package io.gobstopper.store.limit;

/**
 * Where a held task waits.
 *
 * @param gate the gate it has to pass next
 * @param place its place among those that wait there, 1 for the next one
 * @param waiting how many wait there
 */
public record HeldPlace(Gate gate, long place, long waiting) {

}

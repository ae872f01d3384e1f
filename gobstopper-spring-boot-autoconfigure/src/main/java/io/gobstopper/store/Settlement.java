package io.gobstopper.store;

/**
 * The end of one attempt: what a task becomes if that attempt is still the current one.
 *
 * @param fence the attempt
 * @param task the task afterwards
 */
public record Settlement(Fence fence, StoredTask task) {

}

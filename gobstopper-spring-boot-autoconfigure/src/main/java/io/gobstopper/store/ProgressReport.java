package io.gobstopper.store;

/**
 * Progress of one attempt.
 *
 * @param fence the attempt
 * @param progress how far it is
 */
public record ProgressReport(Fence fence, TaskProgress progress) {

}

package io.gobstopper.store.task;

import org.jspecify.annotations.Nullable;

/**
 * Names one attempt of one task by one worker. A write that carries it changes the task
 * only while that attempt is still the current one.
 *
 * @param seq the sequence number of the task
 * @param attempt the attempt
 * @param owner the worker
 */
public record Fence(long seq, int attempt, String owner) {

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Fence fence && this.seq == fence.seq && this.attempt == fence.attempt
				&& this.owner.equals(fence.owner);
	}

	// Few attempts of a task are alive at once, and hashing the owner is slow.
	@Override
	public int hashCode() {
		return Long.hashCode(this.seq);
	}

}

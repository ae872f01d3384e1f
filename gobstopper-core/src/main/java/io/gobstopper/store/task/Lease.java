package io.gobstopper.store.task;

import java.time.Instant;

/**
 * The hold of one worker on one task.
 *
 * @param owner a name that no other claim has: that of the worker and, after a {@code #},
 * a number
 * @param until when it ends unless it is renewed
 * @param heartbeatAt when the worker was last heard of
 */
public record Lease(String owner, Instant until, Instant heartbeatAt) {

	/**
	 * Returns the name of the worker.
	 * @return the part of the owner before the number
	 */
	public String node() {
		int number = this.owner.lastIndexOf('#');
		return (number > 0) ? this.owner.substring(0, number) : this.owner;
	}

}

package io.gobstopper.store;

import java.time.Instant;
import java.util.List;

import org.springframework.util.Assert;

import io.gobstopper.store.task.Lease;

/**
 * What a worker is ready to run.
 *
 * @param category the category
 * @param names the names of the tasks it has handlers for
 * @param slots how many it can run at once
 * @param limit how many it takes altogether, to run the others next; tasks that crashed
 * before are only taken for the slots
 * @param abovePriority tasks up to this level are not taken, 0 to take all
 * @param lastChances how many it takes that must not crash once more
 * @param lease the hold it takes
 * @param fair whether tasks of different fairness keys take turns
 */
public record ClaimRequest(String category, List<String> names, int slots, int limit, int abovePriority,
		LastChances lastChances, Lease lease, boolean fair) {

	public ClaimRequest {
		Assert.isTrue(slots >= 0 && limit >= slots, "'limit' must not be less than 'slots'");
		names = List.copyOf(names);
	}

	/**
	 * Creates a request for tasks however often they crashed.
	 * @param category the category
	 * @param names the names of the tasks
	 * @param slots how many can run at once
	 * @param limit how many are taken altogether
	 * @param abovePriority tasks up to this level are not taken
	 * @param lease the hold
	 */
	public ClaimRequest(String category, List<String> names, int slots, int limit, int abovePriority, Lease lease) {
		this(category, names, slots, limit, abovePriority, LastChances.ANY, lease, false);
	}

	/**
	 * Returns the same request with other last chances.
	 * @param lastChances how many it takes
	 * @return the request
	 */
	public ClaimRequest with(LastChances lastChances) {
		return new ClaimRequest(this.category, this.names, this.slots, this.limit, this.abovePriority, lastChances,
				this.lease, this.fair);
	}

	/**
	 * Returns the same request for fewer slots.
	 * @param slots how many can be run at once, at most as many as now
	 * @return the request
	 */
	public ClaimRequest withSlots(int slots) {
		return new ClaimRequest(this.category, this.names, slots, this.limit - this.slots + slots, this.abovePriority,
				this.lastChances, this.lease, this.fair);
	}

	/**
	 * Returns the same request for what is wanted beside what was taken.
	 * @param taken how many were taken, fewer than the limit
	 * @return the request
	 */
	public ClaimRequest without(int taken) {
		return new ClaimRequest(this.category, this.names, Math.max(0, this.slots - taken), this.limit - taken,
				this.abovePriority, this.lastChances, this.lease, this.fair);
	}

	/**
	 * Returns when the claim is made.
	 * @return the time
	 */
	public Instant now() {
		return this.lease.heartbeatAt();
	}

}

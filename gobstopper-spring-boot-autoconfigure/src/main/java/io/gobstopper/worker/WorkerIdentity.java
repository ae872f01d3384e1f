package io.gobstopper.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import io.gobstopper.store.Lease;

/**
 * Who claims tasks, and for how long.
 *
 * @param owner a name no other worker has
 * @param leaseDuration how long a lease lasts
 * @param clock the clock, in the microseconds that are stored
 */
record WorkerIdentity(String owner, Duration leaseDuration, Clock clock) {

	Lease newLease() {
		Instant now = now();
		return new Lease(this.owner, now.plus(this.leaseDuration), now);
	}

	Instant now() {
		return this.clock.instant();
	}

}

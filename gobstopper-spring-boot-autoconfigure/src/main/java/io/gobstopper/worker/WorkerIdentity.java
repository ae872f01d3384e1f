package io.gobstopper.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import io.gobstopper.store.Lease;

/**
 * Who claims tasks, and for how long.
 *
 * @param owner a name no other worker has, by which people know where it runs
 * @param leaseDuration how long a lease lasts
 * @param clock the clock, in the microseconds that are stored
 */
record WorkerIdentity(String owner, Duration leaseDuration, Clock clock) {

	// Returns an identity that names the host and the process.
	static WorkerIdentity create(Duration leaseDuration, Clock clock) {
		String owner = "%s/%d/%s".formatted(host(), ProcessHandle.current().pid(),
				UUID.randomUUID().toString().substring(0, 8));
		return new WorkerIdentity(owner, leaseDuration, clock);
	}

	Lease newLease() {
		Instant now = now();
		return new Lease(this.owner, now.plus(this.leaseDuration), now);
	}

	Instant now() {
		return this.clock.instant();
	}

	private static String host() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "unknown-host";
		}
	}

}

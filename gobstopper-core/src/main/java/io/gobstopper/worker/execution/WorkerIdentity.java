package io.gobstopper.worker.execution;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.Lease;

/**
 * Who claims tasks, and for how long.
 *
 * @param node a name no other worker has, by which people know where it runs
 * @param leaseDuration how long a lease lasts
 * @param clock the clock, in the microseconds that are stored
 * @param claims counts the leases, so that no two claims have one owner and a task that
 * is given back and claimed again is not taken for what it was before
 */
public record WorkerIdentity(String node, Duration leaseDuration, Clock clock, AtomicLong claims) {

	// Returns an identity that names the host and the process.
	public static WorkerIdentity create(Duration leaseDuration, Clock clock) {
		String node = "%s/%d/%s".formatted(host(), ProcessHandle.current().pid(),
				UUID.randomUUID().toString().substring(0, 8));
		return new WorkerIdentity(node, leaseDuration, clock, new AtomicLong());
	}

	public Lease newLease() {
		Instant now = now();
		return new Lease(this.node + "#" + this.claims.incrementAndGet(), DueTimes.after(now, this.leaseDuration), now);
	}

	public Instant now() {
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

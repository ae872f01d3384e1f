package io.gobstopper.worker.maintenance;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.gobstopper.worker.execution.WorkerIdentity;

/**
 * Calls someone at the earliest of the moments it was told. Safe for use by several
 * threads.
 */
public final class WakeUpTimer {

	private final WorkerIdentity identity;

	private final ScheduledExecutorService executor;

	private final Runnable sleeper;

	private @Nullable Instant moment;

	private @Nullable Future<?> wakeUp;

	public WakeUpTimer(WorkerIdentity identity, ScheduledExecutorService executor, Runnable sleeper) {
		this.identity = identity;
		this.executor = executor;
		this.sleeper = sleeper;
	}

	synchronized void wakeAt(Instant moment) {
		if (this.executor.isShutdown() || (this.moment != null && !moment.isBefore(this.moment))) {
			return;
		}
		if (this.wakeUp != null) {
			this.wakeUp.cancel(false);
		}
		this.moment = moment;
		Duration delay = Duration.between(this.identity.now(), moment);
		this.wakeUp = this.executor.schedule(this::wakeUp, Math.max(0, delay.toMillis() + 1), TimeUnit.MILLISECONDS);
	}

	private void wakeUp() {
		synchronized (this) {
			this.moment = null;
			this.wakeUp = null;
		}
		this.sleeper.run();
	}

}

package io.gobstopper.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.util.Assert;

import io.gobstopper.store.StoreSnapshots;
import io.gobstopper.store.writer.GroupCommit;

/**
 * Makes copies of the database at an interval, which goes on over restarts.
 */
final class SnapshotSchedule implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(SnapshotSchedule.class);

	private static final Duration STOPS_WITHIN = Duration.ofSeconds(10);

	private final GroupCommit groupCommit;

	private final StoreSnapshots snapshots;

	private final Duration interval;

	private volatile @Nullable ScheduledThreadPoolExecutor scheduler;

	SnapshotSchedule(GroupCommit groupCommit, StoreSnapshots snapshots, Duration interval) {
		Assert.isTrue(interval.toMillis() > 0, () -> "'interval' must be positive, but is %s".formatted(interval));
		this.groupCommit = groupCommit;
		this.snapshots = snapshots;
		this.interval = interval;
	}

	@Override
	public void start() {
		ScheduledThreadPoolExecutor started = new ScheduledThreadPoolExecutor(1,
				new CustomizableThreadFactory("gobstopper-snapshots-"));
		this.scheduler = started;
		started.execute(() -> schedule(started));
	}

	@Override
	public void stop() {
		ScheduledThreadPoolExecutor running = this.scheduler;
		this.scheduler = null;
		if (running == null) {
			return;
		}
		running.shutdown();
		try {
			if (!running.awaitTermination(STOPS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
				logger.warn("A snapshot of the task database is not finished and will not be kept");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.scheduler != null;
	}

	private void schedule(ScheduledThreadPoolExecutor started) {
		try {
			this.groupCommit.store();
			var unused = started.scheduleWithFixedDelay(this::take, untilNext().toMillis(), this.interval.toMillis(),
					TimeUnit.MILLISECONDS);
		}
		catch (RuntimeException ex) {
			logger.error("No snapshots of the task database are taken", ex);
		}
	}

	private Duration untilNext() {
		Optional<Path> newest = this.snapshots.list().stream().findFirst();
		Instant next = newest.map((file) -> Instant.ofEpochMilli(file.toFile().lastModified()).plus(this.interval))
			.orElse(Instant.MIN);
		Instant now = Instant.now();
		return next.isAfter(now) ? Duration.between(now, next) : Duration.ZERO;
	}

	private void take() {
		try {
			logger.info("Snapshot of the task database: '%s'".formatted(this.snapshots.take()));
		}
		catch (RuntimeException ex) {
			logger.error("A snapshot of the task database could not be taken; the next one is tried in %s"
				.formatted(this.interval), ex);
		}
	}

}

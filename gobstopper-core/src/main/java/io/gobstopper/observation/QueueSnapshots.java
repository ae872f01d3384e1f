package io.gobstopper.observation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.gobstopper.GobstopperException;
import io.gobstopper.store.TaskReads;
import io.gobstopper.store.schedule.StoredSchedule;
import io.gobstopper.store.statistics.QueueSnapshot;
import io.gobstopper.store.writer.GroupCommit;

/**
 * One snapshot of the queue for all gauges that are read about the same time. Safe for
 * use by several threads.
 */
final class QueueSnapshots {

	// Longer than any process says nothing of what it declares.
	private static final Duration UNDECLARED_AFTER = Duration.ofMinutes(10);

	static final Duration FRESH = Duration.ofSeconds(1);

	private static final Log logger = LogFactory.getLog(QueueSnapshots.class);

	private final GroupCommit groupCommit;

	private final Runnable beforeTaking;

	private final Clock clock;

	private Instant triedAt = Instant.MIN;

	private @Nullable QueueSnapshot snapshot;

	private double overdueSeconds = Double.NaN;

	QueueSnapshots(GroupCommit groupCommit, Runnable beforeTaking, Clock clock) {
		this.groupCommit = groupCommit;
		this.beforeTaking = beforeTaking;
		this.clock = clock;
	}

	// Returns a snapshot, or nothing if the database cannot tell.
	synchronized @Nullable QueueSnapshot get() {
		Instant now = this.clock.instant();
		if (this.triedAt.isBefore(now.minus(FRESH)) || this.triedAt.isAfter(now)) {
			this.triedAt = now;
			this.beforeTaking.run();
			this.snapshot = take(now);
		}
		return this.snapshot;
	}

	// By how much the schedule is late that is so most.
	synchronized double overdueSeconds() {
		get();
		return this.overdueSeconds;
	}

	private @Nullable QueueSnapshot take(Instant now) {
		try {
			TaskReads reads = this.groupCommit.reads();
			this.overdueSeconds = reads.schedules()
				.findOverdue(now, now.minus(UNDECLARED_AFTER), 1)
				.stream()
				.map(StoredSchedule::nextAt)
				.filter(Objects::nonNull)
				.mapToDouble((nextAt) -> Duration.between(nextAt, now).toNanos() / 1e9)
				.findFirst()
				.orElse(0);
			return reads.snapshot(now);
		}
		catch (GobstopperException | DataAccessException ex) {
			this.overdueSeconds = Double.NaN;
			logger.warn("The gauges of the task queue have no values: " + ex.getMessage());
			return null;
		}
	}

}

package io.gobstopper.actuate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.schedule.StoredSchedule;
import io.gobstopper.store.statistics.CategoryDepth;
import io.gobstopper.store.statistics.QueueSnapshot;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.TaskWorker;
import io.gobstopper.worker.WorkerStatus;
import io.gobstopper.worker.dispatch.CategoryActivity;

/**
 * The health of the task queue: down if its database cannot be used, if a task could not
 * be stored within the last minute and none was since, or if the worker of this process
 * has not asked it for work with success for three intervals. A backlog alone never makes
 * it unhealthy; what is said of it is at most twenty times as old as counting it takes.
 */
public final class GobstopperHealthIndicator extends AbstractHealthIndicator {

	private static final Duration FAILURE_COUNTS = Duration.ofMinutes(1);

	private static final long COUNTING_SHARE = 20;

	private final GroupCommit groupCommit;

	private final @Nullable TaskWorker worker;

	private final @Nullable Duration backlogAgeThreshold;

	private static final Duration LATE = Duration.ofMinutes(1);

	// Longer than any process says nothing of what it declares.
	private static final Duration UNDECLARED_AFTER = Duration.ofMinutes(10);

	private static final int MOST_NAMED = 10;

	private final Clock clock;

	private final ReentrantLock counting = new ReentrantLock();

	private volatile @Nullable QueueSnapshot snapshot;

	private long countAgainNanos;

	/**
	 * Creates the indicator.
	 * @param groupCommit the queue
	 * @param worker the worker of this process, if it has one
	 * @param backlogAgeThreshold the age of the oldest due task from which a warning is
	 * among the details, {@code null} for never
	 * @param clock the clock
	 */
	public GobstopperHealthIndicator(GroupCommit groupCommit, @Nullable TaskWorker worker,
			@Nullable Duration backlogAgeThreshold, Clock clock) {
		super("The task queue cannot use its database");
		this.groupCommit = groupCommit;
		this.worker = worker;
		this.backlogAgeThreshold = backlogAgeThreshold;
		this.clock = clock;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		TaskStore store = this.groupCommit.store();
		builder.withDetail("store", store.location());
		Instant now = this.clock.instant();
		WorkerStatus status = (this.worker != null) ? this.worker.status() : null;
		if (status != null) {
			describeWorker(builder, status);
			describeLimits(builder, status.limits(), store.reads().declaredLimits(now));
		}
		describeBacklog(builder, snapshot(store, now));
		describeSchedules(builder,
				store.reads().schedules().findOverdue(now.minus(LATE), now.minus(UNDECLARED_AFTER), MOST_NAMED));
		store.check();
		String reason = reason(status, now);
		if (reason != null) {
			builder.down().withDetail("reason", reason);
			return;
		}
		builder.up();
	}

	// However often it is asked, counting a large backlog takes a small part of the time,
	// and whoever asks while that goes on gets what was counted before.
	private QueueSnapshot snapshot(TaskStore store, Instant now) {
		QueueSnapshot last = this.snapshot;
		if (!this.counting.tryLock()) {
			if (last != null) {
				return last;
			}
			this.counting.lock();
		}
		try {
			return count(store, now);
		}
		finally {
			this.counting.unlock();
		}
	}

	private QueueSnapshot count(TaskStore store, Instant now) {
		long started = System.nanoTime();
		QueueSnapshot last = this.snapshot;
		if (last != null && started - this.countAgainNanos < 0) {
			return last;
		}
		QueueSnapshot counted = store.reads().snapshot(now);
		long ended = System.nanoTime();
		this.snapshot = counted;
		this.countAgainNanos = ended + COUNTING_SHARE * (ended - started);
		return counted;
	}

	private @Nullable String reason(@Nullable WorkerStatus status, Instant now) {
		if (status != null && status.isStalled(now)) {
			return "The worker has not asked for work with success for longer than three times %s"
				.formatted(status.pollInterval());
		}
		return this.groupCommit.lastFailure()
			.filter((failure) -> failure.at().plus(FAILURE_COUNTS).isAfter(now))
			.map((failure) -> "No task was stored since that failed at %s: %s".formatted(failure.at(),
					failure.message()))
			.orElse(null);
	}

	private static void describeWorker(Health.Builder builder, WorkerStatus status) {
		builder.withDetail("node", status.node());
		builder.withDetail("active", status.categories().stream().mapToInt(CategoryActivity::active).sum());
		builder.withDetail("limit", status.capacity());
		if (!status.unreadable().isEmpty()) {
			builder.withDetail("unreadable", status.unreadable());
		}
		if (status.lastClaimAt() != null) {
			builder.withDetail("lastClaimAt", status.lastClaimAt());
		}
	}

	// All processes must say the same; that which started last is heeded.
	private static void describeLimits(Health.Builder builder, Map<String, LimitNumbers> here,
			Map<String, LimitNumbers> heeded) {
		Map<String, String> differing = new TreeMap<>();
		here.forEach((name, numbers) -> {
			LimitNumbers others = heeded.get(name);
			if (others != null && !others.equals(numbers)) {
				differing.put(name, "%s here, but %s in the process that started last".formatted(describe(numbers),
						describe(others)));
			}
		});
		if (!differing.isEmpty()) {
			builder.withDetail("differingLimits", differing);
		}
	}

	private static String describe(LimitNumbers numbers) {
		Map<String, @Nullable Object> said = new LinkedHashMap<>();
		said.put("perKey", numbers.perKey());
		said.put("total", numbers.total());
		said.put("rate", numbers.rate());
		said.put("burst", numbers.burst());
		said.values().removeIf(Objects::isNull);
		return said.toString();
	}

	private static void describeSchedules(Health.Builder builder, List<StoredSchedule> overdue) {
		if (!overdue.isEmpty()) {
			Map<String, String> since = new LinkedHashMap<>();
			overdue.forEach((schedule) -> since.put(schedule.name(), String.valueOf(schedule.nextAt())));
			builder.withDetail("overdueSchedules", since);
		}
	}

	private void describeBacklog(Health.Builder builder, QueueSnapshot snapshot) {
		builder.withDetail("pending", snapshot.depths().stream().mapToLong(CategoryDepth::pending).sum());
		snapshot.depths()
			.stream()
			.map(CategoryDepth::oldestDueAt)
			.filter(Objects::nonNull)
			.min(Comparator.naturalOrder())
			.ifPresent((oldest) -> describeOldest(builder, Duration.between(oldest, snapshot.takenAt())));
	}

	private void describeOldest(Health.Builder builder, Duration age) {
		builder.withDetail("oldestAgeSeconds", age.toNanos() / 1e9);
		if (this.backlogAgeThreshold != null && age.compareTo(this.backlogAgeThreshold) > 0) {
			builder.withDetail("warning", "The oldest task that is due has waited for %s, longer than %s".formatted(age,
					this.backlogAgeThreshold));
		}
	}

}

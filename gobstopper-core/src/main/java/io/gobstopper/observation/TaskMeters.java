package io.gobstopper.observation;

import java.util.Locale;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.docs.MeterDocumentation;
import org.jspecify.annotations.Nullable;

/**
 * The meters of the task queue. Task names nobody handles are shown as {@code unknown},
 * and of very many categories or exceptions the later ones as {@code other}, so the
 * number of time series has a bound.
 */
public enum TaskMeters implements MeterDocumentation {

	/**
	 * Unfinished tasks: due, not due yet (scheduled), claimed by a worker (started) or
	 * waiting for the next attempt (retry).
	 */
	QUEUE_DEPTH("gobstopper.queue.depth", Meter.Type.GAUGE, null,
			"Unfinished tasks: due, not due yet (scheduled), claimed by a worker (started) or waiting for the next attempt (retry)."),

	/**
	 * Time for which the oldest task that is due has been so, 0 if none is.
	 */
	QUEUE_OLDEST_AGE("gobstopper.queue.oldest.age", Meter.Type.GAUGE, "seconds",
			"Time for which the oldest task that is due has been so, 0 if none is."),

	/**
	 * Time from when an attempt was due until its handler was called: the latency of the
	 * queue.
	 */
	TASK_WAIT("gobstopper.task.wait", Meter.Type.TIMER, "seconds",
			"Time from when an attempt was due until its handler was called: the latency of the queue."),

	/**
	 * Time from the call of a handler until the attempt ended. Outcomes: success, retry,
	 * failed, cancelled, timeout, snoozed, rate_limited.
	 */
	TASK_EXECUTION("gobstopper.task.execution", Meter.Type.TIMER, "seconds",
			"Time from the call of a handler until the attempt ended. Outcomes: success, retry, failed, cancelled, timeout, snoozed, rate_limited."),

	/**
	 * Tasks enqueued by this process.
	 */
	TASK_ENQUEUED("gobstopper.task.enqueued", Meter.Type.COUNTER, null, "Tasks enqueued by this process."),

	/**
	 * Failed attempts after which another one follows.
	 */
	TASK_RETRIES("gobstopper.task.retries", Meter.Type.COUNTER, null,
			"Failed attempts after which another one follows."),

	/**
	 * Tasks that failed for good.
	 */
	TASK_FAILURES("gobstopper.task.failures", Meter.Type.COUNTER, null, "Tasks that failed for good."),

	/**
	 * Attempts whose handler put the task off.
	 */
	TASK_SNOOZES("gobstopper.task.snoozes", Meter.Type.COUNTER, null, "Attempts whose handler put the task off."),

	/**
	 * Attempts whose process died.
	 */
	TASK_CRASHES("gobstopper.task.crashes", Meter.Type.COUNTER, null, "Attempts whose process died."),

	/**
	 * Tasks that were put back unrun because their arguments could not be read.
	 */
	TASK_UNREADABLE("gobstopper.task.unreadable", Meter.Type.COUNTER, null,
			"Tasks that were put back unrun because their arguments could not be read."),

	/**
	 * Attempts whose end was discarded because another worker had taken the task.
	 */
	TASK_FENCED("gobstopper.task.fenced", Meter.Type.COUNTER, null,
			"Attempts whose end was discarded because another worker had taken the task."),

	/**
	 * Times for which this process enqueued the task of a schedule.
	 */
	SCHEDULE_FIRED("gobstopper.schedule.fired", Meter.Type.COUNTER, null,
			"Times for which this process enqueued the task of a schedule."),

	/**
	 * Times of a schedule that this process found missed.
	 */
	SCHEDULE_MISSED("gobstopper.schedule.missed", Meter.Type.COUNTER, null,
			"Times of a schedule that this process found missed."),

	/**
	 * Times of a schedule that this process skipped as an earlier task was not finished.
	 */
	SCHEDULE_SKIPPED("gobstopper.schedule.skipped", Meter.Type.COUNTER, null,
			"Times of a schedule that this process skipped as an earlier task was not finished."),

	/**
	 * Time from the time of a schedule until its task was enqueued.
	 */
	SCHEDULE_LATENESS("gobstopper.schedule.lateness", Meter.Type.TIMER, "seconds",
			"Time from the time of a schedule until its task was enqueued."),

	/**
	 * Time for which the latest schedule has not enqueued what it should have.
	 */
	SCHEDULE_OVERDUE("gobstopper.schedule.overdue", Meter.Type.GAUGE, "seconds",
			"Time for which the latest schedule has not enqueued what it should have."),

	/**
	 * Tasks that have a place in a limit: they run, or are about to.
	 */
	LIMIT_ACTIVE("gobstopper.limit.active", Meter.Type.GAUGE, null,
			"Tasks that have a place in a limit: they run, or are about to."),

	/**
	 * Tasks that wait for a place in a limit.
	 */
	LIMIT_WAITING("gobstopper.limit.waiting", Meter.Type.GAUGE, null, "Tasks that wait for a place in a limit."),

	/**
	 * Tasks that may have a place in a limit at once, whatever their keys.
	 */
	LIMIT_MAX("gobstopper.limit.max", Meter.Type.GAUGE, null,
			"Tasks that may have a place in a limit at once, whatever their keys."),

	/**
	 * Tasks that run in this process.
	 */
	WORKER_ACTIVE("gobstopper.worker.active", Meter.Type.GAUGE, null, "Tasks that run in this process."),

	/**
	 * Tasks that may run in this process at once.
	 */
	WORKER_LIMIT("gobstopper.worker.limit", Meter.Type.GAUGE, null, "Tasks that may run in this process at once."),

	/**
	 * Whether the category is paused: 1 if it is, else 0.
	 */
	WORKER_PAUSED("gobstopper.worker.paused", Meter.Type.GAUGE, null,
			"Whether the category is paused: 1 if it is, else 0."),

	/**
	 * Time of a commit. Outcomes: success, failed.
	 */
	STORE_COMMIT("gobstopper.store.commit", Meter.Type.TIMER, "seconds",
			"Time of a commit. Outcomes: success, failed."),

	/**
	 * Time writes wait while the log is moved into the tables.
	 */
	STORE_CHECKPOINT("gobstopper.store.checkpoint", Meter.Type.TIMER, "seconds",
			"Time writes wait while the log is moved into the tables."),

	/**
	 * Writes that share a commit.
	 */
	STORE_BATCH_SIZE("gobstopper.store.batch.size", Meter.Type.DISTRIBUTION_SUMMARY, null,
			"Writes that share a commit."),

	/**
	 * Writes that wait for the next commit.
	 */
	STORE_QUEUE_SIZE("gobstopper.store.queue.size", Meter.Type.GAUGE, null, "Writes that wait for the next commit."),

	/**
	 * Size of the file of the database.
	 */
	STORE_FILE_SIZE("gobstopper.store.file.size", Meter.Type.GAUGE, "bytes", "Size of the file of the database."),

	/**
	 * Size of the write-ahead log of the database.
	 */
	STORE_WAL_SIZE("gobstopper.store.wal.size", Meter.Type.GAUGE, "bytes",
			"Size of the write-ahead log of the database."),

	/**
	 * Memory the database takes outside the Java heap.
	 */
	STORE_MEMORY("gobstopper.store.memory", Meter.Type.GAUGE, "bytes",
			"Memory the database takes outside the Java heap.");

	private final String meterName;

	private final Meter.Type type;

	private final @Nullable String unit;

	private final String description;

	TaskMeters(String meterName, Meter.Type type, @Nullable String unit, String description) {
		this.meterName = meterName;
		this.type = type;
		this.unit = unit;
		this.description = description;
	}

	@Override
	public String getName() {
		return this.meterName;
	}

	@Override
	public Meter.Type getType() {
		return this.type;
	}

	@Override
	public @Nullable String getBaseUnit() {
		return this.unit;
	}

	@Override
	public KeyName[] getKeyNames() {
		return switch (this) {
			case QUEUE_DEPTH -> new KeyName[] { Tag.CATEGORY, Tag.STATUS };
			case TASK_FENCED, STORE_CHECKPOINT, STORE_BATCH_SIZE, STORE_QUEUE_SIZE, STORE_FILE_SIZE, STORE_WAL_SIZE,
					STORE_MEMORY, SCHEDULE_LATENESS, SCHEDULE_OVERDUE ->
				new KeyName[] {};
			case SCHEDULE_FIRED, SCHEDULE_MISSED, SCHEDULE_SKIPPED -> new KeyName[] { Tag.SCHEDULE };
			case LIMIT_ACTIVE, LIMIT_WAITING, LIMIT_MAX -> new KeyName[] { Tag.LIMIT };
			case QUEUE_OLDEST_AGE, WORKER_ACTIVE, WORKER_LIMIT, WORKER_PAUSED -> new KeyName[] { Tag.CATEGORY };
			case TASK_WAIT, TASK_ENQUEUED, TASK_RETRIES, TASK_FAILURES, TASK_SNOOZES, TASK_CRASHES, TASK_UNREADABLE ->
				new KeyName[] { Tag.TASK, Tag.CATEGORY };
			case TASK_EXECUTION -> new KeyName[] { Tag.TASK, Tag.CATEGORY, Tag.OUTCOME, Tag.ERROR };
			case STORE_COMMIT -> new KeyName[] { Tag.OUTCOME };
		};
	}

	/**
	 * Returns what the meter tells.
	 * @return a sentence
	 */
	public String getDescription() {
		return this.description;
	}

	/**
	 * The tags of the meters.
	 */
	public enum Tag implements KeyName {

		/**
		 * The name of the task.
		 */
		TASK,

		/**
		 * The category.
		 */
		CATEGORY,

		/**
		 * The name of the schedule.
		 */
		SCHEDULE,

		/**
		 * The name of the limit.
		 */
		LIMIT,

		/**
		 * Where tasks are in their life.
		 */
		STATUS,

		/**
		 * How an attempt or a commit ended.
		 */
		OUTCOME,

		/**
		 * The simple name of the exception's class, {@code none} if there was none.
		 */
		ERROR;

		@Override
		public String asString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}

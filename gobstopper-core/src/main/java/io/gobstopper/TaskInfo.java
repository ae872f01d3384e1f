package io.gobstopper;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a task at one moment. Immutable; instants are UTC, with microseconds.
 *
 * @param id the id, a version 4 UUID
 * @param name the name of the task
 * @param category the queue it belongs to
 * @param priority its priority
 * @param status where it is in its life
 * @param createdAt when it was enqueued
 * @param dueAt from when it may run, or run again
 * @param startedAt when its last attempt began
 * @param completedAt when it reached a final status
 * @param elapsedSeconds the run time of the last attempt, 0.0 until done
 * @param result the JSON value the handler returned
 * @param error the message of the last failure
 * @param errorType the name of the class of the exception that was the last failure
 * @param errorTrace the stack trace of the last failure
 * @param retryCount how often it was tried again after a failure
 * @param maxRetries how often it may be
 * @param args the positional arguments as JSON values
 * @param kwargs the arguments by parameter name as JSON values
 * @param progress from 0.0 to 100.0, as the handler reported it
 * @param progressMessage what the handler reported with it, empty if nothing
 * @param attempt how often it was started, given-back and snoozed attempts excepted
 * @param crashCount how often its process died while it ran
 * @param snoozeCount how often its handler put it off with a {@link SnoozeException}
 * @param idempotencyKey its idempotency key
 * @param node the worker that runs it or ran its last attempt
 * @param leaseOwner the worker that runs it
 * @param leaseUntil when that worker loses it unless it is heard of
 * @param heartbeatAt when that worker was last heard of
 * @param cancelRequested whether a running task has been asked to stop
 * @param headers what was given with it and the trace in which it was enqueued, such as
 * {@code traceparent}
 * @param waitingFor why it is held although it may be due, such as
 * {@code limit crm/tenant-7, 3rd of 41}; of one among many without its place
 */
public record TaskInfo(String id, String name, String category, TaskPriority priority, TaskStatus status,
		Instant createdAt, Instant dueAt, @Nullable Instant startedAt, @Nullable Instant completedAt,
		double elapsedSeconds, @Nullable Object result, @Nullable String error, @Nullable String errorType,
		@Nullable String errorTrace, int retryCount, int maxRetries, List<@Nullable Object> args,
		Map<String, @Nullable Object> kwargs, double progress, String progressMessage, int attempt, int crashCount,
		int snoozeCount, @Nullable String idempotencyKey, @Nullable String node, @Nullable String leaseOwner,
		@Nullable Instant leaseUntil, @Nullable Instant heartbeatAt, boolean cancelRequested,
		Map<String, String> headers, @Nullable String waitingFor) {

	/**
	 * Returns whether the task is running.
	 * @return whether its status is {@link TaskStatus#STARTED}
	 */
	@JsonIgnore
	public boolean isRunning() {
		return this.status == TaskStatus.STARTED;
	}

	/**
	 * Returns whether the task has reached a final status.
	 * @return whether its status is terminal
	 */
	@JsonIgnore
	public boolean isCompleted() {
		return this.status.isTerminal();
	}

	/**
	 * Returns the schedule by which the task was enqueued.
	 * @return its name, or empty if no schedule did
	 */
	@JsonIgnore
	public Optional<String> schedule() {
		return Optional.ofNullable(this.headers.get(TaskContext.SCHEDULE_HEADER));
	}

	/**
	 * Returns the unique key with which the task was enqueued, whether or not it holds it
	 * still.
	 * @return the key, or empty if it had none
	 */
	@JsonIgnore
	public Optional<String> uniqueKey() {
		return Optional.ofNullable(this.headers.get(TaskContext.UNIQUE_KEY_HEADER));
	}

	/**
	 * Returns the time for which a schedule enqueued the task, which may be earlier than
	 * when it did.
	 * @return the time, or empty if no schedule did
	 */
	@JsonIgnore
	public Optional<Instant> scheduledAt() {
		return Optional.ofNullable(this.headers.get(TaskContext.SCHEDULED_AT_HEADER)).map(Instant::parse);
	}

}

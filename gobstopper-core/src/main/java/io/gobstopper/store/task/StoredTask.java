package io.gobstopper.store.task;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.gobstopper.TaskStatus;
import io.gobstopper.error.UnreadableTaskException;

/**
 * A task as it is stored, and the changes of state that are possible. Each change returns
 * a new value; nothing is stored by it.
 *
 * @param seq rises with every enqueued task; 0 before it is stored
 * @param details what is fixed
 * @param state what changes
 */
public record StoredTask(long seq, TaskDetails details, TaskState state) {

	private static final String UNREADABLE = UnreadableTaskException.class.getName();

	/**
	 * The order in which tasks of a category run.
	 */
	public static final Comparator<StoredTask> RUN_ORDER = Comparator
		.comparing((StoredTask task) -> task.details().priority(), Comparator.reverseOrder())
		.thenComparingLong(StoredTask::seq);

	/**
	 * Returns the id.
	 * @return the id
	 */
	public UUID id() {
		return this.details.id();
	}

	/**
	 * Returns the status.
	 * @return the status
	 */
	public TaskStatus status() {
		return this.state.status();
	}

	/**
	 * Returns the fence of the current attempt.
	 * @return the fence
	 * @throws IllegalArgumentException if the task is not running
	 */
	public Fence fence() {
		Lease lease = this.state.lease();
		Assert.notNull(lease, () -> "Task %s is not running".formatted(id()));
		return new Fence(this.seq, this.state.counts().attempt(), lease.owner());
	}

	/**
	 * Returns whether the task has limits, so that each of its attempts has to be
	 * admitted.
	 * @return whether it has
	 */
	public boolean isLimited() {
		return TaskHeaders.hasLimits(this.details.headers());
	}

	/**
	 * Returns the task as it waits for its limits, if it has any.
	 * @return the changed task
	 */
	public StoredTask held() {
		return with(new TaskState(this.state.status(), nextDueAt(this.state.dueAt()), this.state.startedAt(),
				this.state.counts(), this.state.progress(), this.state.lease(), this.state.outcome(),
				this.state.cancelRequested()));
	}

	/**
	 * Returns whether the task waits until its limits have room for it.
	 * @return whether it is held
	 */
	public boolean isHeld() {
		return DueTimes.isHeld(this.state.dueAt());
	}

	/**
	 * Returns from when the task may run, whether or not it is held.
	 * @return the time
	 */
	public Instant dueAt() {
		return DueTimes.real(this.state.dueAt());
	}

	// How a due time is stored at which another attempt is to begin.
	private Instant nextDueAt(Instant dueAt) {
		return isLimited() ? DueTimes.held(dueAt) : dueAt;
	}

	/**
	 * Stores the task at a place in the order of all tasks.
	 * @param seq the sequence number
	 * @return the changed task
	 */
	public StoredTask withSeq(long seq) {
		return new StoredTask(seq, this.details, this.state);
	}

	/**
	 * Stores the task at a place in the order of all tasks, once it holds its unique key.
	 * @param seq the sequence number
	 * @return the changed task
	 */
	public StoredTask stored(long seq) {
		return (this.details.uniqueKey() != null) ? new StoredTask(seq, this.details.withUniqueKey(null), this.state)
				: withSeq(seq);
	}

	/**
	 * The task that waits for its first attempt runs with what a later one was to run
	 * with, and when that was to run, but not before it was put off to by its handler.
	 * @param later the later one, which is debounced
	 * @return the changed task
	 */
	StoredTask debounced(StoredTask later) {
		UniqueKey key = Objects.requireNonNull(later.details.uniqueKey());
		Instant latest = key.latest(this.details.createdAt());
		Instant dueAt = later.dueAt().isBefore(latest) ? later.dueAt() : latest;
		if (snoozes().count() > 0 && dueAt().isAfter(dueAt)) {
			dueAt = dueAt();
		}
		TaskOutcome outcome = this.state.outcome();
		return new StoredTask(this.seq, this.details.withArgumentsOf(later.details, snoozes()),
				new TaskState(this.state.status(), later.nextDueAt(dueAt), this.state.startedAt(), this.state.counts(),
						this.state.progress(), this.state.lease(),
						new TaskOutcome(null, outcome.elapsedSeconds(), null, null, outcome.node()), false));
	}

	/**
	 * A worker takes the task.
	 * @param lease the worker's hold
	 * @return the changed task
	 */
	public StoredTask claimed(Lease lease) {
		AttemptCounts counts = this.state.counts();
		return with(new TaskState(TaskStatus.STARTED, this.state.dueAt(), lease.heartbeatAt(),
				new AttemptCounts(counts.attempt() + 1, counts.retries(), counts.crashes()), TaskProgress.NONE, lease,
				this.state.outcome(), false));
	}

	/**
	 * The handler begins to run.
	 * @param now the time
	 * @return the changed task
	 */
	public StoredTask begun(Instant now) {
		return with(new TaskState(this.state.status(), this.state.dueAt(), now, this.state.counts(),
				this.state.progress(), this.state.lease(), this.state.outcome(), this.state.cancelRequested()));
	}

	/**
	 * The handler runs on.
	 * @param progress how far it is
	 * @param cancelRequested whether it was asked to stop because of a cancellation
	 * @return the changed task
	 */
	public StoredTask running(TaskProgress progress, boolean cancelRequested) {
		return with(new TaskState(this.state.status(), this.state.dueAt(), this.state.startedAt(), this.state.counts(),
				progress, this.state.lease(), this.state.outcome(), cancelRequested));
	}

	/**
	 * The handler returned.
	 * @param now the time
	 * @param result the result as JSON
	 * @return the changed task
	 */
	public StoredTask succeeded(Instant now, @Nullable String result) {
		TaskProgress progress = new TaskProgress(100, this.state.progress().message());
		return running(progress, this.state.cancelRequested()).completed(TaskStatus.SUCCESS, now, result, null);
	}

	/**
	 * The task is given up.
	 * @param now the time
	 * @param error the failure
	 * @return the changed task
	 */
	public StoredTask failed(Instant now, TaskError error) {
		return completed(TaskStatus.FAILED, now, null, error);
	}

	/**
	 * The task is cancelled.
	 * @param now the time
	 * @param error how its handler ended, if it ran
	 * @return the changed task
	 */
	public StoredTask cancelled(Instant now, @Nullable TaskError error) {
		return completed(TaskStatus.CANCELLED, now, null, error);
	}

	/**
	 * The task does not go on after an attempt because it was asked to stop before.
	 * @param now the time
	 * @return the changed task, cancelled
	 */
	public StoredTask stopped(Instant now) {
		AttemptCounts counts = this.state.counts();
		int retries = (this.state.status() == TaskStatus.RETRY) ? counts.retries() - 1 : counts.retries();
		return with(new TaskState(this.state.status(), this.state.dueAt(), this.state.startedAt(),
				new AttemptCounts(counts.attempt(), retries, counts.crashes()), this.state.progress(), null,
				this.state.outcome(), true))
			.cancelled(now, this.state.outcome().error());
	}

	/**
	 * The handler failed and will be tried again.
	 * @param now the time
	 * @param dueAt from when it may run again
	 * @param error the failure
	 * @return the changed task
	 */
	public StoredTask retrying(Instant now, Instant dueAt, TaskError error) {
		AttemptCounts counts = this.state.counts();
		return with(new TaskState(TaskStatus.RETRY, nextDueAt(dueAt), this.state.startedAt(),
				new AttemptCounts(counts.attempt(), counts.retries() + 1, counts.crashes()), this.state.progress(),
				null, new TaskOutcome(null, elapsed(now), null, error, node()), false));
	}

	/**
	 * The worker gives the task back unfinished; the attempt is not counted.
	 * @return the changed task
	 */
	public StoredTask givenBack() {
		AttemptCounts counts = this.state.counts();
		return pending(new AttemptCounts(counts.attempt() - 1, counts.retries(), counts.crashes()));
	}

	/**
	 * The handler puts the task off; the attempt is not counted.
	 * @param now the time
	 * @param dueAt from when it may run again
	 * @return the changed task
	 */
	public StoredTask snoozed(Instant now, Instant dueAt) {
		return new StoredTask(this.seq, withSnoozes(snoozes().oneMore(now)), putOff(now, dueAt));
	}

	/**
	 * The handler was asked to wait; neither the attempt nor that is counted.
	 * @param now the time
	 * @param dueAt from when it may run again
	 * @return the changed task
	 */
	public StoredTask rateLimited(Instant now, Instant dueAt) {
		return with(putOff(now, dueAt));
	}

	private TaskState putOff(Instant now, Instant dueAt) {
		AttemptCounts counts = this.state.counts();
		return new TaskState(TaskStatus.PENDING, nextDueAt(dueAt), null,
				new AttemptCounts(counts.attempt() - 1, counts.retries(), counts.crashes()), TaskProgress.NONE, null,
				new TaskOutcome(null, elapsed(now), null, errorOfRun(), node()), false);
	}

	/**
	 * Returns how often the task was snoozed.
	 * @return its snoozes
	 */
	public Snoozes snoozes() {
		return TaskHeaders.snoozes(this.details.headers());
	}

	StoredTask withoutLastSnooze() {
		return new StoredTask(this.seq, withSnoozes(snoozes().oneLess()), this.state);
	}

	private TaskDetails withSnoozes(Snoozes snoozes) {
		return this.details.withHeaders(TaskHeaders.withSnoozes(this.details.headers(), snoozes));
	}

	/**
	 * The worker cannot read the arguments and gives the task back; the attempt is not
	 * counted.
	 * @param dueAt when to try again
	 * @param error why it cannot
	 * @return the changed task
	 */
	public StoredTask unreadable(Instant dueAt, TaskError error) {
		StoredTask pending = givenBack();
		return pending.with(new TaskState(TaskStatus.PENDING, nextDueAt(dueAt), null, pending.state.counts(),
				TaskProgress.NONE, null, new TaskOutcome(null, 0, null, error, null), false));
	}

	/**
	 * Returns whether the task waits and no attempt to run it was counted.
	 * @return whether it does
	 */
	public boolean isWaitingForItsFirstAttempt() {
		return this.state.status() == TaskStatus.PENDING && this.state.counts().attempt() == 0;
	}

	/**
	 * Returns whether the task waits because its arguments could not be read.
	 * @return whether it does
	 */
	public boolean isUnreadable() {
		TaskError error = this.state.outcome().error();
		return this.state.status() == TaskStatus.PENDING && error != null && UNREADABLE.equals(error.type());
	}

	/**
	 * The worker died.
	 * @param now the time
	 * @param maxCrashes the number of crashes at which the task is given up
	 * @return the changed task: cancelled if that was asked for, failed if it crashed too
	 * often, else pending
	 */
	public StoredTask crashed(Instant now, int maxCrashes) {
		AttemptCounts counts = this.state.counts();
		int crashes = counts.crashes() + 1;
		StoredTask counted = with(new TaskState(this.state.status(), this.state.dueAt(), this.state.startedAt(),
				new AttemptCounts(counts.attempt(), counts.retries(), crashes), this.state.progress(),
				this.state.lease(), this.state.outcome(), this.state.cancelRequested()));
		if (this.state.cancelRequested()) {
			return counted.cancelled(now, null);
		}
		if (crashes >= maxCrashes) {
			return counted.failed(now, new TaskError(null,
					"The process died %d times while this task ran; it is not started again".formatted(crashes), null));
		}
		return counted.pending(counted.state.counts()).held();
	}

	/**
	 * A user queues the finished task again; failures, crashes and snoozes are forgotten.
	 * @param now the time
	 * @return the changed task
	 */
	public StoredTask requeued(Instant now) {
		TaskState waiting = new TaskState(TaskStatus.PENDING, nextDueAt(now), null,
				new AttemptCounts(this.state.counts().attempt(), 0, 0), TaskProgress.NONE, null, TaskOutcome.NONE,
				false);
		return new StoredTask(this.seq, withSnoozes(Snoozes.NONE), waiting);
	}

	/**
	 * A user takes back that the waiting task was cancelled.
	 * @return the changed task
	 */
	public StoredTask restored() {
		TaskOutcome outcome = this.state.outcome();
		return with(new TaskState(TaskStatus.PENDING, nextDueAt(this.state.dueAt()), null, this.state.counts(),
				TaskProgress.NONE, null,
				new TaskOutcome(null, outcome.elapsedSeconds(), null, outcome.error(), outcome.node()), false));
	}

	/**
	 * Returns the worker that runs the task or ran its last attempt.
	 * @return the worker, or {@code null} if the task was never started
	 */
	public @Nullable String node() {
		Lease lease = this.state.lease();
		return (lease != null) ? lease.node() : this.state.outcome().node();
	}

	private StoredTask completed(TaskStatus status, Instant now, @Nullable String result, @Nullable TaskError error) {
		return with(new TaskState(status, dueAt(), this.state.startedAt(), this.state.counts(), this.state.progress(),
				null, new TaskOutcome(now, finalElapsed(now), result, error, node()), this.state.cancelRequested()));
	}

	private StoredTask pending(AttemptCounts counts) {
		TaskOutcome outcome = this.state.outcome();
		return with(new TaskState(TaskStatus.PENDING, this.state.dueAt(), null, counts, TaskProgress.NONE, null,
				new TaskOutcome(null, outcome.elapsedSeconds(), null, errorOfRun(), outcome.node()), false));
	}

	// That it could not be read before is over once it runs.
	private @Nullable TaskError errorOfRun() {
		TaskError error = this.state.outcome().error();
		return (error != null && UNREADABLE.equals(error.type())) ? null : error;
	}

	private StoredTask with(TaskState state) {
		return new StoredTask(this.seq, this.details, state);
	}

	private double finalElapsed(Instant now) {
		return (this.state.lease() != null) ? elapsed(now) : this.state.outcome().elapsedSeconds();
	}

	private double elapsed(Instant now) {
		Instant startedAt = this.state.startedAt();
		return (startedAt != null) ? Math.max(0, Duration.between(startedAt, now).toNanos() / 1e9) : 0;
	}

}

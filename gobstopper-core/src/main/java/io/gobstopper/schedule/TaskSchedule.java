package io.gobstopper.schedule;

import java.time.Duration;
import java.time.ZoneId;

import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.Assert;

import io.gobstopper.TaskRequest;

/**
 * An immutable schedule that is kept as data; each method returns a changed copy.
 */
public final class TaskSchedule {

	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private static final Duration USUAL_MISSED_WITHIN = Duration.ofDays(1);

	private final String name;

	private final @Nullable String cron;

	private final @Nullable Duration every;

	private final ZoneId zone;

	private final TaskRequest request;

	private final MissedTimes missed;

	private final Duration missedWithin;

	private final Overlap overlap;

	private final Duration jitter;

	private TaskSchedule(String name, @Nullable String cron, @Nullable Duration every, ZoneId zone, TaskRequest request,
			MissedTimes missed, Duration missedWithin, Overlap overlap, Duration jitter) {
		Assert.isTrue(!missedWithin.isNegative(),
				() -> "'missedWithin' of schedule '%s' must not be negative, but is %s".formatted(name, missedWithin));
		Assert.isTrue(!jitter.isNegative(),
				() -> "'jitter' of schedule '%s' must not be negative, but is %s".formatted(name, jitter));
		Assert.isTrue(jitter.compareTo(ScheduleNames.LONGEST_JITTER) <= 0,
				() -> "'jitter' of schedule '%s' must be at most a day, but is %s".formatted(name, jitter));
		Assert.isTrue(request.delay() == null && request.runAt() == null,
				() -> "The task of schedule '%s' must have neither 'delay' nor 'runAt'".formatted(name));
		Assert.isTrue(request.idempotencyKey() == null,
				() -> "The task of schedule '%s' must have no 'idempotencyKey', as it runs more than once"
					.formatted(name));
		Assert.isTrue(request.uniqueness() == null,
				() -> "The task of schedule '%s' must have no unique key; set 'overlap' instead".formatted(name));
		this.name = ScheduleNames.check(name);
		this.cron = cron;
		this.every = every;
		this.zone = zone;
		this.request = request;
		this.missed = missed;
		this.missedWithin = missedWithin;
		this.overlap = overlap;
		this.jitter = jitter;
	}

	/**
	 * Returns a schedule at certain times.
	 * @param name the unique name
	 * @param expression the times, as in {@link GobstopperSchedule#cron()}
	 * @param zone the time zone of the expression
	 * @param request what to enqueue, with neither delay nor idempotency key
	 * @return the schedule
	 * @throws IllegalArgumentException if the expression is not valid
	 */
	public static TaskSchedule cron(String name, String expression, ZoneId zone, TaskRequest request) {
		try {
			CronExpression.parse(expression);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"'cron' of schedule '%s' is not valid: %s".formatted(name, ex.getMessage()), ex);
		}
		return new TaskSchedule(name, expression, null, zone, request, MissedTimes.RUN_ONCE, USUAL_MISSED_WITHIN,
				Overlap.SKIP, Duration.ZERO);
	}

	/**
	 * Returns a schedule in an interval, which is counted from when it is created.
	 * @param name the unique name
	 * @param interval the interval, at least one second
	 * @param request what to enqueue, with neither delay nor idempotency key
	 * @return the schedule
	 */
	public static TaskSchedule every(String name, Duration interval, TaskRequest request) {
		Assert.isTrue(interval.compareTo(SHORTEST) >= 0,
				() -> "'every' of schedule '%s' must be at least one second, but is %s".formatted(name, interval));
		return new TaskSchedule(name, null, interval, ZoneId.of("UTC"), request, MissedTimes.RUN_ONCE,
				USUAL_MISSED_WITHIN, Overlap.SKIP, Duration.ZERO);
	}

	/**
	 * Returns a copy that does something else about missed times.
	 * @param missed what becomes of them
	 * @return the copy
	 */
	public TaskSchedule missed(MissedTimes missed) {
		return new TaskSchedule(this.name, this.cron, this.every, this.zone, this.request, missed, this.missedWithin,
				this.overlap, this.jitter);
	}

	/**
	 * Returns a copy that makes up for missed times of another age.
	 * @param age how old they may be, one day if nothing is said
	 * @return the copy
	 */
	public TaskSchedule missedWithin(Duration age) {
		return new TaskSchedule(this.name, this.cron, this.every, this.zone, this.request, this.missed, age,
				this.overlap, this.jitter);
	}

	/**
	 * Returns a copy that does something else while an earlier task is not finished.
	 * @param overlap what happens
	 * @return the copy
	 */
	public TaskSchedule overlap(Overlap overlap) {
		return new TaskSchedule(this.name, this.cron, this.every, this.zone, this.request, this.missed,
				this.missedWithin, overlap, this.jitter);
	}

	/**
	 * Returns a copy that delays each task at random.
	 * @param longest the longest delay
	 * @return the copy
	 */
	public TaskSchedule jitter(Duration longest) {
		return new TaskSchedule(this.name, this.cron, this.every, this.zone, this.request, this.missed,
				this.missedWithin, this.overlap, longest);
	}

	/**
	 * Returns the unique name.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Returns the times.
	 * @return the expression, or {@code null} if there is an interval
	 */
	public @Nullable String cron() {
		return this.cron;
	}

	/**
	 * Returns the interval.
	 * @return the interval, or {@code null} if there is an expression
	 */
	public @Nullable Duration every() {
		return this.every;
	}

	/**
	 * Returns the time zone of the expression.
	 * @return the zone
	 */
	public ZoneId zone() {
		return this.zone;
	}

	/**
	 * Returns what is enqueued.
	 * @return the request
	 */
	public TaskRequest request() {
		return this.request;
	}

	/**
	 * Returns what becomes of missed times.
	 * @return what becomes of them
	 */
	public MissedTimes missed() {
		return this.missed;
	}

	/**
	 * Returns how old a missed time may be to be made up for.
	 * @return the age
	 */
	public Duration missedWithin() {
		return this.missedWithin;
	}

	/**
	 * Returns what happens while an earlier task is not finished.
	 * @return what happens
	 */
	public Overlap overlap() {
		return this.overlap;
	}

	/**
	 * Returns the longest random delay of a task after its time.
	 * @return the delay, zero for none
	 */
	public Duration jitter() {
		return this.jitter;
	}

}

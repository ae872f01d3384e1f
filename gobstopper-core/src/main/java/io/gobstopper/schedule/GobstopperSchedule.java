package io.gobstopper.schedule;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Enqueues the task of a {@link io.gobstopper.GobstopperTask} method again and again,
 * once for each time of the schedule, however many processes there are. The method may
 * have no argument that must be given. Placeholders are resolved in all texts.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(GobstopperSchedules.class)
public @interface GobstopperSchedule {

	/**
	 * The value of {@link #cron()} of a schedule that is switched off.
	 */
	String OFF = "-";

	/**
	 * The unique name of the schedule.
	 * @return the name, empty for that of the task
	 */
	String name() default "";

	/**
	 * When to enqueue: six fields (second, minute, hour, day of month, month, day of
	 * week) or a macro such as {@code @daily}, as in
	 * {@link org.springframework.scheduling.support.CronExpression}; {@value #OFF} for
	 * never. A fixed hour is one of the local calendar: where the clock skips it, the
	 * first moment afterwards counts, and where it comes twice, the first one. An hour
	 * with a wildcard or a step goes on as time does.
	 * @return the expression, empty if there is an interval
	 */
	String cron() default "";

	/**
	 * The interval in which to enqueue, such as {@code 15m}, counted from when it was
	 * first declared.
	 * @return the interval, at least one second, empty if there is an expression
	 */
	String every() default "";

	/**
	 * The time zone of the expression.
	 * @return the zone, empty for {@code gobstopper.schedules.zone}
	 */
	String zone() default "";

	/**
	 * What becomes of times at which nothing could be enqueued, as no process ran or the
	 * category was paused.
	 * @return what becomes of them
	 */
	MissedTimes missed() default MissedTimes.RUN_ONCE;

	/**
	 * How old a missed time may be to be made up for.
	 * @return the age
	 */
	String missedWithin() default "1d";

	/**
	 * What happens when the task of an earlier time is not finished.
	 * @return what happens
	 */
	Overlap overlap() default Overlap.SKIP;

	/**
	 * The longest random delay of a task after its time.
	 * @return the delay, empty for none
	 */
	String jitter() default "";

}

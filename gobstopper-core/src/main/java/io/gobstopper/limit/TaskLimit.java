package io.gobstopper.limit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Limits how many tasks run at once, or how many start within a time, in all processes
 * together. Beside {@link io.gobstopper.GobstopperTask}; a method may have several, whose
 * names differ, and a task starts once each of them has room for it. Several methods may
 * name one limit, which they share.
 * <p>
 * A task takes its place when it is about to start, and keeps it until its attempt ends:
 * one that waits for its next attempt has none. When its process dies, its place is free
 * once its lease has ended.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(TaskLimit.Limits.class)
public @interface TaskLimit {

	/**
	 * The name of the limit, by which {@code gobstopper.limits.<name>} can change its
	 * numbers: letters, digits, {@code -}, {@code _} and {@code .}. Placeholders are
	 * resolved.
	 * @return the name
	 */
	String name();

	/**
	 * What is limited each by itself, such as each tenant: an expression in Spring's
	 * expression language in which the arguments are variables, such as {@code #tenant}
	 * or {@code #order.customer}, as they are stored in JSON. It is evaluated when the
	 * task is enqueued. Empty if all tasks of the limit are limited together.
	 * @return the expression
	 */
	String key() default "";

	/**
	 * How many tasks with the same key may run at once, at least 1.
	 * @return the number, -1 if another method or a property says so, or for no limit
	 */
	int perKey() default -1;

	/**
	 * How many tasks may run at once, whatever their keys, at least 1.
	 * @return the number, -1 if another method or a property says so, or for no limit
	 */
	int total() default -1;

	/**
	 * How many tasks with the same key may start within a time, such as {@code 60/1m}.
	 * They are spread over it, and let through up to a second ahead, so within any time
	 * start at most as many as the rate says, {@link #burst()} more, and those of that
	 * second. Placeholders are resolved.
	 * @return the rate, empty if another method or a property says so, or for no limit
	 * @see LimitRate#of
	 */
	String rate() default "";

	/**
	 * How many tasks of a {@link #rate()} may start at the same moment after fewer than
	 * it allows have started, at least 1.
	 * @return the number, -1 if another method or a property says so, or for 1
	 */
	int burst() default -1;

	/**
	 * Whether tasks with the same key start one after the other, in the order in which
	 * they were enqueued, whatever their priorities: {@link #perKey()} is 1 then. A task
	 * that is to be tried again, or was put off, keeps those behind it waiting until it
	 * is finished; one that is enqueued for later has its turn once it is due. All
	 * methods that name the limit say the same. A task can have one such limit.
	 * @return whether they do
	 */
	boolean ordered() default false;

	/**
	 * What becomes of tasks with the same key if there are more than {@link #perKey()}.
	 * All methods that name the limit say the same.
	 * @return whether all wait, or some give way to others
	 */
	OnConflict onConflict() default OnConflict.WAIT;

	/**
	 * Several limits of one method.
	 */
	@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
	@Retention(RetentionPolicy.RUNTIME)
	@Documented
	@interface Limits {

		/**
		 * The limits.
		 * @return the limits
		 */
		TaskLimit[] value();

	}

}

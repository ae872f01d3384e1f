package io.gobstopper;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The delay between the attempts of one {@link GobstopperTask}. Each attribute left at
 * its default is taken from {@code gobstopper.retry.*}.
 */
@Target({})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Backoff {

	/**
	 * The delay after the first failure, such as {@code 2s}. Placeholders are resolved.
	 * @return the initial delay, empty for the configured one
	 */
	String initialDelay() default "";

	/**
	 * The factor by which each further failure lengthens the delay, at least 1.
	 * @return the multiplier, 0 for the configured one
	 */
	double multiplier() default 0;

	/**
	 * The longest delay, such as {@code 60s}. Placeholders are resolved.
	 * @return the cap, empty for the configured one
	 */
	String maxDelay() default "";

	/**
	 * The part of the delay that is random, from 0 (none) to 1 (anything from nothing to
	 * twice the delay).
	 * @return the jitter, negative for the configured one
	 */
	double jitter() default -1;

}

package io.gobstopper.handler;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import org.springframework.util.Assert;

/**
 * How long to wait between attempts: the delay grows by a factor with each failure, up to
 * a cap, and is then moved at random to either side.
 *
 * @param initialDelay the delay after the first failure
 * @param multiplier the factor for each further failure, at least 1
 * @param maxDelay the longest delay before jitter
 * @param jitter the part of the delay that is random, from 0 to 1
 */
public record RetryPolicy(Duration initialDelay, double multiplier, Duration maxDelay, double jitter) {

	public RetryPolicy {
		Assert.isTrue(!initialDelay.isNegative(),
				() -> "'initialDelay' must not be negative, but is %s".formatted(initialDelay));
		Assert.isTrue(multiplier >= 1, () -> "'multiplier' must be at least 1, but is %s".formatted(multiplier));
		Assert.isTrue(!maxDelay.isNegative(), () -> "'maxDelay' must not be negative, but is %s".formatted(maxDelay));
		Assert.isTrue(jitter >= 0 && jitter <= 1,
				() -> "'jitter' must be between 0 and 1, but is %s".formatted(jitter));
	}

	/**
	 * Returns the delay before the next attempt.
	 * @param failures how often the task has failed, at least 1
	 * @param random the source of jitter
	 * @return the delay, not negative
	 */
	public Duration delayAfter(int failures, RandomGenerator random) {
		double millis = Math.min(
				(double) TimeUnit.MILLISECONDS.convert(this.initialDelay) * Math.pow(this.multiplier, failures - 1.0),
				(double) TimeUnit.MILLISECONDS.convert(this.maxDelay));
		double spread = this.jitter * (2 * random.nextDouble() - 1);
		return Duration.ofMillis(Math.round(millis * (1 + spread)));
	}

}

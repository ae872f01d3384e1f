package io.gobstopper.limit;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import com.fasterxml.jackson.annotation.JsonValue;
import org.springframework.format.annotation.DurationFormat.Style;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.Assert;

/**
 * How many tasks may start within a time. They are spread over it: of sixty a minute, one
 * may start each second.
 *
 * @param tasks the number, at least 1
 * @param period the time, longer than 0 and at most 366 days
 */
public record LimitRate(int tasks, Duration period) {

	private static final Duration LONGEST = Duration.ofDays(366);

	private static final long NANOS_PER_MICRO = 1000;

	private static final char SEPARATOR = '/';

	/**
	 * Checks a rate.
	 * @param tasks the number, at least 1
	 * @param period the time, longer than 0 and at most 366 days
	 */
	public LimitRate {
		Assert.isTrue(tasks >= 1, () -> "A rate must be of at least 1 task, but is of %d".formatted(tasks));
		Assert.isTrue(period.compareTo(Duration.ZERO) > 0 && period.compareTo(LONGEST) <= 0,
				() -> "The time of a rate must be longer than 0 and at most 366 days, but is %s".formatted(period));
	}

	/**
	 * Reads a rate such as {@code 60/1m}, {@code 100/s} or {@code 5000/1d}: a number of
	 * tasks, and a time.
	 * @param text the rate
	 * @return the rate
	 * @throws IllegalArgumentException if it is none
	 */
	public static LimitRate of(String text) {
		int separator = text.indexOf(SEPARATOR);
		try {
			String period = text.substring(separator + 1).trim();
			int tasks = Integer.parseInt(text.substring(0, Math.max(0, separator)).trim());
			boolean isUnit = !period.isEmpty() && Character.isLetter(period.charAt(0)) && !period.startsWith("P");
			return new LimitRate(tasks, DurationFormatterUtils.detectAndParse(isUnit ? "1" + period : period));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"'%s' is no rate; one is a number of tasks and a time, such as 60/1m".formatted(text), ex);
		}
	}

	/**
	 * Returns the time from one task to the next.
	 * @return the time, at least a microsecond
	 */
	public Duration interval() {
		long roundedUp = -Math.floorDiv(-this.period.toNanos(), this.tasks * NANOS_PER_MICRO);
		return Duration.of(roundedUp, ChronoUnit.MICROS);
	}

	/**
	 * Returns the rate as {@link #of} reads it.
	 */
	@JsonValue
	@Override
	public String toString() {
		return "%d%c%s".formatted(this.tasks, SEPARATOR, DurationFormatterUtils.print(this.period, Style.COMPOSITE));
	}

}

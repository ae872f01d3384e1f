package io.gobstopper.limit;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What an operator has said of a limit instead of annotations and properties. Immutable.
 *
 * @param numbers the numbers; what is {@code null} stays as it is
 * @param until when it is over
 */
public record LimitOverride(LimitNumbers numbers, Instant until) {

	/**
	 * Returns numbers of limits as they are overridden.
	 * @param limits the numbers by the name of the limit
	 * @param overrides what is said instead, by the name of the limit
	 * @param now the time
	 * @return the numbers that count, by the name of the limit
	 */
	public static Map<String, LimitNumbers> apply(Map<String, LimitNumbers> limits,
			Map<String, LimitOverride> overrides, Instant now) {
		if (overrides.isEmpty()) {
			return limits;
		}
		Map<String, LimitNumbers> numbers = new HashMap<>(limits);
		overrides.forEach((name, override) -> {
			if (override.until().isAfter(now)) {
				numbers.put(name, override.numbers().or(limits.getOrDefault(name, LimitNumbers.NONE)));
			}
		});
		return numbers;
	}

}

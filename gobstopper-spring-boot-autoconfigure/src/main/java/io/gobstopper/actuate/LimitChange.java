package io.gobstopper.actuate;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.LimitRate;
import io.gobstopper.limit.TaskLimits;

/**
 * What is to be changed of a limit.
 *
 * @param key the key, {@code null} for the whole limit
 * @param perKey how many with the same key may run at once
 * @param total how many may run at once
 * @param rate how many may start within a time
 * @param burst how many of these at the same moment
 * @param timeToLive for how long these numbers count
 */
record LimitChange(@Nullable String key, @Nullable Integer perKey, @Nullable Integer total, @Nullable String rate,
		@Nullable Integer burst, @Nullable String timeToLive) {

	private static final String OVERRIDE = "override";

	void checkFits(boolean limits, String action) {
		EndpointProblems.checkOnlyFor("limits", limits, "key", this.key);
		EndpointProblems.checkOnlyFor("the pause of a limit", !limits || !isOfNumbers(action), "key", this.key);
		boolean overrides = limits && action.equals(OVERRIDE);
		EndpointProblems.checkOnlyFor(OVERRIDE, overrides, "perKey", this.perKey);
		EndpointProblems.checkOnlyFor(OVERRIDE, overrides, "total", this.total);
		EndpointProblems.checkOnlyFor(OVERRIDE, overrides, "rate", this.rate);
		EndpointProblems.checkOnlyFor(OVERRIDE, overrides, "burst", this.burst);
		EndpointProblems.checkOnlyFor(OVERRIDE, overrides, "timeToLive", this.timeToLive);
	}

	private static boolean isOfNumbers(String action) {
		return action.equals(OVERRIDE) || action.equals("reset");
	}

	// Returns what does it, or nothing if there is no such action.
	@Nullable Runnable of(TaskLimits limits, String limit, String action) {
		String key = this.key;
		return switch (action) {
			case "pause" -> (key != null) ? () -> limits.pause(limit, key) : () -> limits.pause(limit);
			case "resume" -> (key != null) ? () -> limits.resume(limit, key) : () -> limits.resume(limit);
			case OVERRIDE -> () -> limits.override(limit, numbers(), duration());
			case "reset" -> () -> limits.reset(limit);
			default -> null;
		};
	}

	private LimitNumbers numbers() {
		return new LimitNumbers(this.perKey, this.total,
				StringUtils.hasText(this.rate) ? LimitRate.of(this.rate) : null, this.burst);
	}

	private Duration duration() {
		Assert.notNull(this.timeToLive, "'timeToLive' is missing; say for how long, such as 2h");
		try {
			Assert.isTrue(!this.timeToLive.matches("-?[0-9]+"), "A number alone does not say of what");
			return DurationFormatterUtils.detectAndParse(this.timeToLive);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("'timeToLive' must be a time such as 30m, 2h or 1d", ex);
		}
	}

}

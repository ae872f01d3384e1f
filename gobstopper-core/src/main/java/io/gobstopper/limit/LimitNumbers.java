package io.gobstopper.limit;

import org.jspecify.annotations.Nullable;

/**
 * How many tasks a limit lets run at once, and how many it lets start within a time.
 *
 * @param perKey how many with the same key may run at once, {@code null} for any number
 * @param total how many altogether, {@code null} for any number
 * @param rate how many with the same key may start within a time, {@code null} for any
 * number
 * @param burst how many of these may start at the same moment, {@code null} for one
 */
public record LimitNumbers(@Nullable Integer perKey, @Nullable Integer total, @Nullable LimitRate rate,
		@Nullable Integer burst) {

	/**
	 * A limit of which nobody knows the numbers: it lets all tasks run.
	 */
	public static final LimitNumbers NONE = new LimitNumbers(null, null, null, null);

	/**
	 * Returns these numbers, and others where these say nothing.
	 * @param others the others
	 * @return the numbers
	 */
	public LimitNumbers or(LimitNumbers others) {
		return new LimitNumbers((this.perKey != null) ? this.perKey : others.perKey,
				(this.total != null) ? this.total : others.total, (this.rate != null) ? this.rate : others.rate,
				(this.burst != null) ? this.burst : others.burst);
	}

}

package io.gobstopper.limit;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * How many tasks a limit lets run at once, and how many it lets start within a time.
 *
 * @param perKey how many with the same key may run at once, {@code null} for any number
 * @param total how many altogether, {@code null} for any number
 * @param rate how many with the same key may start within a time, {@code null} for any
 * number
 * @param burst how many of these may start at the same moment, {@code null} for one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LimitNumbers(@Nullable Integer perKey, @Nullable Integer total, @Nullable LimitRate rate,
		@Nullable Integer burst) {

	/**
	 * A limit of which nobody knows the numbers: it lets all tasks run.
	 */
	public static final LimitNumbers NONE = new LimitNumbers(null, null, null, null);

	/**
	 * Checks that none is less than 1.
	 * @return these numbers
	 * @throws IllegalArgumentException if one is
	 */
	public LimitNumbers check() {
		check("perKey", this.perKey);
		check("total", this.total);
		check("burst", this.burst);
		return this;
	}

	private static void check(String name, @Nullable Integer number) {
		Assert.isTrue(number == null || number >= 1,
				() -> "'%s' must be at least 1, but is %d".formatted(name, number));
	}

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

package io.gobstopper.limit;

import org.jspecify.annotations.Nullable;

/**
 * How many tasks a limit lets run at once.
 *
 * @param perKey how many with the same key, {@code null} for any number
 * @param total how many altogether, {@code null} for any number
 */
public record LimitNumbers(@Nullable Integer perKey, @Nullable Integer total) {

	/**
	 * A limit of which nobody knows the numbers: it lets all tasks run.
	 */
	public static final LimitNumbers NONE = new LimitNumbers(null, null);

}

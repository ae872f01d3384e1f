package io.gobstopper.store.limit;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.gobstopper.limit.LimitNumbers;

/**
 * What was admitted of a database that several processes share.
 *
 * @param categories the categories of tasks that can be claimed now
 * @param later the categories of tasks that can be claimed at a time
 * @param openings what may let tasks pass at a time
 * @param limits the numbers of the limits by which they were admitted
 * @param limitsUntil when these numbers change, {@code null} if no such time is known
 * @param superseded those that give way to others
 * @param everywhere whether everything was looked at, or the last part of it
 */
public record Admissions(Set<String> categories, Map<Instant, Set<String>> later, Map<Instant, Set<Gate>> openings,
		Map<String, LimitNumbers> limits, @Nullable Instant limitsUntil, Superseded superseded, boolean everywhere) {

	/**
	 * Nothing was, as nothing has limits.
	 */
	public static final Admissions NONE = new Admissions(Set.of(), Map.of(), Map.of(), Map.of(), null, Superseded.NONE,
			true);

}

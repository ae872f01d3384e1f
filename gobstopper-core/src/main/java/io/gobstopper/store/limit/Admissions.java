package io.gobstopper.store.limit;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * What was admitted of a database that several processes share.
 *
 * @param categories the categories of tasks that can be claimed now
 * @param later the categories of tasks that can be claimed at a time
 * @param openings what may let tasks pass at a time
 * @param everywhere whether everything was looked at, or the last part of it
 */
public record Admissions(Set<String> categories, Map<Instant, Set<String>> later, Map<Instant, Set<Gate>> openings,
		boolean everywhere) {

}

package io.gobstopper.store.limit;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

import io.gobstopper.limit.LimitNumbers;

/**
 * Which held tasks may be admitted.
 *
 * @param now the time
 * @param startedAt when this process began to run tasks: what it says of limits is newer
 * than what is said by processes that began before
 * @param knownFor for how long that counts when nothing more is said
 * @param names the names of the tasks that can be run here
 * @param categories the categories that are run here, empty for all
 * @param limits the numbers of the limits
 */
public record AdmissionRequest(Instant now, Instant startedAt, Duration knownFor, Set<String> names,
		Set<String> categories, Map<String, LimitNumbers> limits) {

	/**
	 * Returns how many tasks may have passed a gate at once.
	 * @param gate the gate
	 * @return the number, the largest there is if any number may
	 */
	public int capacity(Gate gate) {
		LimitNumbers numbers = this.limits.getOrDefault(gate.limit(), LimitNumbers.NONE);
		Integer most = (gate.key() != null) ? numbers.perKey() : numbers.total();
		return (most != null) ? most : Integer.MAX_VALUE;
	}

	/**
	 * Returns whether a gate limits anything.
	 * @param gate the gate
	 * @return whether not any number may pass
	 */
	public boolean isLimiting(Gate gate) {
		return capacity(gate) < Integer.MAX_VALUE;
	}

	/**
	 * Returns whether tasks of a category are run here.
	 * @param category the category
	 * @return whether they are
	 */
	public boolean runs(String category) {
		return this.categories.isEmpty() || this.categories.contains(category);
	}

}

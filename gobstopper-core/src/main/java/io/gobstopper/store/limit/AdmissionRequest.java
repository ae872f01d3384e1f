package io.gobstopper.store.limit;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.OnConflict;

/**
 * Which held tasks may be admitted.
 *
 * @param now the time
 * @param startedAt when this process began to run tasks: what it says of limits is newer
 * than what is said by processes that began before
 * @param knownFor for how long that counts when nothing more is said
 * @param ahead how long before its start a task may be admitted that has a rate
 * @param names the names of the tasks that can be run here
 * @param categories the categories that are run here, empty for all
 * @param limits the numbers of the limits
 * @param conflicts what becomes of tasks with the same key if there are too many, where
 * not all wait, by the name of the limit
 */
public record AdmissionRequest(Instant now, Instant startedAt, Duration knownFor, Duration ahead, Set<String> names,
		Set<String> categories, Map<String, LimitNumbers> limits, Map<String, OnConflict> conflicts) {

	/**
	 * Admits nothing.
	 */
	static final AdmissionRequest NONE = new AdmissionRequest(Instant.EPOCH, Instant.EPOCH, Duration.ZERO,
			Duration.ZERO, Set.of(), Set.of(), Map.of(), Map.of());

	/**
	 * Returns how many tasks may have passed a gate at once.
	 * @param gate the gate
	 * @return the number, the largest there is if any number may
	 */
	public int capacity(Gate gate) {
		LimitNumbers numbers = numbers(gate);
		Integer most = (gate.key() != null) ? numbers.perKey() : numbers.total();
		return (most != null && !"".equals(gate.key())) ? most : Integer.MAX_VALUE;
	}

	/**
	 * Returns whether what ends may let others pass a gate.
	 * @param gate the gate
	 * @return whether it has a capacity, or is not known
	 */
	public boolean hasPlaces(Gate gate) {
		return !this.limits.containsKey(gate.limit()) || capacity(gate) < Integer.MAX_VALUE;
	}

	/**
	 * Returns how fast tasks may pass a gate.
	 * @param gate the gate
	 * @return the pace, or {@code null} for any
	 */
	public @Nullable Pace pace(Gate gate) {
		return Pace.of(numbers(gate), gate);
	}

	private LimitNumbers numbers(Gate gate) {
		return this.limits.getOrDefault(gate.limit(), LimitNumbers.NONE);
	}

	/**
	 * Returns whether a gate limits anything.
	 * @param gate the gate
	 * @return whether not any number may pass
	 */
	public boolean isLimiting(Gate gate) {
		return capacity(gate) < Integer.MAX_VALUE || pace(gate) != null;
	}

	/**
	 * Returns what becomes of tasks that wait before a gate.
	 * @param gate the gate
	 * @return whether they wait, or some give way to others
	 */
	public OnConflict onConflict(Gate gate) {
		return (StringUtils.hasLength(gate.key()) && capacity(gate) < Integer.MAX_VALUE)
				? this.conflicts.getOrDefault(gate.limit(), OnConflict.WAIT) : OnConflict.WAIT;
	}

	/**
	 * Returns the same for other numbers.
	 * @param numbers the numbers of the limits
	 * @return the request
	 */
	public AdmissionRequest with(Map<String, LimitNumbers> numbers) {
		return new AdmissionRequest(this.now, this.startedAt, this.knownFor, this.ahead, this.names, this.categories,
				numbers, this.conflicts);
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

package io.gobstopper.store.limit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.task.StoredTask;

/**
 * What was admitted.
 *
 * @param tasks the tasks, which can be claimed once they are due
 * @param nextAt when the next one is due, or may be admitted, {@code null} if no such
 * time is known
 * @param superseded those that give way to others
 */
public record Admission(List<StoredTask> tasks, @Nullable Instant nextAt, Superseded superseded) {

	/**
	 * Nothing was.
	 */
	public static final Admission NONE = new Admission(List.of(), null, Superseded.NONE);

	/**
	 * Returns this and what was admitted after it.
	 * @param later what was
	 * @return both
	 */
	public Admission and(Admission later) {
		List<StoredTask> all = new ArrayList<>(this.tasks);
		all.addAll(later.tasks);
		Instant nextAt = Stream.of(this, later)
			.map(Admission::nextAt)
			.filter(Objects::nonNull)
			.min(Comparator.naturalOrder())
			.orElse(null);
		return new Admission(all, nextAt, later.superseded);
	}

}

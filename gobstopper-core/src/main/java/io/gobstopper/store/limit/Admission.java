package io.gobstopper.store.limit;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.task.StoredTask;

/**
 * What was admitted.
 *
 * @param tasks the tasks, which can be claimed once they are due
 * @param nextAt when the next one is due, or may be admitted, {@code null} if no such
 * time is known
 */
public record Admission(List<StoredTask> tasks, @Nullable Instant nextAt) {

	/**
	 * Nothing was.
	 */
	public static final Admission NONE = new Admission(List.of(), null);

}

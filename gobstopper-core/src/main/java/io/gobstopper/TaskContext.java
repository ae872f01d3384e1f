package io.gobstopper;

import org.jspecify.annotations.Nullable;

/**
 * What a running handler can know and say of its task: declare a parameter of this type
 * to get one. It may be handed to other threads while the handler runs.
 */
public interface TaskContext {

	/**
	 * Returns the id of the task.
	 * @return a UUID
	 */
	String id();

	/**
	 * Returns which attempt this is.
	 * @return 1 for the first
	 */
	int attempt();

	/**
	 * Reports how far the task is. It is stored within a second, together with what other
	 * tasks report, so calling this often costs little.
	 * @param percent from 0 to 100; values beyond are cut
	 * @param message what is being done, or {@code null} to keep the last one
	 */
	void progress(double percent, @Nullable String message);

	/**
	 * Reports how far the task is and keeps the last message.
	 * @param percent from 0 to 100; values beyond are cut
	 */
	default void progress(double percent) {
		progress(percent, null);
	}

	/**
	 * Returns whether the handler should stop: the task was cancelled, ran out of time,
	 * was lost to another worker, or is to be given back by a shutdown.
	 * @return whether to stop
	 */
	boolean isCancelled();

	/**
	 * Stops the handler if it should.
	 * @throws TaskCancelledException if {@link #isCancelled()}
	 */
	void throwIfCancelled();

}

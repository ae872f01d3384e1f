package io.gobstopper;

import java.time.Instant;
import java.util.Optional;

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
	 * Returns the name under which the task was enqueued.
	 * @return the name, or a former name of the handler
	 */
	String name();

	/**
	 * Returns the category of the task.
	 * @return the category
	 */
	String category();

	/**
	 * Returns which attempt this is.
	 * @return 1 for the first
	 */
	int attempt();

	/**
	 * Returns how often the task is tried again if it fails.
	 * @return the number of retries, 0 for none
	 */
	int maxRetries();

	/**
	 * Returns when this attempt is stopped if it has not ended by then.
	 * @return the time, or empty if the handler has no timeout
	 */
	Optional<Instant> deadline();

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
	 * Returns why the handler should stop.
	 * @return the reason, or empty if it should not
	 */
	Optional<StopReason> stopReason();

	/**
	 * Stops the handler if it should.
	 * @throws TaskCancelledException if {@link #isCancelled()}
	 */
	void throwIfCancelled();

	/**
	 * Why a handler should stop.
	 */
	enum StopReason {

		/**
		 * A user cancelled the task.
		 */
		CANCELLED,

		/**
		 * The attempt ran longer than its timeout.
		 */
		TIMED_OUT,

		/**
		 * Another process has the task, or may have it, as this one could not reach the
		 * database for too long.
		 */
		LEASE_LOST,

		/**
		 * The application stops; the task will run again.
		 */
		SHUTDOWN

	}

}

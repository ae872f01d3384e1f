package io.gobstopper;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.core.NamedThreadLocal;

/**
 * What a running handler can know and say of its task: ask for {@link #current()}, or
 * declare a parameter of this type to get one. It may be handed to other threads while
 * the handler runs.
 */
public interface TaskContext {

	/**
	 * The header that names the schedule by which a task was enqueued.
	 */
	String SCHEDULE_HEADER = "gobstopper-schedule";

	/**
	 * The name of the header that holds the limits of a task, a JSON object of their
	 * keys.
	 */
	String LIMITS_HEADER = "gobstopper-limits";

	/**
	 * The header that names the limit by whose key tasks start in order.
	 */
	String ORDERED_HEADER = "gobstopper-ordered";

	/**
	 * The header with the key by which a task takes turns with others of its category.
	 */
	String FAIRNESS_KEY_HEADER = "gobstopper-fairness-key";

	/**
	 * The header that names the unique key with which a task was enqueued.
	 */
	String UNIQUE_KEY_HEADER = "gobstopper-unique-key";

	/**
	 * The header with the time for which a schedule enqueued a task, in ISO-8601.
	 */
	String SCHEDULED_AT_HEADER = "gobstopper-scheduled-at";

	/**
	 * The header with the time for which the schedule enqueued the task before, in
	 * ISO-8601.
	 */
	String PREVIOUS_SCHEDULED_AT_HEADER = "gobstopper-previous-scheduled-at";

	/**
	 * Returns the context of the task that runs on this thread.
	 * @return the context
	 * @throws IllegalStateException if the thread is not that on which a handler was
	 * called; hand the context to other threads
	 */
	static TaskContext current() {
		TaskContext context = Scope.CURRENT.get();
		if (context == null) {
			throw new IllegalStateException("No task runs on this thread; ask for the context on the thread on which "
					+ "its handler was called");
		}
		return context;
	}

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
	 * Returns how often the handler has put the task off with a {@link SnoozeException}.
	 * @return the number of snoozes, 0 if it never did
	 */
	int snoozeCount();

	/**
	 * Returns when this attempt is stopped if it has not ended by then.
	 * @return the time, or empty if the handler has no timeout
	 */
	Optional<Instant> deadline();

	/**
	 * Returns what was given with the task, and the trace in which it was enqueued.
	 * @return the headers
	 */
	Map<String, String> headers();

	/**
	 * Returns the time for which a schedule enqueued the task, which may be earlier than
	 * when it did.
	 * @return the time, or empty if no schedule did
	 */
	default Optional<Instant> scheduledAt() {
		return Optional.ofNullable(headers().get(SCHEDULED_AT_HEADER)).map(Instant::parse);
	}

	/**
	 * Returns the time for which the schedule enqueued the task before this one.
	 * @return the time, or empty if there was none
	 */
	default Optional<Instant> previousScheduledAt() {
		return Optional.ofNullable(headers().get(PREVIOUS_SCHEDULED_AT_HEADER)).map(Instant::parse);
	}

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
	 * Makes a context that of a thread while something is called.
	 */
	final class Scope {

		private static final ThreadLocal<@Nullable TaskContext> CURRENT = new NamedThreadLocal<>("Gobstopper task");

		private Scope() {
		}

		/**
		 * Calls something that may ask for {@link TaskContext#current()}.
		 * @param <T> the type of what it returns
		 * @param <E> the type of what it throws
		 * @param context the context
		 * @param callable what to call
		 * @return what it returns
		 * @throws E what it throws
		 */
		public static <T, E extends Throwable> @Nullable T call(TaskContext context, ThrowingCallable<T, E> callable)
				throws E {
			TaskContext before = CURRENT.get();
			CURRENT.set(context);
			try {
				return callable.call();
			}
			finally {
				if (before != null) {
					CURRENT.set(before);
				}
				else {
					CURRENT.remove();
				}
			}
		}

		/**
		 * Something to call.
		 *
		 * @param <T> the type of what it returns
		 * @param <E> the type of what it throws
		 */
		@FunctionalInterface
		public interface ThrowingCallable<T, E extends Throwable> {

			/**
			 * Does what is to be done.
			 * @return the result
			 * @throws E if it fails
			 */
			@Nullable T call() throws E;

		}

	}

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

package io.gobstopper.worker.execution;

import java.util.function.Supplier;

import io.gobstopper.store.task.StoredTask;

/**
 * Goes around the calls of handlers, on the threads that make them.
 */
public interface AttemptInterceptor {

	/**
	 * Adds nothing.
	 */
	AttemptInterceptor NONE = (task, attempt) -> attempt.get();

	/**
	 * Returns an interceptor that goes around another one.
	 * @param inner the other one
	 * @return both
	 */
	default AttemptInterceptor andThen(AttemptInterceptor inner) {
		return (task, attempt) -> around(task, () -> inner.around(task, attempt));
	}

	/**
	 * Makes an attempt.
	 * @param task the running task
	 * @param attempt calls the handler and never throws
	 * @return what the attempt returned
	 */
	AttemptEnd around(StoredTask task, Supplier<AttemptEnd> attempt);

}

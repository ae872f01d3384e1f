package io.gobstopper.worker;

import java.util.function.Supplier;

import io.gobstopper.store.StoredTask;

/**
 * Goes around the calls of handlers, on the threads that make them.
 */
public interface AttemptInterceptor {

	/**
	 * Adds nothing.
	 */
	AttemptInterceptor NONE = (task, attempt) -> attempt.get();

	/**
	 * Makes an attempt.
	 * @param task the running task
	 * @param attempt calls the handler and never throws
	 * @return what the attempt returned
	 */
	AttemptEnd around(StoredTask task, Supplier<AttemptEnd> attempt);

}

package io.gobstopper.queue;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskRequest;

/**
 * Goes around each call that enqueues, on the caller's thread.
 */
public interface EnqueueInterceptor {

	/**
	 * Adds nothing.
	 */
	EnqueueInterceptor NONE = (requests, enqueue) -> enqueue.apply(Map.of());

	/**
	 * Enqueues tasks.
	 * @param requests what is enqueued
	 * @param enqueue enqueues it, with headers that are to be stored with each task
	 * @return what {@code enqueue} returned
	 */
	List<EnqueueResult> around(Collection<TaskRequest> requests,
			Function<Map<String, String>, List<EnqueueResult>> enqueue);

}

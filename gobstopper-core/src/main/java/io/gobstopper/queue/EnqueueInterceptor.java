package io.gobstopper.queue;

import java.util.Collection;
import java.util.HashMap;
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
	 * Returns an interceptor that goes around another one.
	 * @param inner the other one
	 * @return both; a header of the inner one counts if both have it
	 */
	default EnqueueInterceptor andThen(EnqueueInterceptor inner) {
		return (requests, enqueue) -> around(requests, (outerHeaders) -> inner.around(requests, (innerHeaders) -> {
			Map<String, String> all = new HashMap<>(outerHeaders);
			all.putAll(innerHeaders);
			return enqueue.apply(all);
		}));
	}

	/**
	 * Enqueues tasks.
	 * @param requests what is enqueued
	 * @param enqueue enqueues it, with headers that are to be stored with each task
	 * @return what {@code enqueue} returned
	 */
	List<EnqueueResult> around(Collection<TaskRequest> requests,
			Function<Map<String, String>, List<EnqueueResult>> enqueue);

}

package io.gobstopper.observation;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;

import io.gobstopper.TaskRequest;

/**
 * What is known of a call that enqueues tasks.
 */
public final class EnqueueContext extends SenderContext<Map<String, String>> {

	private final List<TaskRequest> requests;

	private final String taskName;

	EnqueueContext(Collection<TaskRequest> requests, String taskName) {
		super((headers, name, value) -> {
			if (headers != null) {
				headers.put(name, value);
			}
		}, Kind.PRODUCER);
		this.requests = List.copyOf(requests);
		this.taskName = taskName;
		setCarrier(new LinkedHashMap<>());
	}

	/**
	 * Returns what is enqueued.
	 * @return the requests, at least one
	 */
	public List<TaskRequest> getRequests() {
		return this.requests;
	}

	/**
	 * Returns the name of the tasks.
	 * @return the name, {@code unknown} if nobody handles it, {@code several} if there
	 * are several
	 */
	public String getTaskName() {
		return this.taskName;
	}

}

package io.gobstopper.worker.execution;

import org.slf4j.MDC;

import io.gobstopper.store.task.StoredTask;

/**
 * What the log lines of a handler carry: the task in the logging context of the thread.
 */
final class TaskMdc {

	static final String ID = "taskId";

	static final String NAME = "taskName";

	static final String CATEGORY = "taskCategory";

	static final String ATTEMPT = "taskAttempt";

	private TaskMdc() {
	}

	static void put(StoredTask task) {
		MDC.put(ID, task.id().toString());
		MDC.put(NAME, task.details().name());
		MDC.put(CATEGORY, task.details().category());
		MDC.put(ATTEMPT, Integer.toString(task.state().counts().attempt()));
	}

	static void remove() {
		MDC.remove(ID);
		MDC.remove(NAME);
		MDC.remove(CATEGORY);
		MDC.remove(ATTEMPT);
	}

}

package io.gobstopper.queue;

import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskListener;
import io.gobstopper.store.StoredTask;
import io.gobstopper.store.TaskStoreListener;

/**
 * Calls the application's {@link TaskListener} beans.
 */
final class TaskListeners implements TaskStoreListener {

	private static final Log logger = LogFactory.getLog(TaskListeners.class);

	private final List<TaskListener> listeners;

	private final TaskInfoMapper mapper;

	TaskListeners(List<TaskListener> listeners, TaskInfoMapper mapper) {
		this.listeners = listeners;
		this.mapper = mapper;
	}

	@Override
	public void settled(StoredTask task) {
		if (this.listeners.isEmpty()) {
			return;
		}
		TaskInfo info = this.mapper.map(task);
		for (TaskListener listener : this.listeners) {
			try {
				tell(listener, info);
			}
			catch (RuntimeException ex) {
				logger.error("Task listener %s failed for task %s".formatted(listener, info.id()), ex);
			}
		}
	}

	private static void tell(TaskListener listener, TaskInfo task) {
		switch (task.status()) {
			case SUCCESS -> listener.onSuccess(task);
			case RETRY -> listener.onRetry(task);
			case FAILED -> listener.onFailure(task);
			case CANCELLED -> listener.onCancel(task);
			case PENDING, STARTED -> logger.trace("Nobody is told that a task was given back");
		}
	}

}

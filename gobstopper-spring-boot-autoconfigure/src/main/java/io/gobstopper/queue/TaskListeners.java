package io.gobstopper.queue;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.util.function.SingletonSupplier;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskCancelledEvent;
import io.gobstopper.TaskFailedEvent;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskListener;
import io.gobstopper.TaskSucceededEvent;
import io.gobstopper.store.StoredAttempt;
import io.gobstopper.store.StoredTask;
import io.gobstopper.store.TaskStoreListener;

/**
 * Calls the application's {@link TaskListener} beans and publishes application events.
 */
public final class TaskListeners implements TaskStoreListener {

	private static final Log logger = LogFactory.getLog(TaskListeners.class);

	private final SingletonSupplier<List<TaskListener>> listeners;

	private final TaskInfoMapper mapper;

	private final ApplicationEventPublisher events;

	/**
	 * Creates the caller.
	 * @param listeners the beans, asked for when there is something to tell, so that they
	 * may use the queue themselves
	 * @param jsonMapper reads arguments and results
	 * @param events publishes application events
	 */
	public TaskListeners(Supplier<List<TaskListener>> listeners, JsonMapper jsonMapper,
			ApplicationEventPublisher events) {
		this.listeners = SingletonSupplier.of(listeners);
		this.mapper = new TaskInfoMapper(jsonMapper);
		this.events = events;
	}

	@Override
	public void inserted(List<StoredTask> tasks) {
		if (anyone()) {
			tasks.forEach((task) -> tell(this.mapper.map(task), TaskListener::onEnqueue));
		}
	}

	@Override
	public void started(StoredTask task) {
		if (anyone()) {
			tell(this.mapper.map(task), TaskListener::onStart);
		}
	}

	@Override
	public void progressed(StoredTask task) {
		if (anyone()) {
			tell(this.mapper.map(task), TaskListener::onProgress);
		}
	}

	@Override
	public void settled(StoredTask task, @Nullable StoredAttempt attempt) {
		TaskInfo info = this.mapper.map(task);
		switch (task.status()) {
			case SUCCESS -> {
				tell(info, TaskListener::onSuccess);
				publish(new TaskSucceededEvent(info));
			}
			case FAILED -> {
				tell(info, TaskListener::onFailure);
				publish(new TaskFailedEvent(info));
			}
			case CANCELLED -> {
				tell(info, TaskListener::onCancel);
				publish(new TaskCancelledEvent(info));
			}
			case RETRY -> tell(info, TaskListener::onRetry);
			case PENDING, STARTED -> logger.trace("Nobody is told that a task was given back");
		}
	}

	@Override
	public void recovered(StoredTask task) {
		if (anyone()) {
			tell(this.mapper.map(task), TaskListener::onRecover);
		}
	}

	private boolean anyone() {
		return !this.listeners.obtain().isEmpty();
	}

	private void tell(TaskInfo task, BiConsumer<TaskListener, TaskInfo> news) {
		for (TaskListener listener : this.listeners.obtain()) {
			try {
				news.accept(listener, task);
			}
			catch (RuntimeException ex) {
				logger.error("Task listener %s failed for task %s".formatted(listener, task.id()), ex);
			}
		}
	}

	private void publish(Object event) {
		try {
			this.events.publishEvent(event);
		}
		catch (RuntimeException ex) {
			logger.error("A listener of the application failed for %s".formatted(event.getClass().getSimpleName()), ex);
		}
	}

}

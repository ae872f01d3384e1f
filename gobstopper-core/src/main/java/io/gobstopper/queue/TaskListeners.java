package io.gobstopper.queue;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.util.function.SingletonSupplier;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskAttempt.Outcome;
import io.gobstopper.TaskInfo;
import io.gobstopper.event.TaskCancelledEvent;
import io.gobstopper.event.TaskFailedEvent;
import io.gobstopper.event.TaskListener;
import io.gobstopper.event.TaskSucceededEvent;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.TaskStoreListener;

/**
 * Calls the application's {@link TaskListener} beans and publishes application events.
 */
public final class TaskListeners implements TaskStoreListener {

	private static final Log logger = LogFactory.getLog(TaskListeners.class);

	private final SingletonSupplier<List<TaskListener>> listeners;

	private final TaskInfoMapper mapper;

	private final @Nullable CompletionEvents events;

	/**
	 * Creates the caller.
	 * @param listeners the beans, asked for when there is something to tell, so that they
	 * may use the queue themselves
	 * @param jsonMapper reads arguments and results
	 * @param context publishes application events
	 */
	public TaskListeners(Supplier<List<TaskListener>> listeners, JsonMapper jsonMapper, ApplicationContext context) {
		this.listeners = SingletonSupplier.of(listeners);
		this.mapper = new TaskInfoMapper(jsonMapper);
		this.events = new CompletionEvents(context);
	}

	/**
	 * Creates a caller of beans only, which publishes no application events.
	 * @param listeners the beans
	 * @param jsonMapper reads arguments and results
	 */
	public TaskListeners(Supplier<List<TaskListener>> listeners, JsonMapper jsonMapper) {
		this.listeners = SingletonSupplier.of(listeners);
		this.mapper = new TaskInfoMapper(jsonMapper);
		this.events = null;
	}

	@Override
	public void inserted(List<StoredTask> tasks) {
		tasks.forEach((task) -> tell(task, TaskListener::onEnqueue));
	}

	@Override
	public void started(StoredTask task) {
		tell(task, TaskListener::onStart);
	}

	@Override
	public void progressed(StoredTask task) {
		tell(task, TaskListener::onProgress);
	}

	@Override
	public void settled(StoredTask task, @Nullable StoredAttempt attempt) {
		switch (task.status()) {
			case SUCCESS -> completed(task, TaskListener::onSuccess, TaskSucceededEvent.class, TaskSucceededEvent::new);
			case FAILED -> completed(task, TaskListener::onFailure, TaskFailedEvent.class, TaskFailedEvent::new);
			case CANCELLED ->
				completed(task, TaskListener::onCancel, TaskCancelledEvent.class, TaskCancelledEvent::new);
			case RETRY -> tell(task, TaskListener::onRetry);
			case PENDING, STARTED -> {
				if (attempt != null && isPutOff(attempt.outcome())) {
					tell(task, TaskListener::onSnooze);
				}
			}
		}
	}

	private static boolean isPutOff(Outcome outcome) {
		return outcome == Outcome.SNOOZED || outcome == Outcome.RATE_LIMITED;
	}

	private void completed(StoredTask task, BiConsumer<TaskListener, TaskInfo> news, Class<?> eventType,
			Function<TaskInfo, Object> event) {
		tell(task, news);
		if (this.events != null && this.events.isHeard(eventType)) {
			publish(this.events, event.apply(this.mapper.map(task)));
		}
	}

	@Override
	public void recovered(StoredTask task) {
		tell(task, TaskListener::onRecover);
	}

	private void tell(StoredTask task, BiConsumer<TaskListener, TaskInfo> news) {
		List<TaskListener> all = this.listeners.obtain();
		if (all.isEmpty()) {
			return;
		}
		TaskInfo info = this.mapper.map(task);
		for (TaskListener listener : all) {
			try {
				news.accept(listener, info);
			}
			catch (Throwable ex) {
				logger.error("Task listener %s failed for task %s".formatted(listener, info.id()), ex);
			}
		}
	}

	private static void publish(CompletionEvents events, Object event) {
		try {
			events.publish(event);
		}
		catch (Throwable ex) {
			logger.error("A listener of the application failed for %s".formatted(event.getClass().getSimpleName()), ex);
		}
	}

}

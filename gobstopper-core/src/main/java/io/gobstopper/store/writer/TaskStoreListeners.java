package io.gobstopper.store.writer;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.gobstopper.store.schedule.ScheduleStep;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;

/**
 * Calls several listeners, each of them even if another fails.
 */
final class TaskStoreListeners implements TaskStoreListener {

	private static final Log logger = LogFactory.getLog(TaskStoreListeners.class);

	private final List<TaskStoreListener> listeners = new CopyOnWriteArrayList<>();

	private final List<TaskStoreListener> last = new CopyOnWriteArrayList<>();

	void add(TaskStoreListener listener) {
		this.listeners.add(listener);
	}

	void addLast(TaskStoreListener listener) {
		this.last.add(listener);
	}

	void remove(TaskStoreListener listener) {
		this.listeners.remove(listener);
		this.last.remove(listener);
	}

	@Override
	public void inserted(List<StoredTask> tasks) {
		tell((listener) -> listener.inserted(tasks));
	}

	@Override
	public void started(StoredTask task) {
		tell((listener) -> listener.started(task));
	}

	@Override
	public void progressed(StoredTask task) {
		tell((listener) -> listener.progressed(task));
	}

	@Override
	public void replaced(StoredTask task) {
		tell((listener) -> listener.replaced(task));
	}

	@Override
	public void settled(StoredTask task, @Nullable StoredAttempt attempt) {
		tell((listener) -> listener.settled(task, attempt));
	}

	@Override
	public void recovered(StoredTask task) {
		tell((listener) -> listener.recovered(task));
	}

	@Override
	public void fenced(StoredTask task) {
		tell((listener) -> listener.fenced(task));
	}

	@Override
	public void committed(int writes, long nanos, boolean succeeded) {
		tell((listener) -> listener.committed(writes, nanos, succeeded));
	}

	@Override
	public void checkpointed(long nanos) {
		tell((listener) -> listener.checkpointed(nanos));
	}

	@Override
	public void willBeDue(Instant time) {
		tell((listener) -> listener.willBeDue(time));
	}

	@Override
	public void scheduled(ScheduleStep step) {
		tell((listener) -> listener.scheduled(step));
	}

	private void tell(Consumer<TaskStoreListener> news) {
		this.listeners.forEach((listener) -> tell(listener, news));
		this.last.forEach((listener) -> tell(listener, news));
	}

	private static void tell(TaskStoreListener listener, Consumer<TaskStoreListener> news) {
		try {
			news.accept(listener);
		}
		catch (Throwable ex) {
			logger.error("A listener of the task queue failed", ex);
		}
	}

}

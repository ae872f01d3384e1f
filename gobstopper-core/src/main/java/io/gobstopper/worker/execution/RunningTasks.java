package io.gobstopper.worker.execution;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.ProgressReport;
import io.gobstopper.store.task.TaskProgress;

/**
 * The attempts that run in this process. Safe for use by several threads.
 */
public final class RunningTasks {

	private final Map<UUID, TaskExecution> byId = new ConcurrentHashMap<>();

	private final Set<UUID> cancelledEarly = ConcurrentHashMap.newKeySet();

	void add(TaskExecution execution) {
		this.byId.put(execution.taskId(), execution);
		if (!this.cancelledEarly.isEmpty() && this.cancelledEarly.remove(execution.taskId())) {
			execution.stop(AttemptStop.CANCELLED);
		}
	}

	// Cancels a task that is about to be added, or was meanwhile.
	public void stopWhenAdded(UUID id) {
		this.cancelledEarly.add(id);
		if (stop(id, AttemptStop.CANCELLED)) {
			this.cancelledEarly.remove(id);
		}
	}

	// Those which were not added by now run elsewhere or not at all.
	public void forgetEarlyCancellations() {
		this.cancelledEarly.clear();
	}

	void remove(TaskExecution execution) {
		this.byId.remove(execution.taskId(), execution);
		if (this.byId.isEmpty()) {
			synchronized (this) {
				notifyAll();
			}
		}
	}

	public boolean stop(UUID id, AttemptStop reason) {
		TaskExecution execution = this.byId.get(id);
		if (execution != null) {
			execution.stop(reason);
		}
		return execution != null;
	}

	public void stop(Fence fence, AttemptStop reason) {
		for (TaskExecution execution : this.byId.values()) {
			if (execution.fence().equals(fence)) {
				execution.stop(reason);
			}
		}
	}

	public void stopAll(AttemptStop reason) {
		this.byId.values().forEach((execution) -> execution.stop(reason));
	}

	public Collection<TaskExecution> all() {
		return List.copyOf(this.byId.values());
	}

	public Set<UUID> ids() {
		return Set.copyOf(this.byId.keySet());
	}

	public @Nullable TaskExecution find(UUID id) {
		return this.byId.get(id);
	}

	public List<ProgressReport> takeUnsavedProgress() {
		List<ProgressReport> reports = new ArrayList<>();
		for (TaskExecution execution : this.byId.values()) {
			@Nullable TaskProgress progress = execution.takeUnsavedProgress();
			if (progress != null) {
				reports.add(new ProgressReport(execution.fence(), progress));
			}
		}
		return reports;
	}

	// Waits until nothing runs.
	public synchronized boolean awaitIdle(Duration timeout) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
		while (!this.byId.isEmpty()) {
			long left = deadline - System.nanoTime();
			if (left <= 0) {
				return false;
			}
			TimeUnit.NANOSECONDS.timedWait(this, left);
		}
		return true;
	}

}

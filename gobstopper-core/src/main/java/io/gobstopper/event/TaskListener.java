package io.gobstopper.event;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQueueService;

/**
 * Is told what became of the tasks that this process runs or cancels; declare a bean to
 * get called. Calls come after the change is stored, one at a time and in order from one
 * thread. A listener that throws is reported in the log and changes nothing; one that is
 * slow slows the workers down and, when very many calls wait, those who enqueue. It must
 * not wait for {@link TaskQueueService#completion}, which completes after it returns.
 */
public interface TaskListener {

	/**
	 * A task was enqueued.
	 * @param task the new task
	 */
	default void onEnqueue(TaskInfo task) {
	}

	/**
	 * A handler is called for a task.
	 * @param task the running task
	 */
	default void onStart(TaskInfo task) {
	}

	/**
	 * A running task told how far it is. What is told within a fraction of a second is
	 * told here once.
	 * @param task the running task with its progress
	 */
	default void onProgress(TaskInfo task) {
	}

	/**
	 * A task succeeded.
	 * @param task the task with its result
	 */
	default void onSuccess(TaskInfo task) {
	}

	/**
	 * A task failed and will be tried again.
	 * @param task the task with its error and the due time of its next attempt
	 */
	default void onRetry(TaskInfo task) {
	}

	/**
	 * A task was put off by its handler, which threw a
	 * {@link io.gobstopper.SnoozeException}, or was rate limited.
	 * @param task the task with its snoozes and its new due time
	 */
	default void onSnooze(TaskInfo task) {
	}

	/**
	 * A task failed for good.
	 * @param task the task with its error
	 */
	default void onFailure(TaskInfo task) {
	}

	/**
	 * A task was cancelled.
	 * @param task the task
	 */
	default void onCancel(TaskInfo task) {
	}

	/**
	 * The process that ran a task died. If the task is thereby completed,
	 * {@link #onFailure} or {@link #onCancel} follows.
	 * @param task the task with its crash counted, pending again or completed
	 */
	default void onRecover(TaskInfo task) {
	}

}

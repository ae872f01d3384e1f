package io.gobstopper;

/**
 * Is told what became of the tasks that this process runs or cancels; declare a bean to
 * get called. Calls come after the change is stored, one at a time and in order from one
 * thread. A listener that throws is reported in the log and changes nothing; one that is
 * slow slows the workers down.
 */
public interface TaskListener {

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

}

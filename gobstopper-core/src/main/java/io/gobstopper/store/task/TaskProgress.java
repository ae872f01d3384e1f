package io.gobstopper.store.task;

/**
 * How far a task is, in its handler's words.
 *
 * @param percent from 0 to 100
 * @param message what is being done, empty if unsaid
 */
public record TaskProgress(double percent, String message) {

	/**
	 * Before anything was reported.
	 */
	public static final TaskProgress NONE = new TaskProgress(0, "");

}

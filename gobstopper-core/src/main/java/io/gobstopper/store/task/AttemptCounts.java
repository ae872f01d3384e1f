package io.gobstopper.store.task;

/**
 * How often a task was started, tried again and lost.
 *
 * @param attempt the starts, given-back ones excepted; the current attempt while running
 * @param retries the repetitions after a failure
 * @param crashes the deaths of the process that ran it
 */
public record AttemptCounts(int attempt, int retries, int crashes) {

	/**
	 * Of a task that was never started.
	 */
	public static final AttemptCounts NONE = new AttemptCounts(0, 0, 0);

}

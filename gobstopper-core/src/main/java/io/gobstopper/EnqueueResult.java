package io.gobstopper;

/**
 * What became of an enqueued request.
 *
 * @param id the id of the task, a new one or the one that already holds the key
 * @param outcome what became of the request
 */
public record EnqueueResult(String id, Outcome outcome) {

	/**
	 * Returns whether this request created the task.
	 * @return whether it did
	 */
	public boolean created() {
		return this.outcome == Outcome.CREATED;
	}

	/**
	 * What may become of a request.
	 */
	public enum Outcome {

		/**
		 * It created a task.
		 */
		CREATED,

		/**
		 * A debounced task with its key waited, and runs later and with the arguments of
		 * this request.
		 */
		REPLACED,

		/**
		 * A task that holds its idempotency or unique key was there already, and is left
		 * as it is.
		 */
		EXISTING

	}

}

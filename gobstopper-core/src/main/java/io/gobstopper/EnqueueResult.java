package io.gobstopper;

/**
 * What became of an enqueued request.
 *
 * @param id the id of the task, a new one or the one that already holds the idempotency
 * key
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
		 * A task with its idempotency key was there already, and is left as it is.
		 */
		EXISTING

	}

}

package io.gobstopper.test;

import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import io.gobstopper.TaskStatus;

/**
 * Assertions of a task as it was when the test asked for it.
 */
public final class TestedTaskAssert extends AbstractAssert<TestedTaskAssert, TestedTask> {

	TestedTaskAssert(TestedTask actual) {
		super(actual, TestedTaskAssert.class);
	}

	/**
	 * Asserts that the handler returned.
	 * @return this
	 */
	public TestedTaskAssert isSuccessful() {
		return hasStatus(TaskStatus.SUCCESS);
	}

	/**
	 * Asserts that the task failed and is not tried again.
	 * @return this
	 */
	public TestedTaskAssert hasFailed() {
		return hasStatus(TaskStatus.FAILED);
	}

	/**
	 * Asserts the status.
	 * @param status the status
	 * @return this
	 */
	public TestedTaskAssert hasStatus(TaskStatus status) {
		if (this.actual.info().status() != status) {
			failWithMessage("Expected the status '%s' of: %s", status.value(), this.actual);
		}
		return this;
	}

	/**
	 * Asserts the result.
	 * @param result the result; it is compared as JSON, as which it is stored
	 * @return this
	 */
	public TestedTaskAssert hasResult(@Nullable Object result) {
		JsonNode expected = this.actual.values().of(result);
		JsonNode stored = this.actual.values().of(this.actual.info().result());
		if (!stored.equals(expected)) {
			failWithMessage("Expected the result %s and not %s of: %s", expected, stored, this.actual);
		}
		return this;
	}

	/**
	 * Asserts what the last attempt failed with.
	 * @param type the class of the exception
	 * @return this
	 */
	public TestedTaskAssert hasError(Class<? extends Throwable> type) {
		if (!type.getName().equals(this.actual.info().errorType())) {
			failWithMessage("Expected a %s of: %s", type.getName(), this.actual);
		}
		return this;
	}

	/**
	 * Asserts how many attempts were counted.
	 * @param attempts the number
	 * @return this
	 */
	public TestedTaskAssert hasAttempts(int attempts) {
		if (this.actual.info().attempt() != attempts) {
			failWithMessage("Expected %d attempts and not %d of: %s", attempts, this.actual.info().attempt(),
					this.actual);
		}
		return this;
	}

}

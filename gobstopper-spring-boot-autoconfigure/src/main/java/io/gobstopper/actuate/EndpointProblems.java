package io.gobstopper.actuate;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

import io.gobstopper.actuate.description.ProblemDescriptor;

/**
 * What the endpoint answers to what it cannot do.
 */
final class EndpointProblems {

	private EndpointProblems() {
	}

	static WebEndpointResponse<Object> forbidden() {
		return ProblemDescriptor.forbidden("You may read, but not change anything");
	}

	static WebEndpointResponse<Object> noSuchSection() {
		return ProblemDescriptor
			.notFound("There are the sections tasks, names, activity, schedules and limits, and tasks/{id}/stack");
	}

	static WebEndpointResponse<Object> noSuchTask() {
		return ProblemDescriptor.notFound("There is no task with this id; it may have been deleted since");
	}

	static WebEndpointResponse<Object> noSuchOperation() {
		return ProblemDescriptor
			.notFound("There are the operations cancel, retry, discard, restore and repeat of tasks, pause, resume "
					+ "and resize of categories, trigger, pause, resume, reset, backfill and delete of schedules, and "
					+ "pause, resume, override and reset of limits");
	}

	// What is dropped in silence may have been meant for something.
	static void checkOnlyFor(String what, boolean applies, String key, @Nullable Object value) {
		if (value != null && !applies) {
			throw new InvalidEndpointRequestException("'%s' is only for %s".formatted(key, what), null);
		}
	}

	static <T> T valid(Supplier<T> operation) {
		try {
			return operation.get();
		}
		catch (IllegalArgumentException ex) {
			throw invalid(ex);
		}
	}

	static InvalidEndpointRequestException invalid(IllegalArgumentException ex) {
		return new InvalidEndpointRequestException(String.valueOf(ex.getMessage()), null, ex);
	}

}

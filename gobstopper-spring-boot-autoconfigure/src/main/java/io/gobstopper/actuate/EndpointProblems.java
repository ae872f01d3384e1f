package io.gobstopper.actuate;

import java.util.function.Supplier;

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
		return ProblemDescriptor.notFound("There are the sections tasks, names and activity, and tasks/{id}/stack");
	}

	static WebEndpointResponse<Object> noSuchTask() {
		return ProblemDescriptor.notFound("There is no task with this id; it may have been deleted since");
	}

	static WebEndpointResponse<Object> noSuchOperation() {
		return ProblemDescriptor
			.notFound("There are the operations cancel, retry, discard, restore and repeat of tasks, and "
					+ "pause, resume and resize of categories");
	}

	static <T> T valid(Supplier<T> operation) {
		try {
			return operation.get();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidEndpointRequestException(String.valueOf(ex.getMessage()), null, ex);
		}
	}

}

package io.gobstopper.actuate.description;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.util.MimeType;

/**
 * Why a request was not granted, in the form of RFC 9457.
 *
 * @param title what the status means
 * @param status the HTTP status
 * @param detail the reason, for people
 */
public record ProblemDescriptor(String title, int status, String detail) implements OperationResponseBody {

	private static final MimeType TYPE = MimeType.valueOf("application/problem+json");

	public static WebEndpointResponse<Object> badRequest(String detail) {
		return respond("Bad Request", WebEndpointResponse.STATUS_BAD_REQUEST, detail);
	}

	public static WebEndpointResponse<Object> forbidden(String detail) {
		return respond("Forbidden", 403, detail);
	}

	public static WebEndpointResponse<Object> notFound(String detail) {
		return respond("Not Found", WebEndpointResponse.STATUS_NOT_FOUND, detail);
	}

	public static WebEndpointResponse<Object> conflict(String detail) {
		return respond("Conflict", 409, detail);
	}

	private static WebEndpointResponse<Object> respond(String title, int status, String detail) {
		return new WebEndpointResponse<>(new ProblemDescriptor(title, status, detail), status, TYPE);
	}

}

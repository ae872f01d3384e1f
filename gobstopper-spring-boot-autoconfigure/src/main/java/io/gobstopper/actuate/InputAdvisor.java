package io.gobstopper.actuate;

import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.boot.actuate.endpoint.invoke.ParameterMappingException;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.core.io.Resource;

import io.gobstopper.actuate.description.ProblemDescriptor;

/**
 * Refuses what an operation of an endpoint does not know, which Spring Boot drops: a
 * misspelt {@code dryRun} would change what was only to be counted. Over HTTP the answer
 * has status 400 and says what is wrong.
 */
public final class InputAdvisor implements OperationInvokerAdvisor {

	private static final int LONGEST_KEY = 100;

	private final EndpointId endpoint;

	/**
	 * Creates the advisor.
	 * @param endpoint whose operations it advises
	 */
	public InputAdvisor(EndpointId endpoint) {
		this.endpoint = endpoint;
	}

	@Override
	public OperationInvoker apply(EndpointId endpointId, OperationType operationType, OperationParameters parameters,
			OperationInvoker invoker) {
		return endpointId.equals(this.endpoint) ? (context) -> invoke(context, operationType, parameters, invoker)
				: invoker;
	}

	private static @Nullable Object invoke(InvocationContext context, OperationType type,
			OperationParameters parameters, OperationInvoker invoker) {
		try {
			// Pages have no keys of their own, but scripts that read those in their
			// address.
			if (type != OperationType.READ) {
				check(context, parameters);
			}
			Object result = invoker.invoke(context);
			if (type == OperationType.READ && !isFile(result)) {
				check(context, parameters);
			}
			return result;
		}
		catch (ParameterMappingException ex) {
			return refuse(context,
					"'%s' must be %s".formatted(ex.getParameter().getName(), describe(ex.getParameter().getType())),
					ex);
		}
		catch (InvalidEndpointRequestException ex) {
			return refuse(context, String.valueOf((ex.getReason() != null) ? ex.getReason() : ex.getMessage()), ex);
		}
	}

	private static boolean isFile(@Nullable Object result) {
		return result instanceof Resource
				|| (result instanceof WebEndpointResponse<?> response && response.getBody() instanceof Resource);
	}

	private static void check(InvocationContext context, OperationParameters parameters) {
		checkKeys(context, parameters);
		for (OperationParameter parameter : parameters) {
			if (context.getArguments().get(parameter.getName()) instanceof Collection<?> values && values.size() > 1
					&& !Collection.class.isAssignableFrom(parameter.getType())) {
				throw new InvalidEndpointRequestException(
						"'%s' is given %d times; give it once".formatted(parameter.getName(), values.size()), null);
			}
		}
	}

	private static void checkKeys(InvocationContext context, OperationParameters parameters) {
		TreeSet<String> unknown = new TreeSet<>(context.getArguments().keySet());
		parameters.stream().map(OperationParameter::getName).forEach(unknown::remove);
		if (!unknown.isEmpty()) {
			List<String> known = parameters.stream()
				.filter((parameter) -> !context.canResolve(parameter.getType())
						&& parameter.getAnnotation(Selector.class) == null)
				.map(OperationParameter::getName)
				.toList();
			throw new InvalidEndpointRequestException("'%s' is not known here; %s".formatted(cut(unknown.first()),
					known.isEmpty() ? "nothing can be given" : "known: " + String.join(", ", known)), null);
		}
	}

	private static String cut(String key) {
		return (key.length() <= LONGEST_KEY) ? key : key.substring(0, LONGEST_KEY) + "…";
	}

	private static String describe(Class<?> type) {
		if (type.isEnum()) {
			return "one of " + Arrays.stream(type.getEnumConstants())
				.map((constant) -> constant.toString().toLowerCase(Locale.ROOT))
				.collect(Collectors.joining(", "));
		}
		if (type == Integer.class) {
			return "a whole number";
		}
		if (type == Boolean.class) {
			return "true or false";
		}
		return (type == OffsetDateTime.class) ? "a time such as 2026-01-31T12:00:00Z" : "a text";
	}

	private static Object refuse(InvocationContext context, String reason, InvalidEndpointRequestException failure) {
		if (!context.canResolve(WebServerNamespace.class)) {
			throw failure;
		}
		return ProblemDescriptor.badRequest(reason);
	}

}

package io.gobstopper.handler;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonAlias;
import org.jspecify.annotations.Nullable;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.Nullness;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.Backoff;
import io.gobstopper.GobstopperTask;
import io.gobstopper.error.InvalidTaskHandlerException;
import io.gobstopper.handler.limit.KeyExpression;
import io.gobstopper.handler.limit.LimitReader;

/**
 * Makes a handler of an annotated method, refusing what could not run.
 */
final class HandlerMethodReader {

	private static final List<String> ASYNC = List.of("org.springframework.scheduling.annotation.Async",
			"jakarta.ejb.Asynchronous", "jakarta.enterprise.concurrent.Asynchronous");

	private static final boolean COROUTINES = ClassUtils.isPresent("kotlinx.coroutines.future.FutureKt",
			HandlerMethodReader.class.getClassLoader());

	// Kotlin's names are in its own metadata.
	private final ParameterNameDiscoverer parameterNames = new DefaultParameterNameDiscoverer();

	private final UnaryOperator<String> placeholders;

	private final ScheduleReader schedules;

	private final LimitReader limits;

	private final JsonMapper jsonMapper;

	private final RetryPolicy defaultRetryPolicy;

	HandlerMethodReader(UnaryOperator<String> placeholders, JsonMapper jsonMapper, RetryPolicy defaultRetryPolicy) {
		this.placeholders = placeholders;
		this.schedules = new ScheduleReader(placeholders, this::duration);
		this.limits = new LimitReader(placeholders);
		this.jsonMapper = jsonMapper;
		this.defaultRetryPolicy = defaultRetryPolicy;
	}

	TaskHandler read(Class<?> type, Method method, GobstopperTask annotation, Supplier<Object> bean) {
		try {
			TaskDefinition definition = definition(annotation);
			checkWaitsForItsEnd(type, method);
			List<HandlerParameter> parameters = parameters(type, method);
			ArgumentBinder arguments = new ArgumentBinder(definition.name(), parameters, this.jsonMapper);
			return new TaskHandler(signature(annotation, definition, method, arguments), method, parameters, bean,
					this.schedules.read(method, definition.name(), arguments));
		}
		catch (IllegalArgumentException ex) {
			throw invalid(type, method, ex);
		}
	}

	ContractMethod read(Class<?> type, Method method, GobstopperTask annotation) {
		try {
			TaskDefinition definition = definition(annotation);
			Assert.isTrue(!KotlinDetector.isSuspendingFunction(method),
					"it is a suspend function, whose calls cannot be recorded; declare it without suspend");
			checkWaitsForItsEnd(type, method);
			List<HandlerParameter> parameters = parameters(type, method);
			return new ContractMethod(method,
					signature(annotation, definition, method,
							new ArgumentBinder(definition.name(), parameters, this.jsonMapper)),
					parameters, this.jsonMapper
						.constructType(GenericTypeResolver.resolveType(method.getGenericReturnType(), type)));
		}
		catch (IllegalArgumentException ex) {
			throw invalid(type, method, ex);
		}
	}

	private TaskSignature signature(GobstopperTask annotation, TaskDefinition definition, Method method,
			ArgumentBinder arguments) {
		String fairnessKey = resolve(annotation.fairnessKey());
		return new TaskSignature(definition, arguments, this.limits.read(method, arguments.names()),
				StringUtils.hasText(fairnessKey) ? KeyExpression.parse("'fairnessKey'", fairnessKey, arguments.names())
						: null);
	}

	private static InvalidTaskHandlerException invalid(Class<?> type, Method method, IllegalArgumentException cause) {
		return new InvalidTaskHandlerException("The @GobstopperTask of %s.%s is not valid: %s".formatted(type.getName(),
				method.getName(), cause.getMessage()), cause);
	}

	// A method whose work goes on after it returned would be taken for done.
	private static void checkWaitsForItsEnd(Class<?> type, Method method) {
		boolean suspending = KotlinDetector.isSuspendingFunction(method);
		Assert.isTrue(!suspending || (COROUTINES && KotlinDetector.isKotlinReflectPresent()),
				"it is a suspend function, which can be awaited only with kotlinx-coroutines-core and kotlin-reflect "
						+ "among the dependencies");
		String refused = PendingResult.whyRefused(suspending ? ResolvableType.forType(KotlinFunction.returnType(method))
				: ResolvableType.forMethodReturnType(method, type), suspending);
		Assert.isTrue(refused == null, () -> "it " + refused);
		boolean async = ASYNC.stream().anyMatch((name) -> isPresent(method, name) || isPresent(type, name));
		Assert.isTrue(!async || Future.class.isAssignableFrom(method.getReturnType()),
				"it is @Async, so that it returns before its work is done; remove @Async, as tasks run in the "
						+ "background anyway, or return a CompletableFuture");
	}

	private static boolean isPresent(AnnotatedElement element, String annotation) {
		return MergedAnnotations.from(element, MergedAnnotations.SearchStrategy.TYPE_HIERARCHY).isPresent(annotation);
	}

	private TaskDefinition definition(GobstopperTask annotation) {
		return new TaskDefinition(resolve(annotation.name()),
				Arrays.stream(annotation.aliases()).map(this::resolve).toList(), resolve(annotation.category()),
				annotation.priority(), annotation.maxRetries(), duration("timeout", annotation.timeout()),
				retryPolicy(annotation.backoff()),
				new SnoozePolicy(annotation.maxSnoozes(), duration("snoozeWithin", annotation.snoozeWithin())));
	}

	private RetryPolicy retryPolicy(Backoff backoff) {
		RetryPolicy defaults = this.defaultRetryPolicy;
		Duration initialDelay = duration("initialDelay", backoff.initialDelay());
		Duration maxDelay = duration("maxDelay", backoff.maxDelay());
		return new RetryPolicy((initialDelay != null) ? initialDelay : defaults.initialDelay(),
				(backoff.multiplier() != 0) ? backoff.multiplier() : defaults.multiplier(),
				(maxDelay != null) ? maxDelay : defaults.maxDelay(),
				(backoff.jitter() >= 0) ? backoff.jitter() : defaults.jitter());
	}

	private List<HandlerParameter> parameters(Class<?> type, Method method) {
		List<HandlerParameter> parameters = new ArrayList<>();
		List<Method> annotated = annotated(method);
		@Nullable String @Nullable [] names = this.parameterNames.getParameterNames(annotated.get(0));
		Parameter[] declared = method.getParameters();
		int count = KotlinDetector.isSuspendingFunction(method) ? declared.length - 1 : declared.length;
		for (int i = 0; i < count; i++) {
			JavaType javaType = this.jsonMapper
				.constructType(GenericTypeResolver.resolveType(declared[i].getParameterizedType(), type));
			String name = (names != null) ? names[i] : null;
			parameters.add(new HandlerParameter((name != null) ? name : declared[i].getName(), name != null,
					formerNames(method, annotated, i), javaType, isNullable(method, i), hasDefault(method, i)));
		}
		return parameters;
	}

	// Names are those of the first method that has the annotation: those who enqueue by
	// an
	// interface know no other. Names of further ones are found, too.
	private static List<Method> annotated(Method method) {
		List<Method> annotated = MergedAnnotations.from(method, MergedAnnotations.SearchStrategy.TYPE_HIERARCHY)
			.stream(GobstopperTask.class)
			.map(MergedAnnotation::getSource)
			.filter(Method.class::isInstance)
			.map(Method.class::cast)
			.distinct()
			.toList();
		return annotated.isEmpty() ? List.of(method) : annotated;
	}

	private Set<String> formerNames(Method method, List<Method> annotated, int index) {
		Set<String> names = new HashSet<>();
		Stream.concat(Stream.of(method), annotated.stream()).forEach((each) -> {
			JsonAlias alias = each.getParameters()[index].getAnnotation(JsonAlias.class);
			names.addAll((alias != null) ? List.of(alias.value()) : List.of());
		});
		annotated.stream().skip(1).map(this.parameterNames::getParameterNames).forEach((others) -> {
			String name = (others != null) ? others[index] : null;
			if (name != null) {
				names.add(name);
			}
		});
		return names;
	}

	private static boolean isNullable(Method method, int index) {
		MethodParameter parameter = new MethodParameter(method, index);
		return parameter.getParameterType() == Optional.class
				|| Nullness.forMethodParameter(parameter) == Nullness.NULLABLE;
	}

	private static boolean hasDefault(Method method, int index) {
		return KotlinDetector.isKotlinReflectPresent() && KotlinDetector.isKotlinType(method.getDeclaringClass())
				&& KotlinFunction.hasDefault(method, index);
	}

	private @Nullable Duration duration(String attribute, String value) {
		String resolved = resolve(value);
		if (!StringUtils.hasText(resolved)) {
			return null;
		}
		try {
			return DurationFormatterUtils.detectAndParse(resolved);
		}
		catch (ArithmeticException ex) {
			throw new IllegalArgumentException("'%s' is longer than can be: '%s'".formatted(attribute, resolved), ex);
		}
	}

	private String resolve(String value) {
		return this.placeholders.apply(value);
	}

}

package io.gobstopper.handler;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanDefinitionStoreException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.StringUtils;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.Backoff;
import io.gobstopper.GobstopperTask;

/**
 * Finds {@link GobstopperTask} methods by the types of the beans, without creating any.
 */
public final class TaskHandlerScanner implements Supplier<List<TaskHandler>> {

	private static final String SPRING = "org.springframework.";

	private final ConfigurableListableBeanFactory beanFactory;

	private final JsonMapper jsonMapper;

	private final RetryPolicy defaultRetryPolicy;

	public TaskHandlerScanner(ConfigurableListableBeanFactory beanFactory, JsonMapper jsonMapper,
			RetryPolicy defaultRetryPolicy) {
		this.beanFactory = beanFactory;
		this.jsonMapper = jsonMapper;
		this.defaultRetryPolicy = defaultRetryPolicy;
	}

	@Override
	public List<TaskHandler> get() {
		List<TaskHandler> handlers = new ArrayList<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class, true, false)) {
			Class<?> type = ScopedProxyUtils.isScopedTarget(beanName) ? null
					: AutoProxyUtils.determineTargetClass(this.beanFactory, beanName);
			if (type != null && isCandidate(type)) {
				handlers.addAll(handlersOf(beanName, type));
			}
		}
		return handlers;
	}

	// Most beans are Spring's own, and looking at all their methods takes its time.
	private static boolean isCandidate(Class<?> type) {
		return !type.getName().startsWith(SPRING) && AnnotationUtils.isCandidateClass(type, GobstopperTask.class);
	}

	private List<TaskHandler> handlersOf(String beanName, Class<?> type) {
		Map<Method, @Nullable GobstopperTask> methods = MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<@Nullable GobstopperTask>) (method) -> AnnotatedElementUtils
					.findMergedAnnotation(method, GobstopperTask.class));
		List<TaskHandler> handlers = new ArrayList<>();
		methods.forEach((method, annotation) -> {
			if (annotation != null) {
				handlers.add(handler(beanName, type, method, annotation));
			}
		});
		return handlers;
	}

	private TaskHandler handler(String beanName, Class<?> type, Method method, GobstopperTask annotation) {
		try {
			TaskDefinition definition = definition(annotation);
			ArgumentBinder binder = new ArgumentBinder(definition.name(), parameters(type, method), this.jsonMapper);
			return new TaskHandler(definition, method, () -> this.beanFactory.getBean(beanName), binder);
		}
		catch (IllegalArgumentException ex) {
			throw new BeanDefinitionStoreException("The @GobstopperTask of %s.%s is not valid: %s"
				.formatted(type.getName(), method.getName(), ex.getMessage()), ex);
		}
	}

	private TaskDefinition definition(GobstopperTask annotation) {
		String timeout = resolve(annotation.timeout());
		return new TaskDefinition(resolve(annotation.name()),
				Arrays.stream(annotation.aliases()).map(this::resolve).toList(), resolve(annotation.category()),
				annotation.priority(), annotation.maxRetries(), StringUtils.hasText(timeout) ? parse(timeout) : null,
				retryPolicy(annotation.backoff()));
	}

	private RetryPolicy retryPolicy(Backoff backoff) {
		RetryPolicy defaults = this.defaultRetryPolicy;
		String initialDelay = resolve(backoff.initialDelay());
		String maxDelay = resolve(backoff.maxDelay());
		return new RetryPolicy(StringUtils.hasText(initialDelay) ? parse(initialDelay) : defaults.initialDelay(),
				(backoff.multiplier() != 0) ? backoff.multiplier() : defaults.multiplier(),
				StringUtils.hasText(maxDelay) ? parse(maxDelay) : defaults.maxDelay(),
				(backoff.jitter() >= 0) ? backoff.jitter() : defaults.jitter());
	}

	private List<HandlerParameter> parameters(Class<?> type, Method method) {
		List<HandlerParameter> parameters = new ArrayList<>();
		Parameter[] declared = method.getParameters();
		for (int i = 0; i < declared.length; i++) {
			JavaType javaType = this.jsonMapper
				.constructType(GenericTypeResolver.resolveType(declared[i].getParameterizedType(), type));
			boolean optional = new MethodParameter(method, i).isOptional();
			parameters.add(new HandlerParameter(declared[i].getName(), javaType, optional));
		}
		return parameters;
	}

	private String resolve(String value) {
		String resolved = this.beanFactory.resolveEmbeddedValue(value);
		return (resolved != null) ? resolved : "";
	}

	private static Duration parse(String value) {
		return DurationFormatterUtils.detectAndParse(value);
	}

}

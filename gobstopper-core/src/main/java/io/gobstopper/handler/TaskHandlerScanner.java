package io.gobstopper.handler;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.GobstopperTask;
import io.gobstopper.error.InvalidTaskHandlerException;
import io.gobstopper.handler.limit.LimitReader;

/**
 * Finds {@link GobstopperTask} methods of the beans of one context, without creating any:
 * by what the beans are, as far as they exist, and by what they are declared as.
 */
public final class TaskHandlerScanner {

	private static final Log logger = LogFactory.getLog(TaskHandlerScanner.class);

	private static final String SPRING = "org.springframework.";

	private static final Set<String> SCOPES_OF_WEB_REQUESTS = Set.of("request", "session", "websocket");

	private final ConfigurableListableBeanFactory beanFactory;

	private final Collection<String> applicationPackages;

	private final HandlerMethodReader reader;

	private final Map<String, Class<?>> lateTypes = new ConcurrentHashMap<>();

	/**
	 * Creates a scanner.
	 * @param beanFactory the beans of one context
	 * @param jsonMapper reads and writes arguments
	 * @param defaultRetryPolicy for what annotations leave out
	 * @param applicationPackages packages whose classes are the application's, whatever
	 * they begin with
	 */
	public TaskHandlerScanner(ConfigurableListableBeanFactory beanFactory, JsonMapper jsonMapper,
			RetryPolicy defaultRetryPolicy, Collection<String> applicationPackages) {
		this.beanFactory = beanFactory;
		this.applicationPackages = applicationPackages;
		this.reader = new HandlerMethodReader((value) -> {
			String resolved = beanFactory.resolveEmbeddedValue(value);
			return (resolved != null) ? resolved : "";
		}, jsonMapper, defaultRetryPolicy);
	}

	List<TaskHandler> scan() {
		List<TaskHandler> handlers = new ArrayList<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class, true, false)) {
			Class<?> type = ScopedProxyUtils.isScopedTarget(beanName) ? null : type(beanName);
			if (type != null && isCandidate(type)) {
				handlers.addAll(handlersOf(beanName, type));
			}
		}
		return handlers;
	}

	/**
	 * Tells of beans that are created from now on and have handlers nobody knew of,
	 * because they were declared as something else.
	 * @param found called when there is one
	 */
	void watch(Runnable found) {
		this.beanFactory.addBeanPostProcessor(new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
				if (isCandidate(type) && !type.equals(TaskHandlerScanner.this.lateTypes.get(beanName))) {
					List<TaskHandler> handlers = handlersOf(beanName, type);
					if (!handlers.isEmpty()) {
						handlers.forEach((handler) -> handler.checkInvocable(bean));
						TaskHandlerScanner.this.lateTypes.put(beanName, type);
						found.run();
					}
				}
				return bean;
			}

		});
	}

	/**
	 * Returns the beans that may have handlers but do not exist yet and are declared as
	 * something that has none, such as an interface.
	 * @return the names of the beans
	 */
	List<String> undecided() {
		List<String> names = new ArrayList<>();
		for (String beanName : this.beanFactory.getBeanDefinitionNames()) {
			Class<?> type = this.beanFactory.containsSingleton(beanName) ? null : type(beanName);
			if (type != null && type.isInterface() && !type.getName().startsWith(SPRING)) {
				names.add(beanName);
			}
		}
		return names;
	}

	/**
	 * Returns the beans that were looked at, without Spring's own.
	 * @return the names of the beans
	 */
	List<String> lookedAt() {
		List<String> names = new ArrayList<>();
		for (String beanName : this.beanFactory.getBeanDefinitionNames()) {
			Class<?> type = type(beanName);
			if (type != null && isCandidate(type) && !isOwn(beanName)) {
				names.add(beanName);
			}
		}
		return names;
	}

	// One bean that is not as it should be must not stop others.
	private @Nullable Class<?> type(String beanName) {
		try {
			Class<?> late = this.lateTypes.get(beanName);
			if (late != null) {
				return late;
			}
			if (this.beanFactory.containsSingleton(beanName) && !this.beanFactory.isFactoryBean(beanName)) {
				Object singleton = this.beanFactory.getSingleton(beanName);
				if (singleton != null) {
					return AopProxyUtils.ultimateTargetClass(singleton);
				}
			}
			return AutoProxyUtils.determineTargetClass(this.beanFactory, beanName);
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("The type of bean '%s' is not known; it has no handlers then".formatted(beanName), ex);
			return null;
		}
	}

	// Most beans are Spring's own, and looking at all their methods takes its time.
	private boolean isCandidate(Class<?> type) {
		return (!type.getName().startsWith(SPRING) || isOfApplication(type))
				&& AnnotationUtils.isCandidateClass(type, GobstopperTask.class);
	}

	private boolean isOfApplication(Class<?> type) {
		String name = ClassUtils.getPackageName(type);
		return AnnotatedElementUtils.isAnnotated(ClassUtils.getUserClass(type), Component.class)
				|| this.applicationPackages.stream()
					.anyMatch((parent) -> name.equals(parent) || name.startsWith(parent + "."));
	}

	private static boolean isOwn(String beanName) {
		return beanName.startsWith("gobstopper") || beanName.startsWith("io.gobstopper.autoconfigure.");
	}

	private List<TaskHandler> handlersOf(String beanName, Class<?> type) {
		List<TaskHandler> handlers = new ArrayList<>();
		annotatedMethods(beanName, type).forEach((method, annotation) -> {
			if (annotation != null) {
				checkScope(beanName, method);
				TaskHandler handler = this.reader.read(type, method, annotation,
						() -> this.beanFactory.getBean(beanName));
				if (this.beanFactory.containsSingleton(beanName) && !this.beanFactory.isFactoryBean(beanName)) {
					handler.checkInvocable(this.beanFactory.getBean(beanName));
				}
				handlers.add(handler);
			}
		});
		return handlers;
	}

	ContractMethods read(Class<?> contract) {
		ContractMethods methods = new ContractMethods();
		for (Method method : contract.getMethods()) {
			GobstopperTask annotation = AnnotatedElementUtils.findMergedAnnotation(method, GobstopperTask.class);
			if (annotation != null && !method.isBridge() && !Modifier.isStatic(method.getModifiers())) {
				methods.add(this.reader.read(contract, method, annotation));
			}
		}
		return methods;
	}

	private static Map<Method, @Nullable GobstopperTask> annotatedMethods(String beanName, Class<?> type) {
		try {
			return MethodIntrospector.selectMethods(type,
					(MethodIntrospector.MetadataLookup<@Nullable GobstopperTask>) TaskHandlerScanner::annotation);
		}
		catch (InvalidTaskHandlerException ex) {
			throw ex;
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("The methods of bean '%s' cannot be looked at; it has no handlers then".formatted(beanName),
					ex);
			return Map.of();
		}
	}

	private static @Nullable GobstopperTask annotation(Method method) {
		GobstopperTask annotation = AnnotatedElementUtils.findMergedAnnotation(method, GobstopperTask.class);
		if (annotation == null) {
			checkNotBeside("@GobstopperSchedule", ScheduleReader.isDeclared(method), method);
			checkNotBeside("@TaskLimit", LimitReader.isDeclared(method), method);
		}
		return annotation;
	}

	private static void checkNotBeside(String other, boolean declared, Method method) {
		if (declared) {
			throw new InvalidTaskHandlerException("%s.%s has a %s but no @GobstopperTask; add one"
				.formatted(method.getDeclaringClass().getName(), method.getName(), other));
		}
	}

	private void checkScope(String beanName, Method method) {
		String target = ScopedProxyUtils.getTargetBeanName(beanName);
		String defined = this.beanFactory.containsBeanDefinition(target) ? target : beanName;
		String scope = this.beanFactory.containsBeanDefinition(defined)
				? this.beanFactory.getMergedBeanDefinition(defined).getScope() : null;
		if (scope != null && SCOPES_OF_WEB_REQUESTS.contains(scope)) {
			throw new InvalidTaskHandlerException(
					("%s.%s is a handler of the bean '%s' in the scope '%s', which does not "
							+ "exist where tasks run; move it to a singleton")
						.formatted(method.getDeclaringClass().getName(), method.getName(), beanName, scope));
		}
	}

}

package io.gobstopper.handler;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.KotlinDetector;
import org.springframework.util.ReflectionUtils;

import io.gobstopper.TaskContext;
import io.gobstopper.error.InvalidTaskHandlerException;
import io.gobstopper.handler.limit.LimitDeclaration;

/**
 * A method that runs tasks of one name. Safe for use by several threads.
 */
public final class TaskHandler {

	private final TaskSignature signature;

	private final Method method;

	private final List<HandlerParameter> parameters;

	private final Supplier<Object> bean;

	private final List<ScheduleDeclaration> schedules;

	private final boolean throughKotlin;

	TaskHandler(TaskSignature signature, Method method, List<HandlerParameter> parameters, Supplier<Object> bean,
			List<ScheduleDeclaration> schedules) {
		this.signature = signature;
		this.method = method;
		this.parameters = parameters;
		this.bean = bean;
		this.schedules = schedules;
		this.throughKotlin = KotlinDetector.isSuspendingFunction(method)
				|| parameters.stream().anyMatch(HandlerParameter::hasDefault);
	}

	/**
	 * Returns what the annotation says.
	 * @return the definition
	 */
	public TaskDefinition definition() {
		return this.signature.definition();
	}

	/**
	 * Returns the schedules that the method declares.
	 * @return the schedules
	 */
	public List<ScheduleDeclaration> schedules() {
		return this.schedules;
	}

	List<LimitDeclaration> limits() {
		return this.signature.limits();
	}

	/**
	 * Returns what must be known to enqueue its tasks.
	 * @return the signature
	 */
	public TaskSignature signature() {
		return this.signature;
	}

	/**
	 * Reads stored arguments.
	 * @param arguments the stored arguments
	 * @return what to call the method with
	 * @throws io.gobstopper.error.UnreadableTaskException if they do not fit the method's
	 * parameters
	 */
	public List<@Nullable Object> decode(EncodedArguments arguments) {
		return Arrays.asList(this.signature.arguments().decode(arguments));
	}

	/**
	 * Calls the method on its bean, through the bean's proxies.
	 * @param arguments what {@link #decode} returned
	 * @param context the context to supply
	 * @return what the method returned
	 * @throws Throwable what the method threw
	 */
	public @Nullable Object invoke(List<@Nullable Object> arguments, TaskContext context) throws Throwable {
		@Nullable Object[] values = arguments.toArray();
		for (int i = 0; i < values.length; i++) {
			if (this.parameters.get(i).isContext()) {
				values[i] = context;
			}
		}
		Object target = this.bean.get();
		try {
			return this.throughKotlin ? KotlinFunction
				.call(AopUtils.isJdkDynamicProxy(target) ? invocable(target) : this.method, target, values)
					: invocable(target).invoke(target, values);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private Method invocable(Object target) {
		Method invocable = AopUtils.selectInvocableMethod(this.method, target.getClass());
		ReflectionUtils.makeAccessible(invocable);
		return invocable;
	}

	// Checks that the method can be called on a bean, which may be a proxy.
	void checkInvocable(Object target) {
		try {
			AopUtils.selectInvocableMethod(this.method, target.getClass());
		}
		catch (IllegalStateException ex) {
			throw new InvalidTaskHandlerException(
					"%s, which runs '%s', cannot be called through the proxy of its bean: %s".formatted(this,
							definition().name(), ex.getMessage()),
					ex);
		}
		if (AopUtils.isCglibProxy(target) && Modifier.isFinal(this.method.getModifiers())) {
			throw new InvalidTaskHandlerException(
					"%s, which runs '%s', cannot be called through the proxy of its bean; make it not final"
						.formatted(this, definition().name()));
		}
	}

	/**
	 * Returns the class and the method, to name them in messages.
	 */
	@Override
	public String toString() {
		return "%s.%s".formatted(this.method.getDeclaringClass().getName(), this.method.getName());
	}

}

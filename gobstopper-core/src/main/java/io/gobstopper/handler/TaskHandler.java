package io.gobstopper.handler;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ReflectionUtils;

import io.gobstopper.TaskContext;
import io.gobstopper.error.InvalidTaskHandlerException;

/**
 * A method that runs tasks of one name. Safe for use by several threads.
 */
public final class TaskHandler {

	private final TaskDefinition definition;

	private final Method method;

	private final List<HandlerParameter> parameters;

	private final Supplier<Object> bean;

	private final ArgumentBinder arguments;

	private final List<ScheduleDeclaration> schedules;

	TaskHandler(TaskDefinition definition, Method method, List<HandlerParameter> parameters, Supplier<Object> bean,
			ArgumentBinder arguments, List<ScheduleDeclaration> schedules) {
		this.definition = definition;
		this.method = method;
		this.parameters = parameters;
		this.bean = bean;
		this.arguments = arguments;
		this.schedules = schedules;
	}

	/**
	 * Returns what the annotation says.
	 * @return the definition
	 */
	public TaskDefinition definition() {
		return this.definition;
	}

	/**
	 * Returns the schedules that the method declares.
	 * @return the schedules
	 */
	public List<ScheduleDeclaration> schedules() {
		return this.schedules;
	}

	/**
	 * Checks arguments against the method's parameters and returns them as JSON.
	 * @param args the positional arguments
	 * @param kwargs the arguments by parameter name
	 * @return the arguments as they are stored
	 * @throws io.gobstopper.error.InvalidTaskArgumentsException if they do not fit
	 */
	public EncodedArguments encode(List<@Nullable Object> args, Map<String, @Nullable Object> kwargs) {
		return this.arguments.encode(args, kwargs);
	}

	/**
	 * Reads stored arguments.
	 * @param arguments the stored arguments
	 * @return what to call the method with
	 * @throws io.gobstopper.UnreadableTaskException if they do not fit the method's
	 * parameters
	 */
	public List<@Nullable Object> decode(EncodedArguments arguments) {
		return Arrays.asList(this.arguments.decode(arguments));
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
		Method invocable = AopUtils.selectInvocableMethod(this.method, target.getClass());
		ReflectionUtils.makeAccessible(invocable);
		try {
			return invocable.invoke(target, values);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	// Checks that the method can be called on a bean, which may be a proxy.
	void checkInvocable(Object target) {
		try {
			AopUtils.selectInvocableMethod(this.method, target.getClass());
		}
		catch (IllegalStateException ex) {
			throw new InvalidTaskHandlerException(
					"%s, which runs '%s', cannot be called through the proxy of its bean: %s".formatted(this,
							this.definition.name(), ex.getMessage()),
					ex);
		}
		if (AopUtils.isCglibProxy(target) && Modifier.isFinal(this.method.getModifiers())) {
			throw new InvalidTaskHandlerException(
					"%s, which runs '%s', cannot be called through the proxy of its bean; make it not final"
						.formatted(this, this.definition.name()));
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

package io.gobstopper.handler;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ReflectionUtils;

import io.gobstopper.TaskContext;

/**
 * A method that runs tasks of one name. Safe for use by several threads.
 */
public final class TaskHandler {

	private final TaskDefinition definition;

	private final Method method;

	private final Supplier<Object> bean;

	private final ArgumentBinder arguments;

	TaskHandler(TaskDefinition definition, Method method, Supplier<Object> bean, ArgumentBinder arguments) {
		this.definition = definition;
		this.method = method;
		this.bean = bean;
		this.arguments = arguments;
	}

	/**
	 * Returns what the annotation says.
	 * @return the definition
	 */
	public TaskDefinition definition() {
		return this.definition;
	}

	/**
	 * Checks arguments against the method's parameters and returns them as JSON.
	 * @param args the positional arguments
	 * @param kwargs the arguments by parameter name
	 * @return the arguments as they are stored
	 * @throws io.gobstopper.InvalidTaskArgumentsException if they do not fit
	 */
	public EncodedArguments encode(List<@Nullable Object> args, Map<String, @Nullable Object> kwargs) {
		return this.arguments.encode(args, kwargs);
	}

	/**
	 * Calls the method on its bean, through the bean's proxies.
	 * @param arguments the stored arguments
	 * @param context the context to supply
	 * @return what the method returned
	 * @throws Throwable what the method threw, or an
	 * {@link io.gobstopper.InvalidTaskArgumentsException} if the arguments no longer fit
	 */
	public @Nullable Object invoke(EncodedArguments arguments, TaskContext context) throws Throwable {
		@Nullable Object[] values = this.arguments.decode(arguments, context);
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

	/**
	 * Returns the class and the method, to name them in messages.
	 */
	@Override
	public String toString() {
		return "%s.%s".formatted(this.method.getDeclaringClass().getName(), this.method.getName());
	}

}

package io.gobstopper.store;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.Callable;

/**
 * A store in which something happens before or after the calls of one method.
 */
public final class InterceptedTaskStore {

	private InterceptedTaskStore() {
	}

	/**
	 * Returns a store that does something before each call of a method, and fails the
	 * call if that fails.
	 * @param delegate the store
	 * @param method the name of the method
	 * @param step what to do
	 * @return the store
	 */
	public static TaskStore before(TaskStore delegate, String method, Callable<?> step) {
		return proxy(delegate, (target, called, arguments) -> {
			if (called.getName().equals(method)) {
				step.call();
			}
			return call(target, called, arguments);
		});
	}

	/**
	 * Returns a store that does something after each call of a method.
	 * @param delegate the store
	 * @param method the name of the method
	 * @param step what to do
	 * @return the store
	 */
	public static TaskStore after(TaskStore delegate, String method, Callable<?> step) {
		return proxy(delegate, (target, called, arguments) -> {
			Object result = call(target, called, arguments);
			if (called.getName().equals(method)) {
				step.call();
			}
			return result;
		});
	}

	private static TaskStore proxy(TaskStore delegate, Interception interception) {
		return proxy(TaskStore.class, (proxy, called, arguments) -> switch (called.getName()) {
			case "reads" -> proxy(TaskReads.class, handler(delegate.reads(), interception));
			case "writes" -> proxy(TaskWrites.class, handler(delegate.writes(), interception));
			default -> interception.call(delegate, called, arguments);
		});
	}

	private static InvocationHandler handler(Object delegate, Interception interception) {
		return (proxy, called, arguments) -> interception.call(delegate, called, arguments);
	}

	private static <T> T proxy(Class<T> type, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	private static Object call(Object delegate, Method method, Object[] arguments) throws Throwable {
		try {
			return method.invoke(delegate, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	/**
	 * What happens instead of a call.
	 */
	private interface Interception {

		Object call(Object delegate, Method called, Object[] arguments) throws Throwable;

	}

}

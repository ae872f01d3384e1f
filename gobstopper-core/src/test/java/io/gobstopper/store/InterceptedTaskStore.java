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
		return proxy((proxy, called, arguments) -> {
			if (called.getName().equals(method)) {
				step.call();
			}
			return call(delegate, called, arguments);
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
		return proxy((proxy, called, arguments) -> {
			Object result = call(delegate, called, arguments);
			if (called.getName().equals(method)) {
				step.call();
			}
			return result;
		});
	}

	private static TaskStore proxy(InvocationHandler handler) {
		return (TaskStore) Proxy.newProxyInstance(TaskStore.class.getClassLoader(), new Class<?>[] { TaskStore.class },
				handler);
	}

	private static Object call(TaskStore delegate, Method method, Object[] arguments) throws Throwable {
		try {
			return method.invoke(delegate, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

}

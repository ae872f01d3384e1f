package io.gobstopper.queue;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

import io.gobstopper.TaskRequest;
import io.gobstopper.Tasks;
import io.gobstopper.handler.ContractMethod;
import io.gobstopper.handler.ContractMethods;

/**
 * Records the one call that is made of a method of a contract.
 */
final class CallRecorder implements InvocationHandler {

	private static final Object[] NO_ARGUMENTS = {};

	private final Class<?> contract;

	private final ContractMethods methods;

	private @Nullable ContractMethod called;

	private @Nullable TaskRequest request;

	private boolean over;

	private CallRecorder(Class<?> contract, ContractMethods methods) {
		this.contract = contract;
		this.methods = methods;
	}

	static <T> RecordedCall record(Class<T> contract, ContractMethods methods, Tasks.TaskCall<T> call) {
		CallRecorder recorder = new CallRecorder(contract, methods);
		try {
			call.on(contract
				.cast(Proxy.newProxyInstance(contract.getClassLoader(), new Class<?>[] { contract }, recorder)));
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalArgumentException("The call of a method of %s threw %s before it was made"
				.formatted(contract.getName(), ex.getClass().getName()), ex);
		}
		finally {
			recorder.over = true;
		}
		return recorder.recorded();
	}

	private RecordedCall recorded() {
		Assert.isTrue(this.called != null && this.request != null,
				() -> "No method of %s was called; call the one whose task is to be enqueued"
					.formatted(this.contract.getName()));
		return new RecordedCall(this.request, this.called);
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given) throws Throwable {
		@Nullable Object[] values = (given != null) ? given : NO_ARGUMENTS;
		ContractMethod contractMethod = this.methods.find(method);
		if (contractMethod != null) {
			record(method, contractMethod, values);
			return whatMeansNothing(method.getReturnType());
		}
		if (method.isDefault()) {
			Class<?> declaring = method.getDeclaringClass();
			return MethodHandles.privateLookupIn(declaring, MethodHandles.lookup())
				.unreflectSpecial(method, declaring)
				.bindTo(proxy)
				.invokeWithArguments(values);
		}
		if (ReflectionUtils.isEqualsMethod(method)) {
			return proxy == values[0];
		}
		if (ReflectionUtils.isObjectMethod(method)) {
			return method.invoke(this, values);
		}
		throw new IllegalArgumentException("%s.%s has no @GobstopperTask, so its calls cannot be enqueued"
			.formatted(this.contract.getName(), method.getName()));
	}

	private void record(Method method, ContractMethod contractMethod, @Nullable Object[] values) {
		Assert.state(!this.over, () -> "%s.%s was called too late: only the call itself is recorded"
			.formatted(this.contract.getName(), method.getName()));
		Assert.isTrue(this.called == null,
				() -> "%s.%s is the second call of one task; make a call of its own for each task"
					.formatted(this.contract.getName(), method.getName()));
		this.called = contractMethod;
		this.request = contractMethod.request(values);
	}

	private static @Nullable Object whatMeansNothing(Class<?> type) {
		return (type.isPrimitive() && type != void.class) ? Array.get(Array.newInstance(type, 1), 0) : null;
	}

	@Override
	public String toString() {
		return "Records a call of " + this.contract.getName();
	}

	/**
	 * A call that was recorded.
	 *
	 * @param request what it asks for
	 * @param method the method that was called
	 */
	record RecordedCall(TaskRequest request, ContractMethod method) {

	}

}

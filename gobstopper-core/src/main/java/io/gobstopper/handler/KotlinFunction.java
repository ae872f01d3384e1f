package io.gobstopper.handler;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import kotlin.reflect.KFunction;
import kotlin.reflect.KParameter;
import kotlin.reflect.full.KCallables;
import kotlin.reflect.jvm.KCallablesJvm;
import kotlin.reflect.jvm.ReflectJvmMapping;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.GlobalScope;
import kotlinx.coroutines.future.FutureKt;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;

/**
 * A handler written in Kotlin whose default values are supplied, or which suspends. What
 * it needs of Kotlin is on the class path of whoever has such handlers.
 */
final class KotlinFunction {

	private static final boolean COROUTINES = ClassUtils.isPresent("kotlinx.coroutines.future.FutureKt",
			KotlinFunction.class.getClassLoader());

	private KotlinFunction() {
	}

	static boolean isSuspending(Method method) {
		return KotlinDetector.isSuspendingFunction(method);
	}

	static boolean canBeAwaited() {
		return COROUTINES && KotlinDetector.isKotlinReflectPresent();
	}

	// What a function that suspends returns in the end.
	static Type returnType(Method method) {
		return ReflectJvmMapping.getJavaType(function(method).getReturnType());
	}

	static boolean hasDefault(Method method, int index) {
		if (!KotlinDetector.isKotlinReflectPresent() || !KotlinDetector.isKotlinType(method.getDeclaringClass())) {
			return false;
		}
		KFunction<?> function = ReflectJvmMapping.getKotlinFunction(method);
		return function != null && values(function).get(index).isOptional();
	}

	/**
	 * Calls a function.
	 * @param method the function
	 * @param target where
	 * @param values its values, {@link HandlerParameter#DEFAULT} for those that Kotlin is
	 * to supply
	 * @return what it returned, or a future if it suspends
	 * @throws InvocationTargetException if it threw
	 */
	static @Nullable Object call(Method method, Object target, @Nullable Object[] values)
			throws InvocationTargetException {
		KFunction<?> function = function(method);
		KCallablesJvm.setAccessible(function, true);
		Map<KParameter, @Nullable Object> arguments = new HashMap<>();
		arguments.put(Objects.requireNonNull(KCallables.getInstanceParameter(function)), target);
		List<KParameter> parameters = values(function);
		for (int i = 0; i < values.length; i++) {
			if (values[i] != HandlerParameter.DEFAULT) {
				arguments.put(parameters.get(i), values[i]);
			}
		}
		return function.isSuspend() ? start(function, arguments) : function.callBy(arguments);
	}

	private static CompletableFuture<@Nullable Object> start(KFunction<?> function,
			Map<KParameter, @Nullable Object> arguments) {
		CompletableFuture<Object> future = FutureKt.future(GlobalScope.INSTANCE, Dispatchers.getUnconfined(),
				CoroutineStart.DEFAULT,
				(scope, continuation) -> KCallables.callSuspendBy(function, arguments, continuation));
		return future;
	}

	private static KFunction<?> function(Method method) {
		return Objects.requireNonNull(ReflectJvmMapping.getKotlinFunction(method), method::toString);
	}

	private static List<KParameter> values(KFunction<?> function) {
		return function.getParameters()
			.stream()
			.filter((parameter) -> parameter.getKind() != KParameter.Kind.INSTANCE)
			.toList();
	}

}

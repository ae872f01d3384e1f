package io.gobstopper.handler;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import kotlin.coroutines.Continuation;
import kotlin.reflect.KClass;
import kotlin.reflect.KFunction;
import kotlin.reflect.KParameter;
import kotlin.reflect.full.KCallables;
import kotlin.reflect.full.KClasses;
import kotlin.reflect.jvm.KCallablesJvm;
import kotlin.reflect.jvm.ReflectJvmMapping;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.Deferred;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.GlobalScope;
import org.jspecify.annotations.Nullable;

/**
 * A handler written in Kotlin whose default values are supplied, or which suspends. Not
 * to be loaded without Kotlin's reflection.
 */
final class KotlinFunction {

	private KotlinFunction() {
	}

	// What a function that suspends returns in the end.
	static Type returnType(Method method) {
		return ReflectJvmMapping.getJavaType(function(method).getReturnType());
	}

	static boolean hasDefault(Method method, int index) {
		KFunction<?> function = ReflectJvmMapping.getKotlinFunction(method);
		return function != null && values(function).get(index).isOptional();
	}

	/**
	 * Calls a function.
	 * @param method the function
	 * @param target where
	 * @param values its values, {@link HandlerParameter#DEFAULT} for those that Kotlin is
	 * to supply
	 * @return what it returned, or a {@code Deferred} if it suspends
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
				arguments.put(parameters.get(i), boxed(parameters.get(i), values[i]));
			}
		}
		return function.isSuspend() ? Suspended.start(function, arguments) : function.callBy(arguments);
	}

	// Kotlin passes what a value class holds, but wants the value itself by reflection.
	private static @Nullable Object boxed(KParameter parameter, @Nullable Object value) {
		if (value != null && parameter.getType().getClassifier() instanceof KClass<?> type && type.isValue()
				&& !type.isInstance(value)) {
			KFunction<?> constructor = Objects.requireNonNull(KClasses.getPrimaryConstructor(type));
			KCallablesJvm.setAccessible(constructor, true);
			return constructor.call(value);
		}
		return value;
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

	/**
	 * What needs coroutines, too.
	 */
	private static final class Suspended {

		static Deferred<?> start(KFunction<?> function, Map<KParameter, @Nullable Object> arguments) {
			return BuildersKt.async(GlobalScope.INSTANCE, Dispatchers.getUnconfined(), CoroutineStart.DEFAULT,
					(scope, continuation) -> Suspended.<RuntimeException>call(function, arguments, continuation));
		}

		// What Kotlin throws is not declared, in its functions or here.
		@SuppressWarnings("unchecked")
		private static <E extends Throwable> @Nullable Object call(KFunction<?> function,
				Map<KParameter, @Nullable Object> arguments, Continuation<? super Object> continuation) throws E {
			try {
				return KCallables.callSuspendBy(function, arguments, continuation);
			}
			catch (Throwable ex) {
				throw (E) ((ex instanceof InvocationTargetException called) ? called.getTargetException() : ex);
			}
		}

	}

}

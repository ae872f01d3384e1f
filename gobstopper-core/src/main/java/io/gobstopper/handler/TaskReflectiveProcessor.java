package io.gobstopper.handler;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;

import io.gobstopper.TaskContext;

/**
 * Tells a native image what a handler or the method of a contract needs: the method
 * itself, and the types of its arguments and result, which are written and read as JSON.
 */
public final class TaskReflectiveProcessor implements ReflectiveProcessor {

	private final BindingReflectionHintsRegistrar bindings = new BindingReflectionHintsRegistrar();

	@Override
	public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
		if (element instanceof Method method) {
			hints.registerMethod(method, ExecutableMode.INVOKE);
			this.bindings.registerReflectionHints(hints,
					Arrays.stream(method.getGenericParameterTypes())
						.filter((type) -> type != TaskContext.class)
						.toArray(Type[]::new));
			this.bindings.registerReflectionHints(hints, method.getGenericReturnType());
		}
	}

}

package io.gobstopper.handler;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

import io.gobstopper.TaskContext;

/**
 * One parameter of a handler method.
 *
 * @param name its name, or {@code argN} if the class was compiled without names
 * @param type the type to read
 * @param optional whether it may be left out
 */
record HandlerParameter(String name, JavaType type, boolean optional) {

	boolean isContext() {
		return this.type.hasRawClass(TaskContext.class);
	}

	@Nullable Object absentValue() {
		return this.type.hasRawClass(Optional.class) ? Optional.empty() : null;
	}

	// Whether a value needs no trial conversion because reading back what was written
	// gives an equal value.
	boolean acceptsAsIs(Object value) {
		Class<?> raw = this.type.getRawClass();
		return (value instanceof String && raw == String.class)
				|| (value instanceof Integer && (raw == int.class || raw == Integer.class))
				|| (value instanceof Long && (raw == long.class || raw == Long.class))
				|| (value instanceof Boolean && (raw == boolean.class || raw == Boolean.class));
	}

	@Override
	public String toString() {
		return simpleName(this.type) + " " + this.name;
	}

	private static String simpleName(JavaType type) {
		String simple = type.getRawClass().getSimpleName();
		if (type.containedTypeCount() == 0) {
			return simple;
		}
		StringBuilder generic = new StringBuilder(simple).append('<');
		for (int i = 0; i < type.containedTypeCount(); i++) {
			generic.append((i > 0) ? ", " : "").append(simpleName(type.containedType(i)));
		}
		return generic.append('>').toString();
	}

}

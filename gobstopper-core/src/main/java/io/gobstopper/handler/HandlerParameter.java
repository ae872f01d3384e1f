package io.gobstopper.handler;

import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

import io.gobstopper.TaskContext;

/**
 * One parameter of a handler method.
 *
 * @param name its name, or {@code argN} if the class was compiled without names
 * @param hasName whether it was compiled with names
 * @param formerNames names by which it is found, too
 * @param type the type to read
 * @param nullable whether it may be null
 * @param hasDefault whether Kotlin supplies a value if it is left out
 */
record HandlerParameter(String name, boolean hasName, Set<String> formerNames, JavaType type, boolean nullable,
		boolean hasDefault) {

	/**
	 * Stands for a value that Kotlin supplies.
	 */
	static final Object DEFAULT = new Object();

	boolean isContext() {
		return this.type.hasRawClass(TaskContext.class);
	}

	boolean mayBeAbsent() {
		return this.nullable || this.hasDefault;
	}

	@Nullable Object absentValue() {
		return this.hasDefault ? DEFAULT : nullValue();
	}

	@Nullable Object nullValue() {
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

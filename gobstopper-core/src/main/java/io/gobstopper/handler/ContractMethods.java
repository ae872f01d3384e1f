package io.gobstopper.handler;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The methods of an interface by whose calls tasks are enqueued.
 */
public final class ContractMethods {

	private final Map<Key, ContractMethod> methods = new HashMap<>();

	void add(ContractMethod method) {
		this.methods.put(Key.of(method.method()), method);
	}

	/**
	 * Returns what a method enqueues.
	 * @param method a method of the interface, or one that it overrides
	 * @return what it enqueues, or {@code null} if it has no annotation
	 */
	public @Nullable ContractMethod find(Method method) {
		return this.methods.get(Key.of(method));
	}

	/**
	 * Returns the method that enqueues tasks of a name.
	 * @param name the name
	 * @return the method, or {@code null} if there is none
	 */
	public @Nullable ContractMethod named(String name) {
		return this.methods.values()
			.stream()
			.filter((method) -> method.signature().definition().name().equals(name))
			.findFirst()
			.orElse(null);
	}

	Collection<ContractMethod> all() {
		return this.methods.values();
	}

	// Whichever interface declares it.
	private record Key(String name, List<Class<?>> parameters) {

		static Key of(Method method) {
			return new Key(method.getName(), List.of(method.getParameterTypes()));
		}

	}

}

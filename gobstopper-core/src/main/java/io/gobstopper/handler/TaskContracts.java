package io.gobstopper.handler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.gobstopper.error.DuplicateTaskNameException;
import io.gobstopper.error.InvalidTaskHandlerException;

/**
 * The interfaces by whose calls tasks are enqueued, and the names of those tasks. Safe
 * for use by several threads.
 */
final class TaskContracts {

	private final Map<Class<?>, ContractMethods> methods = new ConcurrentHashMap<>();

	private final Map<String, Owned> byName = new ConcurrentHashMap<>();

	ContractMethods get(Class<?> contract, Supplier<ContractMethods> reader) {
		ContractMethods known = this.methods.get(contract);
		return (known != null) ? known : add(contract, reader);
	}

	private synchronized ContractMethods add(Class<?> contract, Supplier<ContractMethods> reader) {
		check(contract);
		ContractMethods read = reader.get();
		if (read.all().isEmpty()) {
			throw new InvalidTaskHandlerException(
					"No method of %s has a @GobstopperTask, so no task can be enqueued by it"
						.formatted(contract.getName()));
		}
		Map<String, Owned> added = new HashMap<>();
		for (ContractMethod method : read.all()) {
			for (String name : names(method.signature().definition())) {
				Owned twin = added.putIfAbsent(name, new Owned(contract, method));
				Owned other = (twin != null) ? twin : this.byName.get(name);
				if (other != null && (twin != null
						|| !(areRelated(contract, other.contract()) || method.isSameAs(other.method())))) {
					throw new DuplicateTaskNameException(
							"The task name '%s' is claimed by two methods, of %s and %s; give one of them another name"
								.formatted(name, other.contract().getName(), contract.getName()));
				}
			}
		}
		added.forEach(this.byName::putIfAbsent);
		this.methods.put(contract, read);
		return read;
	}

	// An interface has the methods of those that it extends.
	private static boolean areRelated(Class<?> contract, Class<?> other) {
		return contract.isAssignableFrom(other) || other.isAssignableFrom(contract);
	}

	private static void check(Class<?> contract) {
		String why = contract.isInterface() ? null : "is not an interface";
		if (contract.isSealed() || contract.isHidden() || contract.isAnnotation()) {
			why = "is an interface that nothing can implement here";
		}
		if (contract.getTypeParameters().length > 0) {
			why = "has type parameters, so that the types of its arguments are not known; extend it";
		}
		if (why != null) {
			throw new InvalidTaskHandlerException(
					"%s %s; tasks are enqueued by calls of an interface".formatted(contract.getName(), why));
		}
	}

	@Nullable TaskSignature find(String name) {
		Owned owned = this.byName.get(name);
		return (owned != null) ? owned.method().signature() : null;
	}

	Set<String> names() {
		return this.byName.keySet();
	}

	private static List<String> names(TaskDefinition definition) {
		List<String> names = new ArrayList<>(definition.aliases());
		names.add(definition.name());
		return names;
	}

	private record Owned(Class<?> contract, ContractMethod method) {

	}

}

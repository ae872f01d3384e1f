package io.gobstopper.handler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.function.SingletonSupplier;

import io.gobstopper.DuplicateTaskNameException;
import io.gobstopper.UnknownTaskException;

/**
 * The handlers of the application by name and former name. They are looked for once, when
 * first needed and at the latest when all singletons exist.
 */
public final class TaskHandlers implements SmartInitializingSingleton {

	private final SingletonSupplier<Map<String, TaskHandler>> byName;

	private final SingletonSupplier<List<String>> names;

	public TaskHandlers(Supplier<? extends Collection<TaskHandler>> scanner) {
		this.byName = SingletonSupplier.of(() -> index(scanner.get()));
		this.names = SingletonSupplier.of(() -> List.copyOf(this.byName.obtain().keySet()));
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.byName.obtain();
	}

	/**
	 * Returns the handler of a name.
	 * @param name a name or former name
	 * @return the handler, or {@code null} if there is none
	 */
	public @Nullable TaskHandler find(String name) {
		return this.byName.obtain().get(name);
	}

	/**
	 * Returns the handler of a name.
	 * @param name a name or former name
	 * @return the handler
	 * @throws UnknownTaskException if there is none
	 */
	public TaskHandler getRequired(String name) {
		TaskHandler handler = find(name);
		if (handler == null) {
			throw new UnknownTaskException("No @GobstopperTask is named '%s'; known: %s".formatted(name, names()));
		}
		return handler;
	}

	/**
	 * Returns all names, former ones included.
	 * @return the names in alphabetical order
	 */
	public List<String> names() {
		return this.names.obtain();
	}

	/**
	 * Returns what the annotations of all handlers say.
	 * @return the definitions, each once
	 */
	public Set<TaskDefinition> definitions() {
		return this.byName.obtain().values().stream().map(TaskHandler::definition).collect(Collectors.toSet());
	}

	/**
	 * Returns the categories that handlers name.
	 * @return the categories in alphabetical order
	 */
	public Set<String> categories() {
		return definitions().stream().map(TaskDefinition::category).collect(Collectors.toCollection(TreeSet::new));
	}

	private static Map<String, TaskHandler> index(Collection<TaskHandler> handlers) {
		Map<String, TaskHandler> index = new TreeMap<>();
		for (TaskHandler handler : handlers) {
			List<String> names = new ArrayList<>(handler.definition().aliases());
			names.add(handler.definition().name());
			for (String name : names) {
				TaskHandler other = index.putIfAbsent(name, handler);
				if (other != null) {
					throw new DuplicateTaskNameException(
							"The task name '%s' is claimed by two methods, %s and %s; give one of them another name"
								.formatted(name, other, handler));
				}
			}
		}
		return index;
	}

}

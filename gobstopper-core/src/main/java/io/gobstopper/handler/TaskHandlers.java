package io.gobstopper.handler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;

import io.gobstopper.error.DuplicateTaskNameException;
import io.gobstopper.error.InvalidTaskHandlerException;
import io.gobstopper.error.UnknownTaskException;
import io.gobstopper.handler.limit.DeclaredLimits;
import io.gobstopper.handler.limit.LimitDeclaration;
import io.gobstopper.limit.Fairness;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.OnConflict;
import io.gobstopper.limit.PropertyNames;

/**
 * The handlers of the application by name and former name. They are looked for when first
 * needed, again when all singletons exist, and whenever a bean that is created later
 * turns out to have some. Safe for use by several threads.
 */
public final class TaskHandlers implements SmartInitializingSingleton {

	private static final int MOST_BEANS_NAMED = 30;

	private final List<TaskHandlerScanner> scanners = new CopyOnWriteArrayList<>();

	private final TaskContracts contracts = new TaskContracts();

	private final DeclaredLimits limits;

	private final Fairness fairness;

	private volatile @Nullable Index index;

	/**
	 * Creates the handlers of one or more contexts.
	 * @param scanners look for handlers in one context each
	 */
	public TaskHandlers(TaskHandlerScanner... scanners) {
		this(new DeclaredLimits(Map.of(), Map.of()), Fairness.NONE, scanners);
	}

	/**
	 * Creates the handlers of one or more contexts.
	 * @param limits what properties say of limits, instead of what handlers declare
	 * @param fairness in which categories tasks of different fairness keys take turns
	 * @param scanners look for handlers in one context each
	 */
	public TaskHandlers(DeclaredLimits limits, Fairness fairness, TaskHandlerScanner... scanners) {
		this.limits = limits;
		this.fairness = fairness;
		this.scanners.addAll(List.of(scanners));
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.scanners.forEach((scanner) -> scanner.watch(this::scan));
		scan();
	}

	/**
	 * Adds the handlers of another context, all of whose singletons exist.
	 * @param scanner looks for them
	 * @throws DuplicateTaskNameException if one has a name that is known; none is added
	 * then
	 */
	public void add(TaskHandlerScanner scanner) {
		this.scanners.add(scanner);
		try {
			scan();
		}
		catch (RuntimeException ex) {
			this.scanners.remove(scanner);
			throw ex;
		}
		scanner.watch(this::scan);
	}

	/**
	 * Forgets the handlers of another context, which is closed.
	 * @param scanner what was added
	 */
	public void remove(TaskHandlerScanner scanner) {
		if (this.scanners.remove(scanner)) {
			scan();
		}
	}

	/**
	 * Returns the handler of a name.
	 * @param name a name or former name
	 * @return the handler, or {@code null} if there is none
	 */
	public @Nullable TaskHandler find(String name) {
		return index().byName().get(name);
	}

	/**
	 * Returns the methods of an interface by whose calls tasks are enqueued. From now on
	 * they can be enqueued by name, too, without a handler in this application.
	 * @param contract the interface
	 * @return the methods
	 * @throws InvalidTaskHandlerException if it is no interface whose calls could be
	 * recorded, none of its methods is annotated, or an annotation is not valid
	 * @throws DuplicateTaskNameException if two methods, of this interface or of another,
	 * have one name
	 */
	public ContractMethods contract(Class<?> contract) {
		ContractMethods methods = this.contracts.get(contract, () -> this.scanners.get(0).read(contract));
		methods.all().forEach((method) -> checkFairness(method.signature(), contract.getName()));
		return methods;
	}

	/**
	 * Returns what must be known to enqueue a task.
	 * @param name a name or former name
	 * @return the signature of its handler, or of a contract
	 * @throws UnknownTaskException if there is none
	 */
	public TaskSignature signature(String name) {
		TaskHandler handler = find(name);
		TaskSignature signature = (handler != null) ? handler.signature() : this.contracts.find(name);
		if (signature == null) {
			throw new UnknownTaskException(
					"No @GobstopperTask is named '%s'; known: %s%s".formatted(name, enqueueable(), whereWasLooked()));
		}
		return signature;
	}

	/**
	 * Returns the names of what can be enqueued: those of all handlers and contracts,
	 * former ones included.
	 * @return the names in alphabetical order
	 */
	public List<String> enqueueable() {
		Set<String> names = new TreeSet<>(names());
		names.addAll(this.contracts.names());
		return List.copyOf(names);
	}

	private String whereWasLooked() {
		List<String> lookedAt = names().isEmpty()
				? this.scanners.stream().flatMap((scanner) -> scanner.lookedAt().stream()).toList() : List.of();
		List<String> undecided = this.scanners.stream().flatMap((scanner) -> scanner.undecided().stream()).toList();
		return (lookedAt.isEmpty() ? "" : "; no bean of these has any: " + some(lookedAt))
				+ (undecided.isEmpty() ? "" : "; not known yet, as they are lazy and declared as an interface, are the "
						+ "handlers of: " + some(undecided));
	}

	private static List<String> some(List<String> names) {
		return names.subList(0, Math.min(MOST_BEANS_NAMED, names.size()));
	}

	/**
	 * Returns the names of all handlers, former ones included.
	 * @return the names in alphabetical order
	 */
	public List<String> names() {
		return index().names();
	}

	/**
	 * Returns what the annotations of all handlers say.
	 * @return the definitions, each once
	 */
	public Set<TaskDefinition> definitions() {
		return index().byName().values().stream().map(TaskHandler::definition).collect(Collectors.toSet());
	}

	/**
	 * Returns how many tasks the limits let run at once that handlers or properties name.
	 * @return the numbers by the name of the limit
	 */
	public Map<String, LimitNumbers> limits() {
		return index().limits();
	}

	/**
	 * Returns the limits that all tasks of a category have.
	 * @param category the category
	 * @return the names of the limits
	 */
	public Set<String> limitsOf(String category) {
		return index().limitsByCategory().getOrDefault(category, Set.of());
	}

	/**
	 * Returns by the keys of which limits tasks start in order.
	 * @return the names of the limits
	 */
	public Set<String> orderedLimits() {
		return index().orderedLimits();
	}

	/**
	 * Returns of which limits not all tasks with the same key wait if there are too many.
	 * @return what becomes of them, by the name of the limit
	 */
	public Map<String, OnConflict> limitConflicts() {
		return index().limitConflicts();
	}

	/**
	 * Returns in which categories tasks of different fairness keys take turns.
	 * @return the categories
	 */
	public Fairness fairness() {
		return this.fairness;
	}

	private void checkFairness(TaskSignature signature, String where) {
		String category = signature.definition().category();
		if (signature.hasFairnessKey() && !this.fairness.isDecided(category)) {
			throw new InvalidTaskHandlerException(
					"Task '%s' of %s has a 'fairnessKey', but its category '%s' has no fairness; set %s, or leave the key out"
						.formatted(signature.definition().name(), where, category,
								PropertyNames.property("gobstopper.fairness", category, "enabled")));
		}
	}

	/**
	 * Returns the handlers that declare schedules.
	 * @return the handlers
	 */
	public Set<TaskHandler> scheduled() {
		return index().byName()
			.values()
			.stream()
			.filter((handler) -> !handler.schedules().isEmpty())
			.collect(Collectors.toSet());
	}

	/**
	 * Returns the categories that handlers name.
	 * @return the categories in alphabetical order
	 */
	public Set<String> categories() {
		return definitions().stream().map(TaskDefinition::category).collect(Collectors.toCollection(TreeSet::new));
	}

	private Index index() {
		Index known = this.index;
		return (known != null) ? known : scan();
	}

	private synchronized Index scan() {
		List<TaskHandler> handlers = new ArrayList<>();
		this.scanners.forEach((scanner) -> handlers.addAll(scanner.scan()));
		handlers.forEach((handler) -> checkFairness(handler.signature(), handler.toString()));
		Index scanned = Index.of(handlers, this.limits);
		this.index = scanned;
		return scanned;
	}

	/**
	 * What one scan found.
	 */
	private record Index(Map<String, TaskHandler> byName, List<String> names, Map<String, LimitNumbers> limits,
			Map<String, Set<String>> limitsByCategory, Set<String> orderedLimits,
			Map<String, OnConflict> limitConflicts) {

		static Index of(Collection<TaskHandler> handlers, DeclaredLimits limits) {
			Map<String, TaskHandler> byName = new TreeMap<>();
			Map<String, TaskHandler> bySchedule = new HashMap<>();
			for (TaskHandler handler : handlers) {
				List<String> names = new ArrayList<>(handler.definition().aliases());
				names.add(handler.definition().name());
				for (String name : names) {
					TaskHandler other = byName.putIfAbsent(name, handler);
					if (other != null) {
						throw new DuplicateTaskNameException(
								"The task name '%s' is claimed by two methods, %s and %s; give one of them another name"
									.formatted(name, other, handler));
					}
				}
			}
			for (TaskHandler handler : handlers) {
				for (ScheduleDeclaration schedule : handler.schedules()) {
					TaskHandler other = bySchedule.putIfAbsent(schedule.name(), handler);
					if (other != null) {
						throw new DuplicateTaskNameException(
								"The schedule name '%s' is used twice, by %s and %s; give one of them a 'name' of its own"
									.formatted(schedule.name(), other, handler));
					}
				}
			}
			Map<String, List<LimitDeclaration>> declared = new TreeMap<>();
			byName.values().forEach((handler) -> declared.put(handler.toString(), handler.limits()));
			Map<String, LimitNumbers> numbers = limits.read(declared);
			return new Index(byName, List.copyOf(byName.keySet()), numbers, limits.byCategory(numbers.keySet()),
					DeclaredLimits.ordered(declared), DeclaredLimits.conflicts(declared));
		}

	}

}

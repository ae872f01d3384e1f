package io.gobstopper.handler;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.gobstopper.handler.limit.KeyExpression;
import io.gobstopper.handler.limit.LimitDeclaration;

/**
 * What must be known of a task to enqueue it: what its annotation says, and its
 * parameters. Safe for use by several threads.
 */
public final class TaskSignature {

	private final TaskDefinition definition;

	private final ArgumentBinder arguments;

	private final List<LimitDeclaration> limits;

	private final @Nullable KeyExpression fairnessKey;

	TaskSignature(TaskDefinition definition, ArgumentBinder arguments, List<LimitDeclaration> limits,
			@Nullable KeyExpression fairnessKey) {
		this.definition = definition;
		this.arguments = arguments;
		this.limits = List.copyOf(limits);
		this.fairnessKey = fairnessKey;
	}

	/**
	 * Returns what the annotation says.
	 * @return the definition
	 */
	public TaskDefinition definition() {
		return this.definition;
	}

	/**
	 * Checks arguments against the parameters and returns them as JSON.
	 * @param args the positional arguments
	 * @param kwargs the arguments by parameter name
	 * @return the arguments as they are stored
	 * @throws io.gobstopper.error.InvalidTaskArgumentsException if they do not fit
	 */
	public EncodedArguments encode(List<@Nullable Object> args, Map<String, @Nullable Object> kwargs) {
		return this.arguments.encode(args, kwargs);
	}

	/**
	 * Returns the names of the arguments, as far as they are known.
	 * @return the names of the parameters in their order, without that of a context
	 */
	public List<String> argumentNames() {
		return this.arguments.names();
	}

	/**
	 * Returns the limits of a task.
	 * @param encoded its arguments as they are stored
	 * @return the key of each limit, empty for none, by the name of the limit
	 * @throws io.gobstopper.error.InvalidTaskArgumentsException if a key cannot be
	 * computed
	 */
	public Map<String, String> limits(EncodedArguments encoded) {
		if (this.limits.isEmpty()) {
			return Map.of();
		}
		Map<String, @Nullable Object> values = this.arguments.valuesByName(encoded);
		Map<String, String> keys = new TreeMap<>();
		for (LimitDeclaration limit : this.limits) {
			keys.put(limit.name(), limit.keyOf(this.definition.name(), values));
		}
		return keys;
	}

	/**
	 * Returns whose turn a task takes in a category with fairness.
	 * @param encoded its arguments as they are stored
	 * @return the key, empty if the annotation says nothing of it
	 * @throws io.gobstopper.error.InvalidTaskArgumentsException if it cannot be computed
	 */
	public String fairnessKey(EncodedArguments encoded) {
		return (this.fairnessKey != null)
				? this.fairnessKey.compute("fairness key", this.definition.name(), this.arguments.valuesByName(encoded))
				: "";
	}

	boolean hasFairnessKey() {
		return this.fairnessKey != null;
	}

	List<LimitDeclaration> limits() {
		return this.limits;
	}

	ArgumentBinder arguments() {
		return this.arguments;
	}

}

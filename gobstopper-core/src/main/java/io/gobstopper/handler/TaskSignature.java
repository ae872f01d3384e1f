package io.gobstopper.handler;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What must be known of a task to enqueue it: what its annotation says, and its
 * parameters. Safe for use by several threads.
 */
public final class TaskSignature {

	private final TaskDefinition definition;

	private final ArgumentBinder arguments;

	TaskSignature(TaskDefinition definition, ArgumentBinder arguments) {
		this.definition = definition;
		this.arguments = arguments;
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

	ArgumentBinder arguments() {
		return this.arguments;
	}

}

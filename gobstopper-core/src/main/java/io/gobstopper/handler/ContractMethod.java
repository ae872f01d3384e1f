package io.gobstopper.handler;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

import io.gobstopper.TaskRequest;

/**
 * A method of an interface by whose calls tasks of one name are enqueued.
 *
 * @param method the method
 * @param signature what is enqueued
 * @param parameters the parameters of the method
 * @param returnType what the method returns
 */
public record ContractMethod(Method method, TaskSignature signature, List<HandlerParameter> parameters,
		JavaType returnType) {

	// Whether both are one method that two interfaces have from a third.
	boolean isSameAs(ContractMethod other) {
		return this.method.equals(other.method) && this.parameters.equals(other.parameters);
	}

	/**
	 * Returns whether what the method returns is the result of the task.
	 * @return whether it is; {@code false} if it stands for a result to be awaited
	 */
	public boolean isResult() {
		return !PendingResult.isPending(this.returnType.getRawClass());
	}

	/**
	 * Returns the request of a call.
	 * @param values what the method was called with
	 * @return the request
	 */
	public TaskRequest request(@Nullable Object[] values) {
		List<@Nullable Object> args = new ArrayList<>();
		for (int i = 0; i < values.length; i++) {
			if (!this.parameters.get(i).isContext()) {
				args.add(values[i]);
			}
		}
		return TaskRequest.of(this.signature.definition().name()).args(args.toArray());
	}

}

package io.gobstopper.test;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskContext;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.Tasks;
import io.gobstopper.handler.ContractMethod;
import io.gobstopper.handler.PendingResult;
import io.gobstopper.handler.TaskHandler;
import io.gobstopper.handler.TaskHandlers;

/**
 * Calls a handler with what would have been stored.
 *
 * @param queue records the call
 * @param handlers what can be called
 * @param jsonMapper writes and reads results
 */
record PerformedCall(TaskQueueService queue, TaskHandlers handlers, JsonMapper jsonMapper) {

	@SuppressWarnings("unchecked")
	<T, R> @Nullable R perform(Class<T> contract, Tasks.TaskFunction<T, R> call) throws Exception {
		TaskRequest request = this.queue.tasks(contract).request(call::on);
		ContractMethod method = Objects.requireNonNull(this.handlers.contract(contract).named(request.name()));
		Assert.isTrue(method.isResult(), () -> "The result of '%s' would have to be awaited".formatted(request.name()));
		TaskHandler handler = this.handlers.find(request.name());
		Assert.state(handler != null, () -> "There is no handler of '%s' here".formatted(request.name()));
		List<@Nullable Object> arguments = handler.decode(handler.signature().encode(request.args(), request.kwargs()));
		TestTaskContext context = TestTaskContext.of(request.name())
			.category(handler.definition().category())
			.maxRetries(handler.definition().maxRetries());
		Object result = call(handler, arguments, context);
		return (R) ((result != null)
				? this.jsonMapper.readValue(this.jsonMapper.writeValueAsString(result), method.returnType()) : null);
	}

	private static @Nullable Object call(TaskHandler handler, List<@Nullable Object> arguments, TestTaskContext context)
			throws Exception {
		try {
			return TaskContext.Scope.call(context, () -> PendingResult.await(handler.invoke(arguments, context)));
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException("The handler threw neither an exception nor an error", ex);
		}
	}

}

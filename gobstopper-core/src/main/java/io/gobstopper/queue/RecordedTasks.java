package io.gobstopper.queue;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import tools.jackson.databind.JavaType;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskHandle;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.Tasks;
import io.gobstopper.handler.ContractMethods;
import io.gobstopper.queue.CallRecorder.RecordedCall;

/**
 * Enqueues tasks by calls that are recorded.
 *
 * @param <T> the interface
 */
final class RecordedTasks<T> implements Tasks<T> {

	private final Class<T> contract;

	private final ContractMethods methods;

	private final TaskQueueService queue;

	private final BiFunction<String, JavaType, CompletableFuture<@Nullable Object>> results;

	private final UnaryOperator<TaskRequest> options;

	RecordedTasks(Class<T> contract, ContractMethods methods, TaskQueueService queue,
			BiFunction<String, JavaType, CompletableFuture<@Nullable Object>> results) {
		this(contract, methods, queue, results, UnaryOperator.identity());
	}

	private RecordedTasks(Class<T> contract, ContractMethods methods, TaskQueueService queue,
			BiFunction<String, JavaType, CompletableFuture<@Nullable Object>> results,
			UnaryOperator<TaskRequest> options) {
		this.contract = contract;
		this.methods = methods;
		this.queue = queue;
		this.results = results;
		this.options = options;
	}

	@Override
	public Tasks<T> with(UnaryOperator<TaskRequest> further) {
		return new RecordedTasks<>(this.contract, this.methods, this.queue, this.results,
				(request) -> further.apply(this.options.apply(request)));
	}

	@Override
	public String enqueue(TaskCall<T> call) {
		return this.queue.enqueue(request(call)).id();
	}

	@Override
	public <R extends @Nullable Object> TaskHandle<R> submit(TaskFunction<T, R> call) {
		RecordedCall recorded = record(call::on);
		JavaType type = recorded.method().returnType();
		Assert.isTrue(recorded.method().isResult(),
				() -> "The result of '%s' cannot be had as a %s; enqueue it, and ask for its completion"
					.formatted(recorded.request().name(), type.getRawClass().getName()));
		return new Handle<>(this.queue.enqueue(withOptions(recorded)), type);
	}

	@Override
	public <E> List<String> enqueueAll(Collection<E> elements, TaskCallFor<T, E> call) {
		List<TaskRequest> requests = elements.stream()
			.map((element) -> request((tasks) -> call.on(tasks, element)))
			.toList();
		return this.queue.enqueueAll(requests).stream().map(EnqueueResult::id).toList();
	}

	@Override
	public TaskRequest request(TaskCall<T> call) {
		return withOptions(record(call));
	}

	private RecordedCall record(TaskCall<T> call) {
		return CallRecorder.record(this.contract, this.methods, call);
	}

	private TaskRequest withOptions(RecordedCall recorded) {
		TaskRequest request = this.options.apply(recorded.request());
		Assert.notNull(request, () -> "The options of '%s' returned null".formatted(recorded.request().name()));
		return request;
	}

	@Override
	public String toString() {
		return "Tasks of " + this.contract.getName();
	}

	/**
	 * A task that was enqueued.
	 */
	private final class Handle<R extends @Nullable Object> implements TaskHandle<R> {

		private final EnqueueResult enqueued;

		private final JavaType type;

		Handle(EnqueueResult enqueued, JavaType type) {
			this.enqueued = enqueued;
			this.type = type;
		}

		@Override
		public String id() {
			return this.enqueued.id();
		}

		@Override
		public boolean created() {
			return this.enqueued.created();
		}

		@Override
		@SuppressWarnings("unchecked")
		public CompletableFuture<R> result() {
			return (CompletableFuture<R>) RecordedTasks.this.results.apply(id(), this.type);
		}

		@Override
		public Optional<TaskInfo> find() {
			return RecordedTasks.this.queue.findTask(id());
		}

	}

}

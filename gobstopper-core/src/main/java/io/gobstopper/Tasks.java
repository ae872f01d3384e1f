package io.gobstopper;

import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * Enqueues tasks by calls of the methods of an interface, their contract, instead of by
 * their names. A call is recorded and not made: what is stored is the name that the
 * {@link GobstopperTask} of the called method says and the arguments, so that renaming
 * the method changes nothing. The handler need not be in this application.
 * <p>
 * Each call given to these methods makes exactly one call of an annotated method on what
 * it gets, directly or through a default method without the annotation; whatever a
 * recorded method returns to it means nothing. For a parameter of type
 * {@link TaskContext} it passes {@code null}. Safe for use by several threads.
 *
 * @param <T> the interface
 * @see TaskQueueService#tasks(Class)
 * @see TaskContract
 */
public interface Tasks<T> {

	/**
	 * Returns tasks with options for each request, beside those that these have.
	 * @param options changes the request of a call, such as its delay or idempotency key
	 * @return the tasks with the options
	 */
	Tasks<T> with(UnaryOperator<TaskRequest> options);

	/**
	 * Enqueues a task.
	 * @param call makes the call
	 * @return the id of the task: a new one, or the one that has the idempotency key
	 * @throws IllegalArgumentException if not exactly one annotated method is called, or
	 * the call throws a checked exception
	 * @throws io.gobstopper.error.InvalidTaskArgumentsException if the arguments do not
	 * fit the parameters or are too large
	 * @throws io.gobstopper.error.TaskQueueFullException if the database cannot keep up
	 * @throws io.gobstopper.error.TaskQueueClosedException if the application is shutting
	 * down
	 */
	String enqueue(TaskCall<T> call);

	/**
	 * Enqueues a task whose result is asked for.
	 * @param <R> the type of the result: what the called method returns
	 * @param call makes the call and returns what it returned
	 * @return the task
	 * @throws IllegalArgumentException as {@link #enqueue} does, and if the called method
	 * returns something to be awaited, such as a
	 * {@link java.util.concurrent.CompletableFuture}; enqueue such a task, and ask for
	 * its {@link TaskQueueService#completion}
	 * @throws io.gobstopper.error.InvalidTaskArgumentsException as {@link #enqueue} does
	 * @throws io.gobstopper.error.TaskQueueFullException as {@link #enqueue} does
	 * @throws io.gobstopper.error.TaskQueueClosedException as {@link #enqueue} does
	 */
	<R extends @Nullable Object> TaskHandle<R> submit(TaskFunction<T, R> call);

	/**
	 * Enqueues a task for each of some elements, all of them or, if one is refused, none.
	 * @param <E> the type of the elements
	 * @param elements the elements
	 * @param call makes the call for one of them
	 * @return the ids in the order of the elements
	 * @throws IllegalArgumentException as {@link #enqueue} does
	 * @throws io.gobstopper.error.InvalidTaskArgumentsException as {@link #enqueue} does
	 * @throws io.gobstopper.error.TaskQueueFullException as {@link #enqueue} does
	 * @throws io.gobstopper.error.TaskQueueClosedException as {@link #enqueue} does
	 */
	<E> List<String> enqueueAll(Collection<E> elements, TaskCallFor<T, E> call);

	/**
	 * Returns the request of a call without enqueueing it, to be enqueued together with
	 * those of other contracts.
	 * @param call makes the call
	 * @return the request
	 * @throws IllegalArgumentException as {@link #enqueue} does
	 */
	TaskRequest request(TaskCall<T> call);

	/**
	 * Makes a call that is recorded.
	 *
	 * @param <T> the interface
	 */
	@FunctionalInterface
	interface TaskCall<T> {

		/**
		 * Calls one method.
		 * @param tasks what to call it on
		 * @throws Exception what the method declares; a recorded call throws none
		 */
		void on(T tasks) throws Exception;

	}

	/**
	 * Makes a call that is recorded, for an element.
	 *
	 * @param <T> the interface
	 * @param <E> the type of the element
	 */
	@FunctionalInterface
	interface TaskCallFor<T, E> {

		/**
		 * Calls one method.
		 * @param tasks what to call it on
		 * @param element the element
		 * @throws Exception what the method declares; a recorded call throws none
		 */
		void on(T tasks, E element) throws Exception;

	}

	/**
	 * Makes a call that is recorded, and tells the type of its result.
	 *
	 * @param <T> the interface
	 * @param <R> the type of the result
	 */
	@FunctionalInterface
	interface TaskFunction<T, R extends @Nullable Object> {

		/**
		 * Calls one method.
		 * @param tasks what to call it on
		 * @return what the method returned, which means nothing
		 * @throws Exception what the method declares; a recorded call throws none
		 */
		R on(T tasks) throws Exception;

	}

}

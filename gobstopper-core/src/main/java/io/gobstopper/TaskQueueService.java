package io.gobstopper;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * The queue of durable background tasks. Safe for use by any number of threads.
 * <p>
 * Outside a transaction, what an {@code enqueue} method returned is stored durably.
 * Inside an active Spring transaction the task is stored right after the commit, or,
 * where the transaction is one of the very PostgreSQL database in which tasks are stored,
 * by the transaction itself; not at all if it rolls back. Arguments are checked at the
 * call either way.
 */
public interface TaskQueueService {

	/**
	 * Enqueues a task with positional arguments.
	 * @param name the name of the task
	 * @param args the arguments in the order of the handler's parameters; {@code null} is
	 * one argument that is {@code null}, and an array of any type but {@code Object[]},
	 * such as a {@code String[]}, is one argument
	 * @return the id of the new task
	 * @throws io.gobstopper.error.UnknownTaskException if no handler and no contract has
	 * this name
	 * @throws io.gobstopper.error.InvalidTaskArgumentsException if the arguments do not
	 * fit the handler's parameters or are too large
	 * @throws io.gobstopper.error.TaskQueueFullException if the database cannot keep up
	 * @throws io.gobstopper.error.TaskQueueClosedException if the application is shutting
	 * down
	 */
	String enqueue(String name, @Nullable Object... args);

	/**
	 * Enqueues a task.
	 * @param request what to run, and how
	 * @return the id of the task and whether it is new; inside a transaction, keys stored
	 * between this call and the commit are not seen, and the task already stored wins
	 * @throws io.gobstopper.error.UnknownTaskException if no handler and no contract has
	 * this name
	 * @throws io.gobstopper.error.InvalidTaskArgumentsException if the arguments do not
	 * fit the handler's parameters or are too large
	 * @throws io.gobstopper.error.TaskQueueFullException if the database cannot keep up
	 * @throws io.gobstopper.error.TaskQueueClosedException if the application is shutting
	 * down
	 */
	EnqueueResult enqueue(TaskRequest request);

	/**
	 * Enqueues tasks, all of them or, if one is refused, none.
	 * @param requests what to run, in this order
	 * @return the results in the order of the requests
	 * @throws io.gobstopper.error.UnknownTaskException if no handler and no contract has
	 * one of the names
	 * @throws io.gobstopper.error.InvalidTaskArgumentsException if arguments do not fit
	 * @throws io.gobstopper.error.TaskQueueFullException if the database cannot keep up
	 * @throws io.gobstopper.error.TaskQueueClosedException if the application is shutting
	 * down
	 */
	List<EnqueueResult> enqueueAll(Collection<TaskRequest> requests);

	/**
	 * Returns the tasks of an interface, to be enqueued by calls of its methods. From now
	 * on they can be enqueued by name, too, without a handler in this application.
	 * @param <T> the interface
	 * @param contract the interface, whose methods are annotated with
	 * {@link GobstopperTask}
	 * @return the tasks
	 * @throws io.gobstopper.error.InvalidTaskHandlerException if it is no interface whose
	 * calls can be recorded, none of its methods is annotated, or an annotation is not
	 * valid
	 * @throws io.gobstopper.error.DuplicateTaskNameException if two methods, of this
	 * interface or another, have one name
	 */
	<T> Tasks<T> tasks(Class<T> contract);

	/**
	 * Returns what is known of a task.
	 * @param id the id of the task
	 * @return the task, or empty if there is none with this id
	 */
	Optional<TaskInfo> findTask(String id);

	/**
	 * Returns the task that holds an idempotency key.
	 * @param idempotencyKey the key
	 * @return the task, or empty if none that is kept has this key
	 */
	Optional<TaskInfo> findByIdempotencyKey(String idempotencyKey);

	/**
	 * Returns one page of tasks, newest first.
	 * @param query which tasks
	 * @return the page
	 */
	TaskPage findTasks(TaskQuery query);

	/**
	 * Returns how many tasks a query fits, whatever its limit.
	 * @param query which tasks
	 * @return the number
	 */
	long count(TaskQuery query);

	/**
	 * Returns the attempts to run a task, oldest first: the running one, those that a
	 * crash or a shutdown ended and those before a retry by hand included. Of more than
	 * 50, the oldest are forgotten.
	 * @param id the id of the task
	 * @return the attempts, empty if there is no such task or it was never started
	 */
	List<TaskAttempt> findAttempts(String id);

	/**
	 * Cancels a task: one that waits at once, one that runs by asking it to stop (see
	 * {@link TaskContext#isCancelled()}) and interrupting its thread.
	 * @param id the id of the task
	 * @return whether it was cancelled or asked to stop; {@code false} if there is no
	 * such task or it is completed
	 */
	boolean cancel(String id);

	/**
	 * Queues a failed or cancelled task again, with its retries and crashes forgotten.
	 * @param id the id of the task
	 * @return whether it was queued; {@code false} if there is no such task or it is
	 * neither failed nor cancelled
	 */
	boolean retry(String id);

	/**
	 * Cancels all tasks a query fits, as {@link #cancel} does, in commits of some hundred
	 * tasks.
	 * @param query which tasks; its limit does not matter
	 * @return how many were cancelled or asked to stop
	 */
	long cancelAll(TaskQuery query);

	/**
	 * Queues all failed or cancelled tasks a query fits again, as {@link #retry} does, in
	 * commits of some hundred tasks.
	 * @param query which tasks; its limit does not matter
	 * @return how many were queued
	 */
	long retryAll(TaskQuery query);

	/**
	 * Takes back the cancelling of all tasks a query fits that waited when they were
	 * cancelled: they wait again, until they are due, with their retries and crashes.
	 * Those that had been running are left.
	 * @param query which tasks; its limit does not matter
	 * @return how many wait again
	 */
	long restoreAll(TaskQuery query);

	/**
	 * Deletes a failed or cancelled task and all that is known of it.
	 * @param id the id of the task
	 * @return whether it was deleted; {@code false} if there is no such task or it is
	 * neither failed nor cancelled
	 */
	boolean discard(String id);

	/**
	 * Deletes all failed or cancelled tasks a query fits, as {@link #discard} does, in
	 * commits of some hundred tasks.
	 * @param query which tasks; its limit does not matter
	 * @return how many were deleted
	 */
	long discardAll(TaskQuery query);

	/**
	 * Returns the numbers of tasks.
	 * @return the statistics
	 */
	TaskStats stats();

	/**
	 * Returns a future that completes when the task does, whatever its final status.
	 * @param id the id of the task
	 * @return a future of the completed task; it fails with an
	 * {@link IllegalArgumentException} if there is no such task and with a
	 * {@link io.gobstopper.error.TaskQueueClosedException} when the application shuts
	 * down first
	 */
	CompletableFuture<TaskInfo> completion(String id);

	/**
	 * Returns what can be enqueued here.
	 * @return the names and former names of all handlers and contracts of this
	 * application, sorted
	 */
	List<String> taskNames();

	/**
	 * Returns the categories that are paused, whether or not they have tasks.
	 * @return the categories
	 */
	Set<String> pausedCategories();

	/**
	 * Stops starting tasks of a category, restarts of the application included; running
	 * ones go on and new ones may be enqueued.
	 * @param category the category
	 */
	void pause(String category);

	/**
	 * Starts tasks of a category again.
	 * @param category the category
	 */
	void resume(String category);

	/**
	 * Deletes completed tasks; others are never touched.
	 * @param olderThan how long ago, at least, they were completed
	 * @return the number of tasks deleted
	 */
	long purge(Duration olderThan);

}

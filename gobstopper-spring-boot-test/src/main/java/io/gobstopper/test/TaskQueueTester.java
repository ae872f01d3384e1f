package io.gobstopper.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;

import org.assertj.core.api.AssertProvider;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskPage;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskStatus;
import io.gobstopper.Tasks;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.queue.UncommittedTasks;
import io.gobstopper.schedule.ScheduleInfo;
import io.gobstopper.schedule.ScheduleInfo.Origin;
import io.gobstopper.schedule.TaskSchedules;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.GroupCommit;

/**
 * What a test can do with its tasks: look at what was enqueued, run it on the thread of
 * the test, and move the time. Inject it, and give it to AssertJ's {@code assertThat} for
 * assertions.
 * <p>
 * With {@link AutoConfigureGobstopper.Mode#WORKER} tasks can be looked at, but are run by
 * the worker. Safe for use by several threads, one of which runs tasks at a time.
 */
public final class TaskQueueTester implements AssertProvider<TaskQueueAssert>, AutoCloseable {

	private static final int PAGE = 1000;

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final GroupCommit groupCommit;

	private final TaskQueueService queue;

	private final TaskSchedules schedules;

	private final TaskHandlers handlers;

	private final JsonMapper jsonMapper;

	private final @Nullable ManualWorker worker;

	private final ReentrantLock running = new ReentrantLock();

	TaskQueueTester(GroupCommit groupCommit, TaskQueueService queue, TaskSchedules schedules, TaskHandlers handlers,
			JsonMapper jsonMapper, @Nullable ManualWorker worker) {
		this.groupCommit = groupCommit;
		this.queue = queue;
		this.schedules = schedules;
		this.handlers = handlers;
		this.jsonMapper = jsonMapper;
		this.worker = worker;
	}

	/**
	 * Returns the time of the queue, which stands still until it is moved, unless a
	 * worker runs the tasks.
	 * @return the time
	 */
	public Instant now() {
		return this.groupCommit.clock().instant();
	}

	/**
	 * Returns all tasks, whatever has become of them, and those that wait for the commit
	 * of the transaction of this thread.
	 * @return the tasks in the order in which they were enqueued
	 */
	public List<TestedTask> tasks() {
		List<TaskInfo> all = new ArrayList<>();
		TaskQuery query = TaskQuery.all().limit(PAGE);
		TaskPage page = this.queue.findTasks(query);
		all.addAll(page.tasks());
		while (page.next() != null) {
			page = this.queue.findTasks(query.after(page.next()));
			all.addAll(page.tasks());
		}
		Collections.reverse(all);
		all.addAll(UncommittedTasks.current(this.jsonMapper));
		return all.stream().map(this::tested).toList();
	}

	/**
	 * Returns the task of a name that was enqueued last.
	 * @param name the name
	 * @return the task
	 * @throws AssertionError if there is none
	 */
	public TestedTask last(String name) {
		List<TestedTask> all = tasks();
		return all.stream()
			.filter((task) -> task.info().name().equals(name))
			.reduce((first, second) -> second)
			.orElseThrow(() -> new AssertionError(
					"No task '%s' was enqueued. %s".formatted(name, TaskQueueAssert.describe(all))));
	}

	/**
	 * Runs all tasks that are due, and those that they enqueue, in the order in which
	 * they became due, on this thread.
	 * @return how many attempts were made
	 * @throws IllegalStateException if there is no end to it
	 */
	public int runDue() {
		return runDue((task) -> true);
	}

	/**
	 * Runs the tasks of one name that are due, on this thread.
	 * @param name the name
	 * @return how many attempts were made
	 */
	public int runOnly(String name) {
		return runDue((task) -> task.details().name().equals(name));
	}

	/**
	 * Makes one attempt of a task, on this thread. If it is not due yet, the time is
	 * moved until it is.
	 * @param id the id of the task
	 * @return the task afterwards
	 * @throws AssertionError if it cannot be run, as there is no such task, it does not
	 * wait, its category is paused, it has no handler or its arguments do not fit
	 */
	public TestedTask run(String id) {
		return alone((manual) -> {
			StoredTask task = waiting(id);
			if (!manual.run(task)) {
				throw new AssertionError("Task '%s' (%s) cannot be run; it is still %s".formatted(task.details().name(),
						id, TaskQueueAssert.describe(List.of(find(id)))));
			}
			return find(id);
		});
	}

	/**
	 * Begins an attempt of a task and has its process die: the task has a crash more and
	 * waits again, or fails if it has too many. If it is not due yet, the time is moved
	 * until it is.
	 * @param id the id of the task
	 * @return the task afterwards
	 * @throws AssertionError if it cannot be begun
	 */
	public TestedTask crashRunning(String id) {
		return alone((manual) -> {
			StoredTask task = waiting(id);
			if (!manual.crash(task)) {
				throw new AssertionError("Task '%s' (%s) cannot be begun".formatted(task.details().name(), id));
			}
			return find(id);
		});
	}

	/**
	 * Moves the time, and runs all tasks that are due until then, retries and the tasks
	 * of schedules included, each at its time and on this thread.
	 * @param duration how far, not negative
	 * @return how many attempts were made
	 */
	public int advance(Duration duration) {
		Assert.isTrue(!duration.isNegative(), () -> "'duration' must not be negative, but is " + duration);
		return advanceTo(now().plus(duration));
	}

	/**
	 * Moves the time as {@link #advance} does.
	 * @param time until when; nothing is moved if it is past
	 * @return how many attempts were made
	 */
	public int advanceTo(Instant time) {
		return alone((manual) -> advanceTo(time, manual));
	}

	private int advanceTo(Instant time, ManualWorker manual) {
		manual.fireSchedules();
		int attempts = manual.runDue((task) -> true);
		Optional<Instant> next = manual.nextAt();
		while (next.isPresent() && !next.get().isAfter(time)) {
			clock().moveTo(next.get());
			manual.fireSchedules();
			attempts += manual.runDue((task) -> true);
			next = manual.nextAt();
		}
		if (time.isAfter(now())) {
			clock().moveTo(time);
			manual.fireSchedules();
		}
		return attempts;
	}

	/**
	 * Calls a handler as a task would, with arguments that were written as JSON and read
	 * back, and without storing anything.
	 * @param <T> the contract
	 * @param <R> the type of the result
	 * @param contract the interface whose method is called
	 * @param call makes the call
	 * @return what the handler returned, written as JSON and read back
	 * @throws Exception what the handler throws
	 */
	public <T, R> @Nullable R perform(Class<T> contract, Tasks.TaskFunction<T, R> call) throws Exception {
		return new PerformedCall(this.queue, this.handlers, this.jsonMapper).perform(contract, call);
	}

	/**
	 * Deletes all tasks, resumes all categories and forgets what was changed of
	 * schedules; the time is that of the machine again. Listeners are not told. Tasks
	 * that a worker runs meanwhile are asked to stop, and stay.
	 */
	public void clear() {
		TaskFilter waiting = TaskFilter.of(TaskQuery.all().statuses(Set.of(TaskStatus.PENDING, TaskStatus.RETRY)),
				List.of());
		List<UUID> ids;
		do {
			ids = this.groupCommit.reads().find(waiting.page(null, PAGE)).stream().map(StoredTask::id).toList();
			List<UUID> cancelled = ids;
			GroupCommit.await(this.groupCommit.write((writes) -> writes.cancel(cancelled, now())));
		}
		while (ids.size() == PAGE);
		this.groupCommit.purge(now().plus(Duration.ofDays(1)), PAGE);
		this.groupCommit.reads().pausedCategories().forEach(this::resume);
		for (ScheduleInfo schedule : this.schedules.findAll()) {
			if (schedule.origin() == Origin.DATA) {
				this.schedules.delete(schedule.name());
			}
			else {
				this.schedules.reset(schedule.name());
				this.schedules.resume(schedule.name());
			}
		}
		if (this.groupCommit.clock() instanceof TestClock own) {
			own.reset();
		}
	}

	/**
	 * Returns assertions of what was enqueued.
	 */
	@Override
	public TaskQueueAssert assertThat() {
		return new TaskQueueAssert(this);
	}

	/**
	 * Ends what belongs to the tester; called with the application context.
	 */
	@Override
	public void close() {
		if (this.worker != null) {
			this.worker.close();
		}
	}

	private void resume(String category) {
		GroupCommit.await(this.groupCommit.write((writes) -> {
			writes.setPaused(category, false);
			return category;
		}, (claimant, resumed) -> claimant.pauseChanged(resumed, false)));
	}

	// For what was enqueued just now. Whoever runs tasks already runs it, too; a handler
	// may wait for the thread that enqueues, so that this does not wait for it for ever.
	void runInline() {
		ManualWorker manual = manual();
		try {
			if (!this.running.isHeldByCurrentThread()
					&& this.running.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
				try {
					manual.runDue((task) -> true);
				}
				finally {
					this.running.unlock();
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private int runDue(Predicate<StoredTask> which) {
		return alone((manual) -> manual.runDue(which));
	}

	private <R> R alone(Function<ManualWorker, R> call) {
		ManualWorker manual = manual();
		Assert.state(!this.running.isHeldByCurrentThread(), "A handler cannot run other tasks of the test");
		this.running.lock();
		try {
			return call.apply(manual);
		}
		finally {
			this.running.unlock();
		}
	}

	private StoredTask waiting(String id) {
		StoredTask task = this.groupCommit.reads()
			.find(UUID.fromString(id))
			.orElseThrow(() -> new AssertionError("There is no task with the id " + id));
		if (!Set.of(TaskStatus.PENDING, TaskStatus.RETRY).contains(task.status())) {
			throw new AssertionError("Task '%s' (%s) does not wait; its status is '%s'".formatted(task.details().name(),
					id, task.status().value()));
		}
		if (task.dueAt().isAfter(now())) {
			clock().moveTo(task.dueAt());
		}
		return task;
	}

	private TestedTask find(String id) {
		return this.queue.findTask(id)
			.map(this::tested)
			.orElseThrow(() -> new AssertionError("There is no task with the id " + id));
	}

	private TestedTask tested(TaskInfo task) {
		return new TestedTask(task, new JsonValues(this.jsonMapper, argumentNames(task.name())));
	}

	private List<String> argumentNames(String name) {
		return this.handlers.enqueueable().contains(name) ? this.handlers.signature(name).argumentNames() : List.of();
	}

	private ManualWorker manual() {
		ManualWorker manual = this.worker;
		Assert.state(manual != null,
				"A worker runs the tasks of this test; set @AutoConfigureGobstopper(mode = MANUAL) "
						+ "to run them on the thread of the test");
		return manual;
	}

	private TestClock clock() {
		return (TestClock) this.groupCommit.clock();
	}

}

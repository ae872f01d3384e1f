package io.gobstopper.actuate;

import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

import io.gobstopper.GobstopperException;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskPage;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskQueueService;
import io.gobstopper.actuate.description.ChangeDescriptor;
import io.gobstopper.actuate.description.NamesDescriptor;
import io.gobstopper.actuate.description.PageLinks;
import io.gobstopper.actuate.description.ProblemDescriptor;
import io.gobstopper.actuate.description.QueueDescriptor;
import io.gobstopper.actuate.description.StackDescriptor;
import io.gobstopper.actuate.description.StoreDescriptor;
import io.gobstopper.actuate.description.TaskDescriptor;
import io.gobstopper.actuate.description.TaskDescriptor.ExactValues;
import io.gobstopper.actuate.description.TaskPageDescriptor;
import io.gobstopper.actuate.description.TaskSummaryPageDescriptor;
import io.gobstopper.limit.TaskLimits;
import io.gobstopper.queue.RepeatableTasks;
import io.gobstopper.schedule.TaskSchedules;

/**
 * The Actuator endpoint of the task queue. Write operations take JSON only, so that a
 * form on another site cannot call them.
 */
@Endpoint(id = "gobstopper", defaultAccess = Access.READ_ONLY)
public class GobstopperEndpoint {

	private static final String TASKS = "tasks";

	private static final String NAMES = "names";

	private static final String CATEGORIES = "categories";

	private static final String ACTIVITY = "activity";

	private static final String SCHEDULES = "schedules";

	private static final String LIMITS = "limits";

	private final TaskQueueService queue;

	private final TaskOperations tasks;

	private final QueueOverview overview;

	private final QueueActivity activity;

	private final CategoryOperations categories;

	private final StoreOperations store;

	private final ScheduleOperations schedules;

	private final LimitOperations limits;

	private final ValueVisibility values;

	private final ChangePermission changes;

	private final ChangeAudit audit;

	private final RunningAttempts running;

	/**
	 * Creates the endpoint.
	 * @param queue the queue
	 * @param repeatable makes requests of tasks to repeat
	 * @param overview shows the queue as a whole
	 * @param activity shows what happened in it lately
	 * @param categories changes categories
	 * @param store looks after the database
	 * @param schedules the schedules
	 * @param limits the limits
	 * @param values who may see arguments, results and errors
	 * @param changes who may change anything
	 * @param audit is told of each change
	 * @param running knows what runs in this process
	 */
	public GobstopperEndpoint(TaskQueueService queue, RepeatableTasks repeatable, QueueOverview overview,
			QueueActivity activity, CategoryOperations categories, StoreOperations store, TaskSchedules schedules,
			TaskLimits limits, ValueVisibility values, ChangePermission changes, ChangeAudit audit,
			RunningAttempts running) {
		this.queue = queue;
		this.tasks = new TaskOperations(queue, repeatable, audit);
		this.overview = overview;
		this.activity = activity;
		this.categories = categories;
		this.store = store;
		this.schedules = new ScheduleOperations(schedules, queue, audit);
		this.limits = new LimitOperations(limits, audit);
		this.values = values;
		this.changes = changes;
		this.audit = audit;
		this.running = running;
	}

	/**
	 * Returns the queue as a whole.
	 * @return the queue
	 */
	@ReadOperation
	public QueueDescriptor queue() {
		return this.overview.describe();
	}

	/**
	 * Returns one page of tasks, newest first.
	 * @param user who asks
	 * @param section which: the tasks, the names of tasks and categories, the schedules,
	 * or the limits
	 * @param category the category
	 * @param status the statuses, several with commas
	 * @param name the name of the task
	 * @param schedule the schedule that enqueued it
	 * @param text text that occurs in the name, the arguments, the result, the error, the
	 * idempotency key or the trace, or the id of a task; only for those who may see them
	 * @param createdSince the earliest creation time, inclusive
	 * @param createdUntil the latest creation time, exclusive
	 * @param completedSince the earliest completion time, inclusive
	 * @param completedUntil the latest completion time, exclusive
	 * @param errorType the class of the exception of its last failure, with or without
	 * its package
	 * @param node the worker that runs it or ran it last
	 * @param crashed {@code true} for tasks whose process died while they ran
	 * @param handler "none" for waiting tasks that this process has no handler for
	 * @param after where the page before ended, as it told
	 * @param limit the size of the page, 50 if not given
	 * @param brief whether to leave out results and stack traces, and all but the
	 * beginning of arguments and errors
	 * @param count whether to count all that match, which takes longer than the page
	 * @return the page; status 404 for another section
	 */
	@ReadOperation
	public Object tasks(SecurityContext user, @Selector String section, @Nullable String category,
			@Nullable Set<String> status, @Nullable String name, @Nullable String schedule, @Nullable String text,
			@Nullable OffsetDateTime createdSince, @Nullable OffsetDateTime createdUntil,
			@Nullable OffsetDateTime completedSince, @Nullable OffsetDateTime completedUntil,
			@Nullable String errorType, @Nullable String node, @Nullable Boolean crashed, @Nullable String handler,
			@Nullable String after, @Nullable Integer limit, @Nullable Boolean brief, @Nullable Boolean count) {
		TaskCriteria criteria = new TaskCriteria(category, status, name, schedule, text, createdSince, createdUntil,
				completedSince, completedUntil, errorType, node, crashed, handler);
		if (!section.equals(TASKS)) {
			criteria.toParameters(after, limit, brief, count)
				.forEach((key, value) -> EndpointProblems.checkOnlyFor("tasks", false, key, value));
			return list(user, section);
		}
		if (Boolean.TRUE.equals(count) && text != null) {
			throw new InvalidEndpointRequestException(
					"'count' and 'text' cannot be given together: all that is stored would have to be read", null);
		}
		TaskQuery query = criteria.toQuery(this.values.isShownTo(user));
		TaskPage page = EndpointProblems
			.valid(() -> this.queue.findTasks(query.after(after).limit((limit != null) ? limit : query.limit())));
		Long matching = Boolean.TRUE.equals(count) ? this.queue.count(query) : null;
		TaskPageDescriptor descriptor = new TaskPageDescriptor(
				page.tasks().stream().map((task) -> this.values.apply(task, user)).toList(), matching, page.next(),
				page.searchedUntil(), PageLinks.of(criteria.toParameters(after, limit, brief, count), page.next()),
				this.values.isShownTo(user), this.changes.isGrantedTo(user));
		return Boolean.TRUE.equals(brief) ? TaskSummaryPageDescriptor.of(descriptor, this.running::isClaimedAhead)
				: descriptor;
	}

	private Object list(SecurityContext user, String section) {
		return switch (section) {
			case NAMES -> new NamesDescriptor(this.running.names(), this.overview.categories());
			case SCHEDULES -> this.schedules.describe(this.changes.isGrantedTo(user));
			case LIMITS -> this.limits.describe(this.changes.isGrantedTo(user));
			default -> EndpointProblems.noSuchSection();
		};
	}

	/**
	 * Returns the whole life of a task, what has happened in the queue lately, a schedule
	 * with its next times and its last tasks, or a limit with its longest keys.
	 * @param user who asks
	 * @param section {@code tasks}, {@code activity}, {@code schedules} or {@code limits}
	 * @param target the id of the task, how far to look back ({@code 5m}, {@code 1h},
	 * {@code 24h} or {@code 7d}), or the name of the schedule or limit
	 * @return what is asked for
	 */
	@ReadOperation
	public Object item(SecurityContext user, @Selector String section, @Selector String target) {
		return switch (section) {
			case TASKS -> task(user, target);
			case ACTIVITY -> activity(user, ActivityWindow.find(target));
			case SCHEDULES -> this.schedules.describe(target, this.changes.isGrantedTo(user));
			case LIMITS -> this.limits.describe(target, this.values.isShownTo(user), this.changes.isGrantedTo(user));
			default -> EndpointProblems.noSuchSection();
		};
	}

	private Object task(SecurityContext user, String id) {
		TaskInfo task = this.queue.findTask(id).orElse(null);
		if (task == null) {
			return EndpointProblems.noSuchTask();
		}
		TaskInfo shown = this.values.apply(task, user);
		return new TaskDescriptor(shown, ExactValues.of(shown),
				this.queue.findAttempts(id).stream().map((attempt) -> this.values.apply(attempt, user)).toList(),
				this.running.describe(task), this.values.isShownTo(user), this.changes.isGrantedTo(user));
	}

	private Object activity(SecurityContext user, @Nullable ActivityWindow window) {
		return (window != null) ? this.activity.describe(window, user, this.values, this.changes)
				: ProblemDescriptor.notFound("There is no such window; there are 5m, 1h, 24h and 7d");
	}

	/**
	 * Returns where the thread of a task is that runs in this process.
	 * @param user who asks
	 * @param section always {@code tasks}
	 * @param id the id of the task
	 * @param part always {@code stack}
	 * @return the stack; status 403 if the user may not see errors, 404 if the task does
	 * not run here
	 */
	@ReadOperation
	public Object stack(SecurityContext user, @Selector String section, @Selector String id, @Selector String part) {
		if (!section.equals(TASKS) || !part.equals("stack")) {
			return EndpointProblems.noSuchSection();
		}
		if (!this.values.isShownTo(user)) {
			return ProblemDescriptor.forbidden("Arguments, results and errors are not shown to you, nor are stacks");
		}
		StackDescriptor stack = this.running.stack(id);
		return (stack != null) ? stack
				: ProblemDescriptor.notFound("No task with this id runs in this process; ask the one that runs it");
	}

	/**
	 * Cancels, retries or discards all tasks that match, or takes back the cancelling of
	 * those that had waited.
	 * @param user who asks
	 * @param section always {@code tasks}
	 * @param action {@code cancel}, {@code retry}, {@code discard} or {@code restore}
	 * @param category the category
	 * @param status the statuses, several with commas
	 * @param name the name of the task
	 * @param schedule the schedule that enqueued it
	 * @param text text that occurs in the name, the arguments, the result, the error, the
	 * idempotency key or the trace, or the id of a task; only for those who may see them
	 * @param createdSince the earliest creation time, inclusive
	 * @param createdUntil the latest creation time, exclusive
	 * @param completedSince the earliest completion time, inclusive
	 * @param completedUntil the latest completion time, exclusive
	 * @param errorType the class of the exception of its last failure, with or without
	 * its package
	 * @param node the worker that runs it or ran it last
	 * @param crashed {@code true} for tasks whose process died while they ran
	 * @param handler the word "none", for waiting tasks that this process has no handler
	 * for
	 * @param asOf what a dry run told as its {@code asOf}, to change none but what was
	 * counted; also a time, after which nothing was created or completed of what is
	 * changed
	 * @param dryRun whether to count only
	 * @return the numbers of tasks; status 403 if the user may not
	 */
	@WriteOperation
	public WebEndpointResponse<Object> changeAll(SecurityContext user, @Selector String section,
			@Selector String action, @Nullable String category, @Nullable Set<String> status, @Nullable String name,
			@Nullable String schedule, @Nullable String text, @Nullable OffsetDateTime createdSince,
			@Nullable OffsetDateTime createdUntil, @Nullable OffsetDateTime completedSince,
			@Nullable OffsetDateTime completedUntil, @Nullable String errorType, @Nullable String node,
			@Nullable Boolean crashed, @Nullable String handler, @Nullable String asOf, @Nullable Boolean dryRun) {
		if (!this.changes.isGrantedTo(user)) {
			return EndpointProblems.forbidden();
		}
		TaskAction change = section.equals(TASKS) ? TaskAction.find(action) : null;
		if (change == null) {
			return EndpointProblems.noSuchOperation();
		}
		TaskCriteria criteria = new TaskCriteria(category, status, name, schedule, text, createdSince, createdUntil,
				completedSince, completedUntil, errorType, node, crashed, handler);
		TaskQuery filter = criteria.toQuery(this.values.isShownTo(user));
		if (filter.fitsAll()) {
			throw new InvalidEndpointRequestException("Say which tasks: give at least one filter", null);
		}
		Moment moment = (asOf != null) ? Moment.parse(asOf) : this.overview.moment();
		TaskQuery query = moment.applyTo(filter);
		if (Boolean.TRUE.equals(dryRun)) {
			return new WebEndpointResponse<>(new ChangeDescriptor(action, change.count(this.queue, query), 0,
					moment.toString(), null, change.example(this.queue, query)));
		}
		long changed;
		try {
			changed = change.applyToAll(this.queue, query);
		}
		catch (GobstopperException ex) {
			this.audit.recordPart(user, action, criteria.toAudit());
			throw ex;
		}
		finally {
			this.activity.forget();
		}
		this.audit.record(user, action, criteria.toAudit(), changed, changed);
		return new WebEndpointResponse<>(
				new ChangeDescriptor(action, changed, changed, moment.toString(), this.overview.now(), null));
	}

	/**
	 * Changes one task, category, schedule or limit.
	 * @param user who asks
	 * @param section {@code tasks}, {@code categories}, {@code schedules}, {@code limits}
	 * @param target the id of the task, or the name of the category, schedule or limit
	 * @param action {@code cancel}, {@code retry}, {@code discard} or {@code repeat} (a
	 * new task with the same arguments) for a task; {@code pause}, {@code resume} or
	 * {@code resize} for a category; {@code trigger}, {@code pause}, {@code resume},
	 * {@code reset}, {@code backfill} or {@code delete} for a schedule; {@code pause},
	 * {@code resume}, {@code override} or {@code reset} for a limit
	 * @param concurrency how many tasks of the category may run at once in this process
	 * from now on, for {@code resize}
	 * @param note why a schedule is paused
	 * @param key the key of a limit that is paused or resumed, if not the whole limit
	 * @param perKey how many tasks of a limit with the same key may run at once, for
	 * {@code override}
	 * @param total how many of a limit may run at once, for {@code override}
	 * @param rate how many may start within a time, such as {@code 60/1m}, for
	 * {@code override}
	 * @param burst how many of these at the same moment, for {@code override}
	 * @param timeToLive for how long these numbers count, such as {@code 2h}
	 * @param from the earliest time to backfill
	 * @param to the time before which to backfill
	 * @param dryRun whether to count only for how many times a backfill would enqueue one
	 * @return what was done; status 403 if the user may not, 404 if there is no such
	 * thing, 409 if the task is not in a status that allows it
	 */
	@WriteOperation
	public WebEndpointResponse<Object> change(SecurityContext user, @Selector String section, @Selector String target,
			@Selector String action, @Nullable Integer concurrency, @Nullable String note, @Nullable String key,
			@Nullable Integer perKey, @Nullable Integer total, @Nullable String rate, @Nullable Integer burst,
			@Nullable String timeToLive, @Nullable OffsetDateTime from, @Nullable OffsetDateTime to,
			@Nullable Boolean dryRun) {
		if (!this.changes.isGrantedTo(user)) {
			return EndpointProblems.forbidden();
		}
		EndpointProblems.checkOnlyFor("resize", action.equals("resize"), "concurrency", concurrency);
		EndpointProblems.checkOnlyFor("the pause of a schedule", section.equals(SCHEDULES) && action.equals("pause"),
				"note", note);
		LimitChange change = new LimitChange(key, perKey, total, rate, burst, timeToLive);
		change.checkFits(section.equals(LIMITS), action);
		EndpointProblems.checkOnlyFor("backfill", action.equals("backfill"), "from", from);
		EndpointProblems.checkOnlyFor("backfill", action.equals("backfill"), "to", to);
		EndpointProblems.checkOnlyFor("backfill", action.equals("backfill"), "dryRun", dryRun);
		try {
			return switch (section) {
				case SCHEDULES -> this.schedules.change(user, target, action, note, from, to, dryRun);
				case LIMITS -> this.limits.change(user, target, action, change);
				case TASKS -> this.tasks.change(user, target, action);
				case CATEGORIES -> this.categories.change(user, target, action, concurrency, this.audit);
				default -> EndpointProblems.noSuchOperation();
			};
		}
		finally {
			this.activity.forget();
		}
	}

	/**
	 * Looks after the database as a whole.
	 * @param user who asks
	 * @param operation {@code check} to search it for damage, {@code snapshot} to copy it
	 * @return what was done; status 403 if the user may not, 404 if there is no such
	 * operation or no folder for snapshots
	 */
	@WriteOperation
	public WebEndpointResponse<Object> store(SecurityContext user, @Selector String operation) {
		if (!this.changes.isGrantedTo(user)) {
			return EndpointProblems.forbidden();
		}
		StoreDescriptor done = this.store.apply(operation);
		if (done == null) {
			return ProblemDescriptor
				.notFound("There are the operations check and, with gobstopper.snapshot.directory, snapshot");
		}
		this.audit.record(user, operation, Map.of(), 1, 1);
		return new WebEndpointResponse<>(done);
	}

}

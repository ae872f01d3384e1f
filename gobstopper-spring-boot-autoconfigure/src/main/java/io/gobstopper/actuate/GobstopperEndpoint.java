package io.gobstopper.actuate;

import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

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
import io.gobstopper.TaskStatus;

/**
 * The Actuator endpoint of the task queue. Write operations take JSON only, so that a
 * form on another site cannot call them.
 */
@Endpoint(id = "gobstopper", defaultAccess = Access.READ_ONLY)
public class GobstopperEndpoint {

	private static final int NOT_MODIFIED = 304;

	private static final String TASKS = "tasks";

	private static final String CATEGORIES = "categories";

	private static final String ACTIVITY = "activity";

	private final TaskQueueService queue;

	private final QueueOverview overview;

	private final QueueActivity activity;

	private final CategoryOperations categories;

	private final StoreOperations store;

	private final ValueVisibility values;

	private final ChangePermission changes;

	private final ChangeAudit audit;

	/**
	 * Creates the endpoint.
	 * @param queue the queue
	 * @param overview shows the queue as a whole
	 * @param activity shows what happened in it lately
	 * @param categories changes categories
	 * @param store looks after the database
	 * @param values who may see arguments, results and errors
	 * @param changes who may change anything
	 * @param audit is told of each change
	 */
	public GobstopperEndpoint(TaskQueueService queue, QueueOverview overview, QueueActivity activity,
			CategoryOperations categories, StoreOperations store, ValueVisibility values, ChangePermission changes,
			ChangeAudit audit) {
		this.queue = queue;
		this.overview = overview;
		this.activity = activity;
		this.categories = categories;
		this.store = store;
		this.values = values;
		this.changes = changes;
		this.audit = audit;
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
	 * @param section always {@code tasks}
	 * @param category the category
	 * @param status the status
	 * @param name the name of the task
	 * @param text text that occurs in the name, the arguments, the result, the error or
	 * the idempotency key; only for those who may see them
	 * @param since the earliest creation time, inclusive
	 * @param until the latest creation time, exclusive
	 * @param after where the page before ended, as it told
	 * @param limit the size of the page, 50 if not given
	 * @param brief whether to leave out arguments, results and stack traces
	 * @param known the version of the brief page that is known already
	 * @return the page; status 304 if its version is the known one, 404 for another
	 * section
	 */
	@ReadOperation
	public Object tasks(SecurityContext user, @Selector String section, @Nullable String category,
			@Nullable TaskStatus status, @Nullable String name, @Nullable String text, @Nullable OffsetDateTime since,
			@Nullable OffsetDateTime until, @Nullable String after, @Nullable Integer limit, @Nullable Boolean brief,
			@Nullable String known) {
		if (!section.equals(TASKS)) {
			return noSuchSection();
		}
		TaskQuery query = query(user, category, status, name, text, since, until);
		TaskPage page = valid(
				() -> this.queue.findTasks(query.after(after).limit((limit != null) ? limit : query.limit())));
		TaskPageDescriptor descriptor = new TaskPageDescriptor(
				page.tasks().stream().map((task) -> this.values.apply(task, user)).toList(), page.next(),
				this.values.isShownTo(user), this.changes.isGrantedTo(user));
		if (!Boolean.TRUE.equals(brief)) {
			return descriptor;
		}
		TaskSummaryPageDescriptor summaries = TaskSummaryPageDescriptor.of(descriptor);
		return unlessKnown(summaries, summaries.version(), known);
	}

	/**
	 * Returns the whole life of a task, or what has happened in the queue lately.
	 * @param user who asks
	 * @param section {@code tasks} or {@code activity}
	 * @param key the id of the task, or how far to look back: {@code 5m}, {@code 1h},
	 * {@code 24h} or {@code 7d}
	 * @param known the version of the task or the activity that is known already
	 * @return the task or the activity; status 304 if its version is the known one
	 */
	@ReadOperation
	public Object item(SecurityContext user, @Selector String section, @Selector String key, @Nullable String known) {
		return switch (section) {
			case TASKS -> task(user, key, known);
			case ACTIVITY -> activity(user, ActivityWindow.find(key), known);
			default -> noSuchSection();
		};
	}

	private Object task(SecurityContext user, String id, @Nullable String known) {
		TaskInfo task = this.queue.findTask(id).orElse(null);
		if (task == null) {
			return noSuchTask();
		}
		TaskDescriptor descriptor = TaskDescriptor.of(this.values.apply(task, user),
				this.queue.findAttempts(id).stream().map((attempt) -> this.values.apply(attempt, user)).toList(),
				this.values.isShownTo(user), this.changes.isGrantedTo(user));
		return unlessKnown(descriptor, descriptor.version(), known);
	}

	private Object activity(SecurityContext user, @Nullable ActivityWindow window, @Nullable String known) {
		if (window == null) {
			return ProblemDescriptor.notFound("There is no such window; there are 5m, 1h, 24h and 7d");
		}
		ActivityDescriptor activity = this.activity.describe(window, user, this.values, this.changes);
		return unlessKnown(activity, activity.version(), known);
	}

	private static Object unlessKnown(Object content, String version, @Nullable String known) {
		return version.equals(known) ? new WebEndpointResponse<>(NOT_MODIFIED) : content;
	}

	/**
	 * Cancels or retries all tasks that match.
	 * @param user who asks
	 * @param section always {@code tasks}
	 * @param action {@code cancel} or {@code retry}
	 * @param category the category
	 * @param status the status
	 * @param name the name of the task
	 * @param text text that occurs in it
	 * @param since the earliest creation time, inclusive
	 * @param until the latest creation time, exclusive
	 * @param dryRun whether to count only
	 * @return the numbers of tasks; status 403 if the user may not
	 */
	@WriteOperation
	public WebEndpointResponse<Object> changeAll(SecurityContext user, @Selector String section,
			@Selector String action, @Nullable String category, @Nullable TaskStatus status, @Nullable String name,
			@Nullable String text, @Nullable OffsetDateTime since, @Nullable OffsetDateTime until,
			@Nullable Boolean dryRun) {
		if (!this.changes.isGrantedTo(user)) {
			return forbidden();
		}
		TaskAction change = section.equals(TASKS) ? TaskAction.find(action) : null;
		if (change == null) {
			return noSuchOperation();
		}
		TaskQuery query = query(user, category, status, name, text, since, until);
		if (query.equals(TaskQuery.all())) {
			throw new InvalidEndpointRequestException(
					"Say which tasks: give at least one of category, status, name, text, since and until", null);
		}
		long matching = change.count(this.queue, query);
		if (Boolean.TRUE.equals(dryRun)) {
			return new WebEndpointResponse<>(new ChangeDescriptor(action, matching, 0));
		}
		Map<String, @Nullable Object> filter = filter(category, status, name, text, since, until);
		long changed;
		try {
			changed = change.applyToAll(this.queue, query);
		}
		catch (GobstopperException ex) {
			this.audit.recordPart(user, action, filter, matching);
			throw ex;
		}
		this.audit.record(user, action, filter, matching, changed);
		return new WebEndpointResponse<>(new ChangeDescriptor(action, matching, changed));
	}

	/**
	 * Changes one task or category.
	 * @param user who asks
	 * @param section {@code tasks} or {@code categories}
	 * @param target the id of the task or the name of the category
	 * @param action {@code cancel} or {@code retry} for a task; {@code pause},
	 * {@code resume} or {@code resize} for a category
	 * @param concurrency how many tasks of the category may run at once in this process
	 * from now on, for {@code resize}
	 * @return what was done; status 403 if the user may not, 404 if there is no such
	 * thing, 409 if the task is not in a status that allows it
	 */
	@WriteOperation
	public WebEndpointResponse<Object> change(SecurityContext user, @Selector String section, @Selector String target,
			@Selector String action, @Nullable Integer concurrency) {
		if (!this.changes.isGrantedTo(user)) {
			return forbidden();
		}
		return switch (section) {
			case TASKS -> changeTask(user, target, action);
			case CATEGORIES -> changeCategory(user, target, action, concurrency);
			default -> noSuchOperation();
		};
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
			return forbidden();
		}
		StoreDescriptor done = this.store.apply(operation);
		if (done == null) {
			return ProblemDescriptor
				.notFound("There are the operations check and, with gobstopper.snapshot.directory, snapshot");
		}
		this.audit.record(user, operation, Map.of(), 1, 1);
		return new WebEndpointResponse<>(done);
	}

	private WebEndpointResponse<Object> changeTask(SecurityContext user, String id, String action) {
		TaskAction change = TaskAction.find(action);
		if (change == null) {
			return noSuchOperation();
		}
		TaskInfo task = this.queue.findTask(id).orElse(null);
		if (task == null) {
			return noSuchTask();
		}
		if (!change.applyTo(this.queue, id)) {
			return ProblemDescriptor.conflict(
					"The task cannot be changed that way now; its status was '%s'".formatted(task.status().value()));
		}
		this.audit.record(user, action, Map.of("task", id, "name", task.name()), 1, 1);
		return new WebEndpointResponse<>(new ChangeDescriptor(action, 1, 1));
	}

	private WebEndpointResponse<Object> changeCategory(SecurityContext user, String category, String action,
			@Nullable Integer concurrency) {
		boolean known = valid(() -> this.categories.change(category, action, concurrency));
		if (!known) {
			return ProblemDescriptor
				.notFound("There is no such category, or no such operation; there are pause, resume " + "and resize");
		}
		Map<String, @Nullable Object> target = new LinkedHashMap<>();
		target.put("category", category);
		target.put("concurrency", concurrency);
		this.audit.record(user, action, target, 1, 1);
		return new WebEndpointResponse<>(new ChangeDescriptor(action, 1, 1));
	}

	private static WebEndpointResponse<Object> forbidden() {
		return ProblemDescriptor.forbidden("You may read, but not change anything");
	}

	private static WebEndpointResponse<Object> noSuchSection() {
		return ProblemDescriptor.notFound("There are the sections tasks and activity");
	}

	private static WebEndpointResponse<Object> noSuchTask() {
		return ProblemDescriptor.notFound("There is no task with this id; it may have been deleted since");
	}

	private static WebEndpointResponse<Object> noSuchOperation() {
		return ProblemDescriptor.notFound(
				"There are the operations cancel and retry of tasks, and pause, resume and " + "resize of categories");
	}

	// What was searched for may be a part of somebody's data.
	private static Map<String, @Nullable Object> filter(@Nullable String category, @Nullable TaskStatus status,
			@Nullable String name, @Nullable String text, @Nullable OffsetDateTime since,
			@Nullable OffsetDateTime until) {
		Map<String, @Nullable Object> filter = new LinkedHashMap<>();
		filter.put("category", category);
		filter.put("status", (status != null) ? status.value() : null);
		filter.put("name", name);
		filter.put("text", (text != null) ? "(not logged)" : null);
		filter.put("since", since);
		filter.put("until", until);
		return filter;
	}

	private TaskQuery query(SecurityContext user, @Nullable String category, @Nullable TaskStatus status,
			@Nullable String name, @Nullable String text, @Nullable OffsetDateTime since,
			@Nullable OffsetDateTime until) {
		if (text != null && !this.values.isShownTo(user)) {
			throw new InvalidEndpointRequestException(
					"'text' searches arguments, results and errors, which are not shown to you", null);
		}
		return TaskQuery.all()
			.category(category)
			.status(status)
			.name(name)
			.text(text)
			.between((since != null) ? since.toInstant() : null, (until != null) ? until.toInstant() : null);
	}

	private static <T> T valid(Supplier<T> operation) {
		try {
			return operation.get();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidEndpointRequestException(String.valueOf(ex.getMessage()), null, ex);
		}
	}

}

package io.gobstopper;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Which tasks to find, newest first. Immutable: each method with an argument returns a
 * changed copy, and what is {@code null} does not restrict.
 */
public final class TaskQuery {

	/**
	 * The largest page.
	 */
	public static final int MAX_LIMIT = 1000;

	private static final int USUAL_LIMIT = 50;

	private static final TaskQuery ALL = new TaskQuery();

	private @Nullable String category;

	private Set<TaskStatus> statuses = Set.of();

	private @Nullable String name;

	private @Nullable String schedule;

	private @Nullable String text;

	private @Nullable Instant createdSince;

	private @Nullable Instant createdUntil;

	private @Nullable Instant completedSince;

	private @Nullable Instant completedUntil;

	private @Nullable String errorType;

	private @Nullable String node;

	private boolean crashed;

	private boolean withoutHandler;

	private @Nullable Instant asOf;

	private @Nullable String after;

	private int limit = USUAL_LIMIT;

	private TaskQuery() {
	}

	/**
	 * Returns a query for the newest 50 tasks.
	 * @return the query
	 */
	public static TaskQuery all() {
		return ALL;
	}

	private TaskQuery with(Consumer<TaskQuery> change) {
		TaskQuery copy = new TaskQuery();
		copy.category = this.category;
		copy.statuses = this.statuses;
		copy.name = this.name;
		copy.schedule = this.schedule;
		copy.text = this.text;
		copy.createdSince = this.createdSince;
		copy.createdUntil = this.createdUntil;
		copy.completedSince = this.completedSince;
		copy.completedUntil = this.completedUntil;
		copy.errorType = this.errorType;
		copy.node = this.node;
		copy.crashed = this.crashed;
		copy.withoutHandler = this.withoutHandler;
		copy.asOf = this.asOf;
		copy.after = this.after;
		copy.limit = this.limit;
		change.accept(copy);
		return copy;
	}

	/**
	 * Returns a copy for one category.
	 * @param value the category
	 * @return the copy
	 */
	public TaskQuery category(@Nullable String value) {
		return with((copy) -> copy.category = value);
	}

	/**
	 * Returns a copy for one status.
	 * @param value the status
	 * @return the copy
	 */
	public TaskQuery status(@Nullable TaskStatus value) {
		return statuses((value != null) ? Set.of(value) : Set.of());
	}

	/**
	 * Returns a copy for several statuses.
	 * @param values the statuses, empty for all
	 * @return the copy
	 */
	public TaskQuery statuses(Collection<TaskStatus> values) {
		return with((copy) -> copy.statuses = Set.copyOf(values));
	}

	/**
	 * Returns a copy for one task name.
	 * @param value the name of the task
	 * @return the copy
	 */
	public TaskQuery name(@Nullable String value) {
		return with((copy) -> copy.name = value);
	}

	/**
	 * Returns a copy for the tasks that one schedule enqueued.
	 * @param value the name of the schedule
	 * @return the copy
	 */
	public TaskQuery schedule(@Nullable String value) {
		return with((copy) -> copy.schedule = value);
	}

	/**
	 * Returns a copy for tasks in which a text occurs, in any case: in name, arguments,
	 * result, error, idempotency key or headers; an id finds its task, too.
	 * @param value the text
	 * @return the copy
	 */
	public TaskQuery text(@Nullable String value) {
		return with((copy) -> copy.text = value);
	}

	/**
	 * Returns a copy for tasks created in a range of time.
	 * @param since the start, inclusive
	 * @param until the end, exclusive
	 * @return the copy
	 */
	public TaskQuery createdBetween(@Nullable Instant since, @Nullable Instant until) {
		return with((copy) -> {
			copy.createdSince = since;
			copy.createdUntil = until;
		});
	}

	/**
	 * Returns a copy for tasks that reached a final status in a range of time.
	 * @param since the start, inclusive
	 * @param until the end, exclusive
	 * @return the copy
	 */
	public TaskQuery completedBetween(@Nullable Instant since, @Nullable Instant until) {
		return with((copy) -> {
			copy.completedSince = since;
			copy.completedUntil = until;
		});
	}

	/**
	 * Returns a copy for tasks whose last failure was an exception of a class.
	 * @param value the name of the class, with or without its package
	 * @return the copy
	 */
	public TaskQuery errorType(@Nullable String value) {
		return with((copy) -> copy.errorType = value);
	}

	/**
	 * Returns a copy for tasks that a worker runs or ran last.
	 * @param value the name of the worker, as in {@link TaskInfo#node()}
	 * @return the copy
	 */
	public TaskQuery node(@Nullable String value) {
		return with((copy) -> copy.node = value);
	}

	/**
	 * Returns a copy for tasks whose process died while they ran.
	 * @return the copy
	 */
	public TaskQuery onlyCrashed() {
		return with((copy) -> copy.crashed = true);
	}

	/**
	 * Returns a copy for unfinished tasks that this process has no handler for.
	 * @return the copy
	 */
	public TaskQuery onlyWithoutHandler() {
		return with((copy) -> copy.withoutHandler = true);
	}

	/**
	 * Returns a copy without tasks that were created or completed after a time, so that
	 * what is changed is what was counted.
	 * @param value the time
	 * @return the copy
	 */
	public TaskQuery asOf(@Nullable Instant value) {
		return with((copy) -> copy.asOf = value);
	}

	/**
	 * Returns a copy for the page that follows another.
	 * @param value the {@link TaskPage#next()} of the other page
	 * @return the copy
	 */
	public TaskQuery after(@Nullable String value) {
		return with((copy) -> copy.after = value);
	}

	/**
	 * Returns a copy with another size of page.
	 * @param value 1 to 1,000
	 * @return the copy
	 * @throws IllegalArgumentException if it is less or more
	 */
	public TaskQuery limit(int value) {
		Assert.isTrue(value >= 1 && value <= MAX_LIMIT,
				() -> "'limit' of a task query must be between 1 and %d, but is %d".formatted(MAX_LIMIT, value));
		return with((copy) -> copy.limit = value);
	}

	/**
	 * Returns whether it fits all tasks, whatever its page.
	 * @return whether nothing restricts it
	 */
	public boolean fitsAll() {
		return restrictions().equals(ALL.restrictions());
	}

	/**
	 * Returns the category, {@code null} for all.
	 * @return the category
	 */
	public @Nullable String category() {
		return this.category;
	}

	/**
	 * Returns the statuses, empty for all.
	 * @return the statuses
	 */
	public Set<TaskStatus> statuses() {
		return this.statuses;
	}

	/**
	 * Returns the name of the task, {@code null} for all.
	 * @return the name of the task
	 */
	public @Nullable String name() {
		return this.name;
	}

	/**
	 * Returns the schedule.
	 * @return its name
	 */
	public @Nullable String schedule() {
		return this.schedule;
	}

	/**
	 * Returns the text that occurs in it, {@code null} for any.
	 * @return the text that occurs in it
	 */
	public @Nullable String text() {
		return this.text;
	}

	/**
	 * Returns the earliest creation time, inclusive.
	 * @return the earliest creation time
	 */
	public @Nullable Instant createdSince() {
		return this.createdSince;
	}

	/**
	 * Returns the latest creation time, exclusive.
	 * @return the latest creation time
	 */
	public @Nullable Instant createdUntil() {
		return this.createdUntil;
	}

	/**
	 * Returns the earliest completion time, inclusive.
	 * @return the earliest completion time
	 */
	public @Nullable Instant completedSince() {
		return this.completedSince;
	}

	/**
	 * Returns the latest completion time, exclusive.
	 * @return the latest completion time
	 */
	public @Nullable Instant completedUntil() {
		return this.completedUntil;
	}

	/**
	 * Returns the class of the exception that was the last failure.
	 * @return the class of the exception that was the last failure
	 */
	public @Nullable String errorType() {
		return this.errorType;
	}

	/**
	 * Returns the worker that runs it or ran its last attempt.
	 * @return the worker that runs it or ran its last attempt
	 */
	public @Nullable String node() {
		return this.node;
	}

	/**
	 * Returns whether only tasks are found whose process died while they ran.
	 * @return whether it does
	 */
	public boolean crashed() {
		return this.crashed;
	}

	/**
	 * Returns whether only tasks are found that this process has no handler for.
	 * @return whether it does
	 */
	public boolean withoutHandler() {
		return this.withoutHandler;
	}

	/**
	 * Returns the time of which tasks are found as they were then.
	 * @return the time of which tasks are found as they were then
	 */
	public @Nullable Instant asOf() {
		return this.asOf;
	}

	/**
	 * Returns the {@link TaskPage#next()} of the page before.
	 * @return the {@link TaskPage#next()} of the page before
	 */
	public @Nullable String after() {
		return this.after;
	}

	/**
	 * Returns the size of the page.
	 * @return the number of tasks
	 */
	public int limit() {
		return this.limit;
	}

	// Without a page, and without the time, which is no filter.
	private List<@Nullable Object> restrictions() {
		return Arrays.asList(this.category, this.statuses, this.name, this.schedule, this.text, this.createdSince,
				this.createdUntil, this.completedSince, this.completedUntil, this.errorType, this.node, this.crashed,
				this.withoutHandler);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof TaskQuery query && restrictions().equals(query.restrictions())
				&& Objects.equals(this.asOf, query.asOf) && Objects.equals(this.after, query.after)
				&& this.limit == query.limit);
	}

	@Override
	public int hashCode() {
		return Objects.hash(restrictions(), this.asOf, this.after, this.limit);
	}

	@Override
	public String toString() { // what was searched for may be a part of somebody's data
		return "TaskQuery of at most %d tasks".formatted(this.limit);
	}

}

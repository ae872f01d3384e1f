package io.gobstopper;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Which tasks to find, newest first; each method returns a changed copy and what is
 * {@code null} does not restrict.
 *
 * @param category the category
 * @param status the status
 * @param name the name of the task
 * @param text text that occurs in the name, the arguments, the result, the error or the
 * idempotency key, in any case
 * @param since the earliest creation time, inclusive
 * @param until the latest creation time, exclusive
 * @param after the {@link TaskPage#next()} of the page before
 * @param limit the size of the page, 1 to 1,000
 */
public record TaskQuery(@Nullable String category, @Nullable TaskStatus status, @Nullable String name,
		@Nullable String text, @Nullable Instant since, @Nullable Instant until, @Nullable String after, int limit) {

	/**
	 * The largest page.
	 */
	public static final int MAX_LIMIT = 1000;

	public TaskQuery {
		Assert.isTrue(limit >= 1 && limit <= MAX_LIMIT,
				() -> "'limit' of a task query must be between 1 and %d, but is %d".formatted(MAX_LIMIT, limit));
	}

	/**
	 * Returns a query for the newest 50 tasks.
	 * @return the query
	 */
	public static TaskQuery all() {
		return new TaskQuery(null, null, null, null, null, null, null, 50);
	}

	/**
	 * Returns a copy for one category.
	 * @param category the category
	 * @return the copy
	 */
	public TaskQuery category(@Nullable String category) {
		return new TaskQuery(category, this.status, this.name, this.text, this.since, this.until, this.after,
				this.limit);
	}

	/**
	 * Returns a copy for one status.
	 * @param status the status
	 * @return the copy
	 */
	public TaskQuery status(@Nullable TaskStatus status) {
		return new TaskQuery(this.category, status, this.name, this.text, this.since, this.until, this.after,
				this.limit);
	}

	/**
	 * Returns a copy for one task name.
	 * @param name the name of the task
	 * @return the copy
	 */
	public TaskQuery name(@Nullable String name) {
		return new TaskQuery(this.category, this.status, name, this.text, this.since, this.until, this.after,
				this.limit);
	}

	/**
	 * Returns a copy for tasks in which a text occurs.
	 * @param text the text, in any case
	 * @return the copy
	 */
	public TaskQuery text(@Nullable String text) {
		return new TaskQuery(this.category, this.status, this.name, text, this.since, this.until, this.after,
				this.limit);
	}

	/**
	 * Returns a copy for tasks created in a range of time.
	 * @param since the start, inclusive
	 * @param until the end, exclusive
	 * @return the copy
	 */
	public TaskQuery between(@Nullable Instant since, @Nullable Instant until) {
		return new TaskQuery(this.category, this.status, this.name, this.text, since, until, this.after, this.limit);
	}

	/**
	 * Returns a copy for the page that follows another.
	 * @param after the {@link TaskPage#next()} of the other page
	 * @return the copy
	 */
	public TaskQuery after(@Nullable String after) {
		return new TaskQuery(this.category, this.status, this.name, this.text, this.since, this.until, after,
				this.limit);
	}

	/**
	 * Returns a copy with another size of page.
	 * @param limit 1 to 1,000
	 * @return the copy
	 */
	public TaskQuery limit(int limit) {
		return new TaskQuery(this.category, this.status, this.name, this.text, this.since, this.until, this.after,
				limit);
	}

}

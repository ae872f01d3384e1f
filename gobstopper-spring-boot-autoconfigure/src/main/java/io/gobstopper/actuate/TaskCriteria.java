package io.gobstopper.actuate;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;

/**
 * What a request says of the tasks it is about; what is {@code null} does not restrict.
 *
 * @param category the category
 * @param status the statuses
 * @param name the name of the task
 * @param schedule the schedule that enqueued it
 * @param text text that occurs in it, or its id
 * @param createdSince the earliest creation time, inclusive
 * @param createdUntil the latest creation time, exclusive
 * @param completedSince the earliest completion time, inclusive
 * @param completedUntil the latest completion time, exclusive
 * @param errorType the class of the exception of its last failure
 * @param node the worker that runs it or ran it last
 * @param crashed {@code true} for tasks whose process died
 * @param handler the word "none", for tasks that wait for a handler
 */
record TaskCriteria(@Nullable String category, @Nullable Set<String> status, @Nullable String name,
		@Nullable String schedule, @Nullable String text, @Nullable OffsetDateTime createdSince,
		@Nullable OffsetDateTime createdUntil, @Nullable OffsetDateTime completedSince,
		@Nullable OffsetDateTime completedUntil, @Nullable String errorType, @Nullable String node,
		@Nullable Boolean crashed, @Nullable String handler) {

	private static final String NO_HANDLER = "none";

	/**
	 * Returns the query.
	 * @param textAllowed whether the user may see what a text is searched in
	 * @return the query, for one page of the usual size
	 * @throws InvalidEndpointRequestException if something cannot be asked for
	 */
	TaskQuery toQuery(boolean textAllowed) {
		if (this.text != null && !textAllowed) {
			throw new InvalidEndpointRequestException(
					"'text' searches arguments, results and errors, which are not shown to you", null);
		}
		if (this.text != null && this.text.isBlank()) {
			throw new InvalidEndpointRequestException("'text' must not be blank", null);
		}
		TaskQuery query = TaskQuery.all()
			.category(this.category)
			.statuses(statuses())
			.name(this.name)
			.schedule(this.schedule)
			.text(this.text)
			.createdBetween(instant(this.createdSince), instant(this.createdUntil))
			.completedBetween(instant(this.completedSince), instant(this.completedUntil))
			.errorType(this.errorType)
			.node(this.node);
		if (Boolean.TRUE.equals(this.crashed)) {
			query = query.onlyCrashed();
		}
		return waitsForHandler() ? query.onlyWithoutHandler() : query;
	}

	private boolean waitsForHandler() {
		if (this.handler != null && !this.handler.equals(NO_HANDLER)) {
			throw new InvalidEndpointRequestException("'handler' must be none", null);
		}
		return this.handler != null;
	}

	private Set<TaskStatus> statuses() {
		return (this.status != null)
				? this.status.stream().map(TaskCriteria::status).collect(Collectors.toUnmodifiableSet()) : Set.of();
	}

	private static TaskStatus status(String value) {
		return Arrays.stream(TaskStatus.values())
			.filter((status) -> status.value().equals(value.strip().toLowerCase(Locale.ROOT)))
			.findFirst()
			.orElseThrow(() -> new InvalidEndpointRequestException("'status' must be one of %s"
				.formatted(Arrays.stream(TaskStatus.values()).map(TaskStatus::value).collect(Collectors.joining(", "))),
					null));
	}

	private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
		return (time != null) ? time.toInstant() : null;
	}

	// What was searched for may be a part of somebody's data.
	Map<String, @Nullable Object> toAudit() {
		Map<String, @Nullable Object> filter = byName();
		filter.replace("text", (this.text != null) ? "(not logged)" : null);
		return filter;
	}

	Map<String, @Nullable Object> toParameters(@Nullable String after, @Nullable Integer limit, @Nullable Boolean brief,
			@Nullable Boolean count) {
		Map<String, @Nullable Object> parameters = byName();
		parameters.put("after", after);
		parameters.put("limit", limit);
		parameters.put("brief", brief);
		parameters.put("count", count);
		return parameters;
	}

	private Map<String, @Nullable Object> byName() {
		Map<String, @Nullable Object> filter = new LinkedHashMap<>();
		filter.put("category", this.category);
		filter.put("status", (this.status != null) ? String.join(",", this.status) : null);
		filter.put("name", this.name);
		filter.put("schedule", this.schedule);
		filter.put("text", this.text);
		filter.put("createdSince", this.createdSince);
		filter.put("createdUntil", this.createdUntil);
		filter.put("completedSince", this.completedSince);
		filter.put("completedUntil", this.completedUntil);
		filter.put("errorType", this.errorType);
		filter.put("node", this.node);
		filter.put("crashed", this.crashed);
		filter.put("handler", this.handler);
		return filter;
	}

}

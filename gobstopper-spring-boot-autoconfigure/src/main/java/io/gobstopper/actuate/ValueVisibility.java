package io.gobstopper.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;

import io.gobstopper.TaskAttempt;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;

/**
 * Who may see what callers and handlers put into tasks: arguments, results, errors,
 * progress messages, headers and idempotency keys. Others see asterisks.
 *
 * @param show when they are shown
 * @param roles of which roles one is needed if they are shown to authorized users; any
 * authenticated user is one if there are none
 */
public record ValueVisibility(Show show, Set<String> roles) {

	static final String MASK = "******";

	private static final Set<String> SHOWN_HEADERS = Set.of("traceparent", TaskContext.SCHEDULE_HEADER,
			TaskContext.SCHEDULED_AT_HEADER, TaskContext.PREVIOUS_SCHEDULED_AT_HEADER);

	public ValueVisibility {
		roles = Set.copyOf(roles);
	}

	boolean isShownTo(SecurityContext user) {
		return this.show.isShown(user, this.roles);
	}

	String apply(String message, SecurityContext user) {
		return (message.isEmpty() || isShownTo(user)) ? message : MASK;
	}

	TaskInfo apply(TaskInfo task, SecurityContext user) {
		return isShownTo(user) ? task : mask(task);
	}

	TaskAttempt apply(TaskAttempt attempt, SecurityContext user) {
		return isShownTo(user) ? attempt
				: new TaskAttempt(attempt.number(), attempt.outcome(), attempt.dueAt(), attempt.startedAt(),
						attempt.endedAt(), attempt.node(), mask(attempt.error()), attempt.errorType(),
						mask(attempt.errorTrace()));
	}

	private static TaskInfo mask(TaskInfo task) {
		Map<String, @Nullable Object> kwargs = new LinkedHashMap<>();
		task.kwargs().keySet().forEach((name) -> kwargs.put(name, MASK));
		List<@Nullable Object> args = task.args().stream().<@Nullable Object>map((value) -> MASK).toList();
		return new TaskInfo(task.id(), task.name(), task.category(), task.priority(), task.status(), task.createdAt(),
				task.dueAt(), task.startedAt(), task.completedAt(), task.elapsedSeconds(),
				(task.result() != null) ? MASK : null, mask(task.error()), task.errorType(), mask(task.errorTrace()),
				task.retryCount(), task.maxRetries(), args, kwargs, task.progress(),
				task.progressMessage().isEmpty() ? "" : MASK, task.attempt(), task.crashCount(), task.snoozeCount(),
				mask(task.idempotencyKey()), task.node(), task.leaseOwner(), task.leaseUntil(), task.heartbeatAt(),
				task.cancelRequested(), mask(task.headers()), withoutKey(task.waitingFor()));
	}

	// The key of a limit is made of arguments.
	private static @Nullable String withoutKey(@Nullable String waitingFor) {
		int key = (waitingFor != null) ? waitingFor.indexOf('/') : -1;
		return (waitingFor != null && key >= 0) ? waitingFor.substring(0, key + 1) + MASK : waitingFor;
	}

	// Other headers may carry what the application adds.
	private static Map<String, String> mask(Map<String, String> headers) {
		Map<String, String> masked = new LinkedHashMap<>();
		headers.forEach((name, value) -> masked.put(name, SHOWN_HEADERS.contains(name) ? value : MASK));
		return masked;
	}

	private static @Nullable String mask(@Nullable String value) {
		return (value != null) ? MASK : null;
	}

}

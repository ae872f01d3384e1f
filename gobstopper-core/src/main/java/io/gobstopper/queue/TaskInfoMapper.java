package io.gobstopper.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskAttempt;
import io.gobstopper.TaskInfo;
import io.gobstopper.error.UnreadableValue;
import io.gobstopper.handler.ValueMismatch;
import io.gobstopper.store.TaskReads;
import io.gobstopper.store.task.AttemptCounts;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskHeaders;
import io.gobstopper.store.task.TaskOutcome;
import io.gobstopper.store.task.TaskState;

/**
 * Shows stored tasks as users see them.
 */
final class TaskInfoMapper {

	private static final TypeReference<List<@Nullable Object>> LIST = new TypeReference<>() {
	};

	private static final TypeReference<Map<String, @Nullable Object>> MAP = new TypeReference<>() {
	};

	private final JsonMapper jsonMapper;

	TaskInfoMapper(JsonMapper jsonMapper) {
		this.jsonMapper = jsonMapper;
	}

	TaskInfo map(StoredTask task) {
		return map(task, WaitingFor.text(task));
	}

	// Says where it waits, too.
	TaskInfo map(StoredTask task, TaskReads reads) {
		return map(task, task.isHeld() ? reads.findHeldPlace(task).map(WaitingFor::text).orElse(null) : null);
	}

	private TaskInfo map(StoredTask task, @Nullable String waitingFor) {
		TaskDetails details = task.details();
		TaskState state = task.state();
		AttemptCounts counts = state.counts();
		TaskOutcome outcome = state.outcome();
		String result = outcome.result();
		TaskError error = outcome.error();
		Lease lease = state.lease();
		return new TaskInfo(task.id().toString(), details.name(), details.category(), details.priority(),
				state.status(), details.createdAt(), task.dueAt(), state.startedAt(), outcome.completedAt(),
				outcome.elapsedSeconds(), (result != null) ? read(result) : null,
				(error != null) ? error.message() : null, (error != null) ? error.type() : null,
				(error != null) ? error.trace() : null, counts.retries(), details.maxRetries(), args(details),
				kwargs(details), state.progress().percent(), state.progress().message(), counts.attempt(),
				counts.crashes(), TaskHeaders.snoozes(details.headers()).count(), details.idempotencyKey(), task.node(),
				(lease != null) ? lease.owner() : null, (lease != null) ? lease.until() : null,
				(lease != null) ? lease.heartbeatAt() : null, state.cancelRequested(),
				TaskHeaders.read(details.headers()), waitingFor);
	}

	TaskAttempt map(StoredAttempt attempt) {
		TaskError error = attempt.error();
		return new TaskAttempt(attempt.number(), attempt.outcome(), attempt.dueAt(), attempt.startedAt(),
				attempt.endedAt(), attempt.node(), (error != null) ? error.message() : null,
				(error != null) ? error.type() : null, (error != null) ? error.trace() : null);
	}

	// One value that cannot be shown must not keep the others from being shown.
	private @Nullable Object read(String json) {
		try {
			return this.jsonMapper.readValue(json, Object.class);
		}
		catch (JacksonException ex) {
			return new UnreadableValue(ValueMismatch.describe(ex));
		}
	}

	private List<@Nullable Object> args(TaskDetails details) {
		try {
			return details.args().startsWith("{")
					? new ArrayList<>(this.jsonMapper.readValue(details.args(), MAP).values())
					: this.jsonMapper.readValue(details.args(), LIST);
		}
		catch (JacksonException ex) {
			return List.of(new UnreadableValue(ValueMismatch.describe(ex)));
		}
	}

	private Map<String, @Nullable Object> kwargs(TaskDetails details) {
		try {
			return this.jsonMapper.readValue(details.kwargs(), MAP);
		}
		catch (JacksonException ex) {
			return Map.of("unreadable", ValueMismatch.describe(ex));
		}
	}

}

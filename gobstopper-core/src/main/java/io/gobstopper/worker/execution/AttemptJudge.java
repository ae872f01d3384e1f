package io.gobstopper.worker.execution;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.NonRetryableTaskException;
import io.gobstopper.RateLimitedException;
import io.gobstopper.RetryLaterException;
import io.gobstopper.SnoozeException;
import io.gobstopper.TaskCancelledException;
import io.gobstopper.TaskTimeoutException;
import io.gobstopper.error.UnreadableTaskException;
import io.gobstopper.handler.JsonText;
import io.gobstopper.handler.StorageJson;
import io.gobstopper.handler.TaskDefinition;
import io.gobstopper.handler.ValueMismatch;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.Snoozes;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskError;

/**
 * Decides what a task becomes when an attempt ends. Safe for use by several threads.
 */
public final class AttemptJudge {

	private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

	private static final Duration SHORTEST_SNOOZE = Duration.ofMillis(100);

	private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

	private final JsonMapper jsonMapper;

	private final ContentLimits limits;

	private final Clock clock;

	public AttemptJudge(JsonMapper jsonMapper, ContentLimits limits, Clock clock) {
		this.jsonMapper = jsonMapper;
		this.limits = limits;
		this.clock = clock;
	}

	StoredTask returned(TaskExecution execution, TaskDefinition definition, @Nullable Object result) {
		AttemptStop reason = execution.whyStopped();
		if (hasTimedOut(execution) || (reason == null && execution.hasOverrun())) {
			return timedOut(execution, definition, null);
		}
		String json;
		try {
			json = (result != null) ? write(result) : null;
		}
		catch (JacksonException ex) {
			return execution.task()
				.failed(this.clock.instant(),
						error(new NonRetryableTaskException(
								"The result of type %s cannot be written as JSON that can be read again: %s"
									.formatted(result.getClass().getName(), ValueMismatch.describe(ex)))));
		}
		long most = this.limits.result().toBytes();
		if (json != null && json.length() * 4L > most && utf8Length(json) > most) {
			return execution.task()
				.failed(this.clock.instant(),
						new TaskError(NonRetryableTaskException.class.getName(),
								"The result has %d bytes, more than gobstopper.max-size.result allows (%d)"
									.formatted(utf8Length(json), most),
								null));
		}
		return execution.task().succeeded(this.clock.instant(), json);
	}

	private String write(Object result) {
		String json = JsonText.storable(this.jsonMapper.writeValueAsString(result));
		StorageJson.checkReadable(this.jsonMapper, json);
		return json;
	}

	// Waits the longer the older the task is, so that very many cost little, and the
	// first to be able to read it does so soon.
	StoredTask unreadable(StoredTask claimed, UnreadableTaskException failure) {
		Instant now = this.clock.instant();
		Duration age = Duration.between(claimed.details().createdAt(), now);
		Duration wait = (age.compareTo(SHORTEST_WAIT) < 0) ? SHORTEST_WAIT : age;
		return claimed.unreadable(DueTimes.after(now, (wait.compareTo(LONGEST_WAIT) > 0) ? LONGEST_WAIT : wait),
				error(failure));
	}

	StoredTask threw(TaskExecution execution, TaskDefinition definition, Throwable thrown) {
		AttemptStop reason = execution.whyStopped();
		if (hasTimedOut(execution)) {
			return timedOut(execution, definition, thrown);
		}
		if (reason == null && thrown instanceof SnoozeException snooze) {
			return snoozed(execution, definition, snooze);
		}
		if (reason == AttemptStop.SHUTDOWN || reason == AttemptStop.LEASE_EXPIRED) {
			return execution.task().givenBack();
		}
		if (reason == AttemptStop.CANCELLED || thrown instanceof TaskCancelledException) {
			return execution.task().cancelled(this.clock.instant(), error(thrown));
		}
		return failed(execution, definition, thrown);
	}

	private StoredTask snoozed(TaskExecution execution, TaskDefinition definition, SnoozeException snooze) {
		StoredTask task = execution.task();
		Instant now = this.clock.instant();
		Duration delay = (snooze.delay().compareTo(SHORTEST_SNOOZE) > 0) ? snooze.delay() : SHORTEST_SNOOZE;
		Instant dueAt = DueTimes.after(now, delay);
		if (snooze instanceof RateLimitedException) {
			return task.rateLimited(now, dueAt);
		}
		Snoozes before = task.snoozes();
		Instant first = (before.since() != null) ? before.since() : now;
		String refused = definition.snoozePolicy().whyRefused(before.count(), first, dueAt);
		return (refused != null) ? task.failed(now, error(new NonRetryableTaskException(refused, snooze)))
				: task.snoozed(now, dueAt);
	}

	// A process that stood still has several reasons to stop an attempt at once.
	private static boolean hasTimedOut(TaskExecution execution) {
		AttemptStop reason = execution.whyStopped();
		return reason == AttemptStop.TIMED_OUT || (reason == AttemptStop.LEASE_EXPIRED && execution.hasOverrun());
	}

	// Its time is up, and it has not even ended after it was asked to.
	StoredTask abandoned(TaskExecution execution, TaskDefinition definition) {
		TaskTimeoutException timeout = timeout(execution, definition, null);
		return (execution.whyStopped() == AttemptStop.CANCELLED)
				? execution.task().cancelled(this.clock.instant(), error(timeout))
				: failed(execution, definition, timeout);
	}

	private StoredTask timedOut(TaskExecution execution, TaskDefinition definition, @Nullable Throwable thrown) {
		return failed(execution, definition, timeout(execution, definition, thrown));
	}

	private static TaskTimeoutException timeout(TaskExecution execution, TaskDefinition definition,
			@Nullable Throwable thrown) {
		TaskTimeoutException timeout = new TaskTimeoutException(
				"The handler ran longer than its timeout of " + definition.timeout());
		if (thrown != null) {
			timeout.initCause(thrown);
		}
		else {
			timeout.setStackTrace(execution.stackTrace());
		}
		return timeout;
	}

	private StoredTask failed(TaskExecution execution, TaskDefinition definition, Throwable thrown) {
		StoredTask task = execution.task();
		int failures = task.state().counts().retries() + 1;
		Instant now = this.clock.instant();
		if (thrown instanceof NonRetryableTaskException || failures > task.details().maxRetries()) {
			return task.failed(now, error(thrown));
		}
		Duration delay = (thrown instanceof RetryLaterException later) ? later.delay()
				: definition.retryPolicy().delayAfter(failures, ThreadLocalRandom.current());
		return task.retrying(now, DueTimes.after(now, delay), error(thrown));
	}

	// The exception is the application's, so even asking for its message may fail.
	private TaskError error(Throwable thrown) {
		int most = (int) Math.min(Integer.MAX_VALUE, this.limits.error().toBytes());
		try {
			StringWriter trace = new StringWriter();
			thrown.printStackTrace(new PrintWriter(trace));
			String message = StringUtils.hasText(thrown.getMessage()) ? thrown.getMessage()
					: thrown.getClass().getName();
			return new TaskError(thrown.getClass().getName(), cut(message, most), cut(trace.toString(), most));
		}
		catch (Throwable ex) {
			return new TaskError(thrown.getClass().getName(), "%s, whose message cannot be read because of %s"
				.formatted(thrown.getClass().getName(), ex.getClass().getName()), null);
		}
	}

	private static String cut(String text, int most) {
		return (text.length() <= most) ? text : text.substring(0, most);
	}

	private static long utf8Length(String text) {
		return text.getBytes(StandardCharsets.UTF_8).length;
	}

}

package io.gobstopper.worker.execution;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

import io.gobstopper.TaskPriority;
import io.gobstopper.TaskStatus;
import io.gobstopper.TaskTimeoutException;
import io.gobstopper.handler.RetryPolicy;
import io.gobstopper.handler.SnoozePolicy;
import io.gobstopper.handler.StorageJson;
import io.gobstopper.handler.TaskDefinition;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@link AttemptJudge}.
 */
class AttemptJudgeTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	private final AttemptJudge judge = new AttemptJudge(StorageJson.with(List.of()).mapper(),
			new ContentLimits(DataSize.ofKilobytes(1), DataSize.ofKilobytes(1)), Clock.systemUTC());

	@Test
	void handlerThatReturnsAfterItsTimeButBeforeTheTimerTimesOut() {
		TaskDefinition definition = definition(Duration.ofNanos(1));
		TaskExecution execution = execution(definition);
		await().until(() -> execution.hasOverrun());
		StoredTask ended = this.judge.returned(execution, definition, "late");
		assertThat(ended.status()).isEqualTo(TaskStatus.FAILED);
		assertThat(ended.state().outcome().error()).extracting("type").isEqualTo(TaskTimeoutException.class.getName());
	}

	@Test
	void handlerWhoseLeaseIsOverIsGivenBackIfItStopsAndHasSucceededIfItReturns() {
		TaskDefinition definition = definition(Duration.ofHours(1));
		TaskExecution execution = execution(definition);
		execution.stop(AttemptStop.LEASE_EXPIRED);
		StoredTask stopped = this.judge.threw(execution, definition, new InterruptedException());
		assertThat(stopped.status()).isEqualTo(TaskStatus.PENDING);
		assertThat(stopped.state().counts().retries()).isZero();
		assertThat(this.judge.returned(execution, definition, "done").status()).isEqualTo(TaskStatus.SUCCESS);
	}

	@Test
	void handlerWhoseLeaseAndTimeAreOverTimesOut() {
		TaskDefinition definition = definition(Duration.ofNanos(1));
		TaskExecution execution = execution(definition);
		await().until(() -> execution.hasOverrun());
		execution.stop(AttemptStop.LEASE_EXPIRED);
		assertThat(this.judge.returned(execution, definition, "late").status()).isEqualTo(TaskStatus.FAILED);
		assertThat(this.judge.threw(execution, definition, new InterruptedException()).status())
			.isEqualTo(TaskStatus.FAILED);
	}

	private static TaskExecution execution(TaskDefinition definition) {
		return new TaskExecution(running(), definition.timeout(), () -> {
		});
	}

	private static TaskDefinition definition(Duration timeout) {
		return new TaskDefinition("name", List.of(), "default", TaskPriority.NORMAL, 0, timeout,
				new RetryPolicy(Duration.ZERO, 1, Duration.ZERO, 0), new SnoozePolicy(Integer.MAX_VALUE, null));
	}

	private static StoredTask running() {
		return new StoredTask(1, new TaskDetails(UUID.randomUUID(), "name", "default", TaskPriority.NORMAL, "[]", "{}",
				NOW, 0, null, null), TaskState.pending(NOW))
			.claimed(new Lease("owner", NOW.plusSeconds(30), NOW))
			.begun(NOW);
	}

}

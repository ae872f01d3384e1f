package io.gobstopper.worker.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.GobstopperTask;
import io.gobstopper.NonRetryableTaskException;
import io.gobstopper.SnoozeException;
import io.gobstopper.TaskAttempt;
import io.gobstopper.TaskAttempt.Outcome;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.event.TaskListener;
import io.gobstopper.handler.TaskDefinition;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.LastChances;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.TestClock;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SnoozeException}, on each database.
 */
class SnoozeTests {

	private static final Duration SHORTEST = Duration.ofMillis(100);

	private static final int SNOOZES = Integer.getInteger("snoozes", 3);

	private final BlockingQueue<TaskInfo> told = new LinkedBlockingQueue<>();

	private final BlockingQueue<Integer> counts = new LinkedBlockingQueue<>();

	private final TestClock clock = new TestClock(Instant.parse("2026-05-01T12:00:00Z"));

	private int leases;

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskRunsAgainAsIfItHadNotRun(String store) throws Exception {
		TaskListener listener = new TaskListener() {

			@Override
			public void onSnooze(TaskInfo task) {
				SnoozeTests.this.told.add(task);
			}

		};
		try (TestQueue queue = builder(store).listener(listener).start()) {
			TaskRequest request = TaskRequest.of("polling").header("tenant", "seven").priority(TaskPriority.HIGH);
			String id = queue.service().enqueue(request).id();
			TaskInfo task = queue.service().completion(id).get(20 + SNOOZES, TimeUnit.SECONDS);
			assertThat(task.status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(task.attempt()).isOne();
			assertThat(task.retryCount()).isZero();
			assertThat(task.crashCount()).isZero();
			assertThat(task.snoozeCount()).isEqualTo(SNOOZES);
			assertThat(task.headers()).containsOnlyKeys("tenant");
			assertThat(List.copyOf(this.counts)).hasSize(SNOOZES + 1).isSorted();
			List<TaskAttempt> attempts = queue.service().findAttempts(id);
			assertThat(attempts.get(attempts.size() - 1).outcome()).isEqualTo(Outcome.SUCCESS);
			assertThat(attempts.subList(0, attempts.size() - 1)).hasSize(Math.min(SNOOZES, StoredAttempt.KEPT_PER_TASK))
				.allSatisfy((attempt) -> {
					assertThat(attempt.number()).isOne();
					assertThat(attempt.outcome()).isEqualTo(Outcome.SNOOZED);
					assertThat(attempt.error()).isNull();
				});
			assertThat(this.told).hasSize(SNOOZES).allSatisfy((snoozed) -> {
				assertThat(snoozed.status()).isEqualTo(TaskStatus.PENDING);
				assertThat(snoozed.priority()).isEqualTo(TaskPriority.HIGH);
			});
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void countIsBoundAndForgottenWhenTheTaskIsQueuedAgain(String store) {
		try (TestQueue queue = builder(store).clock(this.clock).enqueueOnly()) {
			String id = queue.service().enqueue("bounded");
			String behind = queue.service().enqueue("bounded");
			for (int i = 0; i < 500; i++) {
				assertThat(snooze(queue, SHORTEST).status()).isEqualTo(TaskStatus.PENDING);
				TaskInfo waiting = queue.find(id);
				assertThat(waiting.snoozeCount()).isEqualTo(i + 1);
				assertThat(waiting.dueAt()).isEqualTo(this.clock.instant().plus(SHORTEST));
				this.clock.advance(SHORTEST);
			}
			snooze(queue, SHORTEST);
			TaskInfo failed = queue.find(id);
			assertThat(failed.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(failed.error()).isEqualTo("It was snoozed 500 times, and its maxSnoozes of 500 allow no more");
			assertThat(failed.errorType()).isEqualTo(NonRetryableTaskException.class.getName());
			assertThat(failed.attempt()).isOne();
			assertThat(failed.retryCount()).isZero();
			assertThat(failed.snoozeCount()).isEqualTo(500);
			assertThat(queue.find(behind).snoozeCount()).isZero();
			queue.service().retry(id);
			assertThat(queue.find(id).snoozeCount()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void timeIsBound(String store) {
		try (TestQueue queue = builder(store).clock(this.clock).enqueueOnly()) {
			String id = queue.service().enqueue("patient");
			snooze(queue, Duration.ofMinutes(40));
			this.clock.advance(Duration.ofMinutes(40));
			snooze(queue, Duration.ofMinutes(20));
			this.clock.advance(Duration.ofMinutes(20));
			snooze(queue, SHORTEST);
			assertThat(queue.find(id).error()).isEqualTo("It was snoozed 2 times since 2026-05-01T12:00:00Z, and would "
					+ "be until 2026-05-01T13:00:00.100Z, longer than its snoozeWithin of PT1H allows");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskThatWasToStopIsCancelledInstead(String store) {
		try (TestQueue queue = builder(store).clock(this.clock).enqueueOnly()) {
			String id = queue.service().enqueue("patient");
			snooze(queue, SHORTEST);
			this.clock.advance(SHORTEST);
			StoredTask running = claim(queue);
			assertThat(queue.service().cancel(id)).isTrue();
			snooze(queue, running, SHORTEST);
			TaskInfo task = queue.find(id);
			assertThat(task.status()).isEqualTo(TaskStatus.CANCELLED);
			assertThat(task.snoozeCount()).isOne();
			assertThat(queue.service().findAttempts(id)).extracting(TaskAttempt::outcome)
				.containsExactly(Outcome.SNOOZED, Outcome.SNOOZED);
		}
	}

	@Test
	void delayIsNeeded() {
		assertThatIllegalArgumentException().isThrownBy(() -> new SnoozeException(null))
			.withMessage("'delay' must not be null");
	}

	@Test
	void shortDelayIsMadeLonger() {
		try (TestQueue queue = builder("duckdb").clock(this.clock).enqueueOnly()) {
			String id = queue.service().enqueue("patient");
			snooze(queue, Duration.ofDays(-1));
			assertThat(queue.find(id).dueAt()).isEqualTo(this.clock.instant().plus(SHORTEST));
		}
	}

	private TestQueue.Builder builder(String store) {
		TestQueue.Builder builder = TestQueue.with(this);
		return store.equals("postgresql") ? builder.postgres(PostgresServer.newSettings()) : builder;
	}

	// Claims the first task, whose handler asks for a snooze.
	private StoredTask snooze(TestQueue queue, Duration delay) {
		return snooze(queue, claim(queue), delay);
	}

	private StoredTask claim(TestQueue queue) {
		Instant now = this.clock.instant();
		GroupCommit.await(queue.groupCommit().write((store) -> store.promoteDue(now)));
		Lease lease = new Lease("test#" + this.leases++, now.plusSeconds(30), now);
		ClaimRequest request = new ClaimRequest("default", queue.handlers().names(), 1, 1, 0, LastChances.ANY, lease,
				false);
		return GroupCommit.await(queue.groupCommit().write((store) -> store.claim(request))).get(0).begun(now);
	}

	private StoredTask snooze(TestQueue queue, StoredTask running, Duration delay) {
		TaskDefinition definition = queue.handlers().signature(running.details().name()).definition();
		AttemptJudge judge = new AttemptJudge(JsonMapper.shared(),
				new ContentLimits(DataSize.ofKilobytes(10), DataSize.ofKilobytes(2)), this.clock);
		TaskExecution execution = new TaskExecution(running, null, () -> {
		});
		StoredTask ended = judge.threw(execution, definition, new SnoozeException(delay));
		GroupCommit.await(queue.groupCommit().settle(Settlement.of(running, ended, this.clock.instant())));
		return ended;
	}

	@GobstopperTask(name = "polling")
	void poll(TaskContext context) {
		this.counts.add(context.snoozeCount());
		if (context.snoozeCount() < SNOOZES) {
			throw new SnoozeException(Duration.ZERO);
		}
	}

	@GobstopperTask(name = "bounded", maxSnoozes = 500)
	void bounded() {
		throw new IllegalStateException("Called by nobody");
	}

	@GobstopperTask(name = "patient", snoozeWithin = "1h")
	void patient() {
		throw new IllegalStateException("Called by nobody");
	}

}

package io.gobstopper.test;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.annotation.Transactional;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.Tasks;
import io.gobstopper.schedule.TaskSchedule;
import io.gobstopper.schedule.TaskSchedules;
import io.gobstopper.store.TaskStore;
import io.gobstopper.test.MailApplication.Handlers;
import io.gobstopper.test.MailApplication.Registration;
import io.gobstopper.test.MailTasks.Receipt;
import io.gobstopper.worker.TaskWorker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

@SpringBootTest
class TaskQueueTesterTests {

	@Autowired
	private TaskQueueTester tester;

	@Autowired
	private TaskQueueService queue;

	@Autowired
	private TaskSchedules schedules;

	@Autowired
	private Tasks<MailTasks> mails;

	@Autowired
	private Registration registration;

	@Autowired
	private Handlers handlers;

	@BeforeEach
	void forgetCalls() {
		this.handlers.calls().clear();
	}

	@Test
	void tasksAreInMemoryAndWaitForTheTest(@Autowired TaskStore store, @Autowired(required = false) TaskWorker worker) {
		assertThat(store.location()).isEqualTo(":memory:");
		assertThat(worker).isNull();
	}

	@Test
	void delayedTaskRunsWhenTheTimeIsMoved() {
		this.registration.register("a@example.com");
		assertThat(this.tester).hasEnqueued("send_mail")
			.withArgs("a@example.com", "Welcome")
			.withDelay(Duration.ofMinutes(5))
			.withCategory("mails")
			.withPriority(TaskPriority.NORMAL)
			.once();
		assertThat(this.tester.runDue()).isZero();
		assertThat(this.tester.advance(Duration.ofMinutes(5).minusMillis(1))).isZero();
		assertThat(this.tester.advance(Duration.ofMillis(1))).isOne();
		assertThat(this.tester.last("send_mail")).isSuccessful().hasResult(new Receipt("a@example.com", 1));
		assertThat(this.handlers.calls())
			.containsExactly("a@example.com Welcome on " + Thread.currentThread().getName());
	}

	@Test
	void retriesRunAtTheirTimes() {
		Instant start = this.tester.now();
		this.mails.enqueue((tasks) -> tasks.send("flaky@example.com", "Hello"));
		assertThat(this.tester.runDue()).isOne();
		assertThat(this.tester.last("send_mail")).hasStatus(TaskStatus.RETRY).hasError(IOException.class);
		assertThat(this.tester.advance(Duration.ofDays(1))).isEqualTo(2);
		assertThat(this.tester.last("send_mail")).isSuccessful().hasAttempts(3);
		assertThat(this.tester.last("send_mail").info().completedAt()).isEqualTo(start.plus(Duration.ofMinutes(3)));
		assertThat(this.tester.now()).isEqualTo(start.plus(Duration.ofDays(1)));
	}

	@Test
	void everythingRunsInTheOrderInWhichItIsDue() {
		this.schedules.create(TaskSchedule.every("hourly", Duration.ofHours(1), TaskRequest.of("hourly")));
		this.queue.enqueue(TaskRequest.of("announce").args("later").delay(Duration.ofMinutes(90)));
		this.queue.enqueue(TaskRequest.of("announce").args("sooner").delay(Duration.ofMinutes(30)));
		this.queue.enqueue(
				TaskRequest.of("announce").args("urgent").delay(Duration.ofMinutes(30)).priority(TaskPriority.HIGH));
		this.tester.advance(Duration.ofHours(2));
		String thread = " on " + Thread.currentThread().getName();
		assertThat(this.handlers.calls()).containsExactly("announce urgent", "announce sooner",
				"urgent Announced" + thread, "sooner Announced" + thread, "hourly", "announce later",
				"later Announced" + thread, "hourly");
	}

	@Test
	void oneTaskOrOneNameCanBeRunAlone() {
		this.queue.enqueue("announce", "a");
		String second = this.queue.enqueue("announce", "b");
		this.mails.enqueue((tasks) -> tasks.send("c", "Hello"));
		assertThat(this.tester.run(second)).isSuccessful();
		assertThat(this.handlers.calls()).containsExactly("announce b");
		assertThat(this.tester.runOnly("announce")).isOne();
		assertThat(this.tester).hasEnqueued("send_mail").times(3);
		assertThat(this.tester.tasks()).extracting((task) -> task.info().status())
			.containsExactly(TaskStatus.SUCCESS, TaskStatus.SUCCESS, TaskStatus.PENDING, TaskStatus.PENDING,
					TaskStatus.PENDING);
	}

	@Test
	void crashIsCountedAndTheTaskRunsAgain() {
		String id = this.mails.enqueue((tasks) -> tasks.send("a", "Hello"));
		assertThat(this.tester.crashRunning(id)).hasStatus(TaskStatus.PENDING);
		assertThat(this.tester.last("send_mail").info().crashCount()).isOne();
		assertThat(this.tester.runDue()).isOne();
		assertThat(this.tester.last("send_mail")).isSuccessful().hasAttempts(2);
	}

	@Test
	void callIsPerformedWithWhatWouldBeStored() throws Exception {
		Receipt receipt = this.tester.perform(MailTasks.class, (tasks) -> tasks.send("a", "Hello"));
		assertThat(receipt).isEqualTo(new Receipt("a", 1));
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.tester.perform(MailTasks.class, (tasks) -> tasks.send("flaky", "Hello")));
		assertThat(this.tester).hasEnqueuedNothing();
	}

	@Test
	@Transactional
	void whatWaitsForTheCommitIsSeen() {
		this.registration.register("a@example.com");
		assertThat(this.tester).hasEnqueued("send_mail").withDelay(Duration.ofMinutes(5)).once();
		assertThat(this.queue.stats().total()).isZero();
	}

	@Test
	void argumentsGivenByNameAreComparedByPlace() {
		this.queue.enqueue(TaskRequest.of("send_mail").args("a").kwarg("subject", "Hello").header("tenant", "t"));
		assertThat(this.tester).hasEnqueued("send_mail").withArgs("a", "Hello").withHeader("tenant", "t").once();
	}

	@Test
	void debouncedTaskRunsOnceTheClockSaysSo() {
		TaskRequest request = TaskRequest.of("send_mail").debounce("a", Duration.ofSeconds(10), Duration.ofMinutes(1));
		this.queue.enqueue(request.args("a", "Hello"));
		this.tester.advance(Duration.ofSeconds(6));
		assertThat(this.queue.enqueue(request.args("a", "Hello again")).outcome())
			.isEqualTo(EnqueueResult.Outcome.REPLACED);
		this.tester.advance(Duration.ofSeconds(6));
		assertThat(this.tester).hasEnqueued("send_mail").withUniqueKey("a").once();
		assertThat(this.tester.last("send_mail").info().status()).isEqualTo(TaskStatus.PENDING);
		this.tester.advance(Duration.ofSeconds(4));
		assertThat(this.tester.last("send_mail")).isSuccessful();
		assertThat(this.tester).hasEnqueued("send_mail").withArgs("a", "Hello again").once();
	}

	@Test
	void failedAssertionListsWhatWasEnqueued() {
		this.mails.with((options) -> options.idempotencyKey("k")).enqueue((tasks) -> tasks.send("a", "Hello"));
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.tester).hasEnqueued("send_mail").withArgs("b", "Hello"))
			.withMessageContaining("task 'send_mail' with the arguments [\"b\", \"Hello\"]")
			.withMessageContaining("send_mail[\"a\", \"Hello\"] pending, due ");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.tester).hasEnqueued("send_mail").withIdempotencyKey("k").times(2))
			.withMessageContaining("Expected 2 and not 1 of task 'send_mail' with the idempotency key 'k'");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.tester).hasEnqueued("announce"))
			.withMessageContaining("send_mail[");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.tester).hasNotEnqueued("send_mail"));
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.tester.last("send_mail")).isSuccessful())
			.withMessageContaining("Expected the status 'success' of: send_mail[");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.tester.last("announce"))
			.withMessageContaining("No task 'announce' was enqueued.");
		this.tester.runDue();
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.tester.last("send_mail")).hasResult(Map.of("to", "b", "attempt", 1)))
			.withMessageContaining("{\"to\":\"a\",\"attempt\":1}");
	}

	@Test
	void defaultMethodOfAnInterfaceThatIsNotPublicIsCalled() {
		this.mails.enqueue((tasks) -> tasks.welcome("a"));
		assertThat(this.tester).hasEnqueued("send_mail").withArgs("a", "Welcome").once();
	}

	@Test
	void clockOfTheApplicationIsItsOwn(@Autowired Clock clock) {
		assertThat(clock).isEqualTo(Clock.systemUTC());
	}

	@Test
	void tasksThatHaveNoEndAreStopped() {
		this.queue.enqueue("endless");
		assertThatIllegalStateException().isThrownBy(this.tester::runDue).withMessageContaining("enqueue itself again");
	}

	@Test
	void whatCannotBeRunIsToldWithTheReason() {
		String id = this.mails.enqueue((tasks) -> tasks.send("a", "Hello"));
		this.queue.pause("mails");
		assertThat(this.tester.runDue()).isZero();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.tester.run(id))
			.withMessageContaining("cannot be run");
		this.queue.resume("mails");
		this.tester.run(id);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.tester.run(id))
			.withMessageContaining("does not wait; its status is 'success'");
		assertThatIllegalArgumentException().isThrownBy(() -> this.tester.advance(Duration.ofSeconds(-1)));
	}

	@Test
	void nothingIsLeftOfEarlierTests() {
		this.queue.pause("mails");
		this.schedules.create(TaskSchedule.every("hourly", Duration.ofHours(1), TaskRequest.of("hourly")));
		this.mails.enqueue((tasks) -> tasks.send("a", "Hello"));
		this.queue.enqueue("announce", "b");
		this.tester.runOnly("announce");
		this.tester.advance(Duration.ofDays(2));
		this.tester.clear();
		assertThat(this.tester).hasEnqueuedNothing();
		assertThat(this.queue.pausedCategories()).isEmpty();
		assertThat(this.schedules.findAll()).isEmpty();
		assertThat(this.tester.now()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
	}

}

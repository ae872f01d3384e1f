package io.gobstopper.limit;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskRequest;
import io.gobstopper.error.InvalidTaskArgumentsException;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for tasks of different fairness keys, which take turns, on each database.
 */
@Timeout(60)
class FairnessTests {

	@TempDir
	private Path folder;

	private final Mails mails = new Mails();

	private final Plain plain = new Plain(this.mails.started);

	private final PostgresSettings postgres = PostgresServer.newSettings();

	private TestQueue.Builder builder(String store) {
		return TestQueue.with(this.mails, this.plain)
			.on(store, this.folder, this.postgres)
			.concurrency(1)
			.prefetchWindow(Duration.ZERO);
	}

	private static List<TaskRequest> mails(String tenant, int number) {
		return Collections.nCopies(number, TaskRequest.of("mail").args(tenant));
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void tasksOfSmallTenantsDoNotWaitForAllOfALargeOne(String store) {
		List<String> small = IntStream.range(0, 50).mapToObj((number) -> "small-" + number).toList();
		try (TestQueue queue = builder(store).fair("default").start()) {
			queue.service().pause("default");
			queue.service().enqueueAll(mails("large", 500));
			queue.service().enqueueAll(small.stream().flatMap((tenant) -> mails(tenant, 3).stream()).toList());
			queue.service().resume("default");
			await().until(() -> this.mails.started.size() == 650);
		}
		for (int turn = 0; turn < 3; turn++) {
			assertThat(this.mails.started.subList(51 * turn, 51 * (turn + 1)))
				.containsExactlyInAnyOrderElementsOf(Stream.concat(Stream.of("large"), small.stream()).toList());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void newTenantStartsNext(String store) throws Exception {
		this.mails.permits.drainPermits();
		try (TestQueue queue = builder(store).fair("default").start()) {
			queue.service().enqueueAll(mails("large", 200));
			this.mails.permits.release(50);
			await().until(() -> this.mails.started.size() == 51);
			queue.service().enqueueAll(mails("small", 2));
			this.mails.permits.release(1000);
			await().until(() -> this.mails.started.size() == 202);
		}
		assertThat(this.mails.started.subList(51, 56)).filteredOn("small"::equals).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void keyThatKeepsComingBackTakesNoTurnOfOthers(String store) throws Exception {
		this.mails.permits.drainPermits();
		try (TestQueue queue = builder(store).fair("default").start()) {
			queue.service().enqueueAll(mails("patient", 21));
			await().until(() -> this.mails.started.size() == 1);
			for (int started = 1; started <= 40; started++) {
				int now = started;
				queue.service().enqueueAll(mails("eager", 1));
				this.mails.permits.release();
				await().until(() -> this.mails.started.size() == now + 1);
			}
			this.mails.permits.release(1000);
			await().until(() -> this.mails.started.size() == 61);
		}
		assertThat(this.mails.started.subList(1, 41)).filteredOn("patient"::equals).hasSize(20);
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void priorityComesBeforeTurns(String store) {
		try (TestQueue queue = builder(store).fair("default").start()) {
			queue.service().pause("default");
			queue.service().enqueueAll(mails("low", 3));
			queue.service()
				.enqueueAll(mails("high", 3).stream().map((mail) -> mail.priority(TaskPriority.HIGH)).toList());
			queue.service().resume("default");
			await().until(() -> this.mails.started.size() == 6);
		}
		assertThat(this.mails.started).containsExactly("high", "high", "high", "low", "low", "low");
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void tasksThatBecomeDueTogetherTakeTurns(String store) {
		try (TestQueue queue = builder(store).fair("default").pollInterval(Duration.ofMillis(50)).start()) {
			queue.service().pause("default");
			queue.service()
				.enqueueAll(mails("late", 30).stream().map((mail) -> mail.delay(Duration.ofMillis(50))).toList());
			queue.service().enqueueAll(mails("other", 30));
			Instant due = queue.groupCommit().clock().instant().plusMillis(50);
			await().until(() -> queue.groupCommit().clock().instant().isAfter(due));
			queue.service().resume("default");
			await().until(() -> this.mails.started.size() == 60);
		}
		assertThat(this.mails.started.subList(0, 20)).filteredOn("late"::equals).hasSizeBetween(9, 11);
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void retriesDoNotOvertakeOtherTenants(String store) {
		try (TestQueue queue = builder(store).fair("default").pollInterval(Duration.ofMillis(20)).start()) {
			queue.service().pause("default");
			queue.service().enqueueAll(Collections.nCopies(30, TaskRequest.of("fail").args("failing")));
			queue.service().enqueueAll(mails("other", 10));
			queue.service().resume("default");
			await().until(() -> this.mails.started.size() == 70);
		}
		int last = this.mails.started.lastIndexOf("other");
		assertThat(this.mails.started.subList(0, last)).filteredOn("failing"::equals).hasSizeLessThanOrEqualTo(22);
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void whatWaitedBeforeHasOneTurnAtATime(String store) {
		try (TestQueue queue = TestQueue.with(this.plain).on(store, this.folder, this.postgres).start()) {
			queue.service().pause("default");
			queue.service().enqueueAll(Collections.nCopies(100, TaskRequest.of("plain").args("before")));
		}
		try (TestQueue queue = builder(store).fair("default").start()) {
			queue.service().enqueueAll(mails("tenant", 10));
			queue.service().resume("default");
			await().until(() -> this.mails.started.size() == 110);
		}
		assertThat(this.mails.started.subList(0, 21)).filteredOn("tenant"::equals).hasSizeGreaterThanOrEqualTo(9);
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void keyIsThatOfTheRequestOrOfTheHandler(String store) throws Exception {
		try (TestQueue queue = builder(store).fair("default").start()) {
			TaskRequest mail = TaskRequest.of("mail").args("tenant");
			assertThat(key(queue, mail)).isEqualTo("tenant");
			assertThat(key(queue, mail.fairnessKey("another"))).isEqualTo("another");
			assertThat(key(queue, TaskRequest.of("plain").args("any"))).isEmpty();
			assertThat(key(queue, mail.category("elsewhere"))).isNull();
			assertThatIllegalArgumentException()
				.isThrownBy(() -> queue.service().enqueue(mail.category("elsewhere").fairnessKey("tenant")))
				.withMessage("Task 'mail' has a 'fairnessKey', but category 'elsewhere' has no fairness; set "
						+ "gobstopper.fairness.elsewhere.enabled");
			assertThatIllegalArgumentException().isThrownBy(() -> mail.fairnessKey(" "))
				.withMessage("'fairnessKey' of task 'mail' must not be empty");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> queue.service().enqueue(mail.fairnessKey("x".repeat(501))))
				.withMessage("'fairness key' must not be longer than 500 characters, but has 501");
			assertThatExceptionOfType(InvalidTaskArgumentsException.class)
				.isThrownBy(() -> queue.service().enqueue(TaskRequest.of("mail").args("")))
				.withMessage("The fairness key of task 'mail' is empty: '#tenant'");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void keysDoNothingWhereFairnessIsSwitchedOff(String store) throws Exception {
		try (TestQueue queue = builder(store).fairness(new Fairness(Map.of("default", false))).start()) {
			assertThat(key(queue, TaskRequest.of("mail").args("tenant").fairnessKey("another"))).isNull();
		}
	}

	@Test
	void categoryIsFoundByItsNameInProperties() {
		Fairness fairness = new Fairness(Map.of("mymails", true, "other_mails", false, "othermails", true));
		assertThat(fairness.isEnabled("my_mails")).isTrue();
		assertThat(fairness.isEnabled("other_mails")).isFalse();
		assertThat(fairness.isDecided("other_mails")).isTrue();
		assertThat(fairness.isDecided("letters")).isFalse();
	}

	private static String key(TestQueue queue, TaskRequest request) throws Exception {
		return queue.await(queue.service().enqueue(request).id()).headers().get(TaskContext.FAIRNESS_KEY_HEADER);
	}

	/**
	 * Handlers that note whose task started.
	 */
	static class Mails {

		private final List<String> started = Collections.synchronizedList(new ArrayList<>());

		private final Semaphore permits = new Semaphore(Integer.MAX_VALUE / 2);

		@GobstopperTask(name = "mail", fairnessKey = "#tenant")
		void mail(String tenant) throws InterruptedException {
			this.started.add(tenant);
			this.permits.acquire();
		}

		@GobstopperTask(name = "fail", fairnessKey = "#tenant", maxRetries = 1)
		void fail(String tenant, TaskContext context) {
			this.started.add(tenant);
			if (context.attempt() == 1) {
				throw new IllegalStateException("once");
			}
		}

	}

	/**
	 * A handler without a fairness key.
	 */
	static class Plain {

		private final List<String> started;

		Plain(List<String> started) {
			this.started = started;
		}

		@GobstopperTask("plain")
		void plain(String name) {
			this.started.add(name);
		}

	}

}

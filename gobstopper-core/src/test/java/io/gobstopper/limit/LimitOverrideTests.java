package io.gobstopper.limit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.gobstopper.TaskRequest;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for numbers of limits that an operator overrides, on each database. What has to
 * be noticed is noticed without a poll.
 */
@Timeout(60)
class LimitOverrideTests {

	private static final Duration NEVER = Duration.ofHours(1);

	@TempDir
	private Path folder;

	private final LimitedHandlers handlers = new LimitedHandlers();

	private final PostgresSettings postgres = PostgresServer.newSettings();

	private TestQueue.Builder builder(String store) {
		return TestQueue.with(this.handlers).on(store, this.folder, this.postgres).concurrency(20).pollInterval(NEVER);
	}

	private static void enqueue(TestQueue queue, int tasks) {
		queue.service().enqueueAll(Collections.nCopies(tasks, TaskRequest.of("sync").args("a")));
	}

	private static LimitInfo crm(TestQueue queue) {
		return queue.limits().findAll().stream().filter((limit) -> limit.name().equals("crm")).findAny().orElseThrow();
	}

	private static LimitNumbers perKey(int number) {
		return new LimitNumbers(number, null, null, null);
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void higherNumberReachesWhatWaitsUntilItIsReset(String store) {
		try (TestQueue queue = builder(store).start()) {
			enqueue(queue, 6);
			this.handlers.awaitRunning(1);
			queue.limits().override("crm", perKey(2), Duration.ofHours(1));
			this.handlers.awaitRunning(2);
			assertThat(crm(queue)).satisfies((limit) -> {
				assertThat(limit.perKey()).isEqualTo(2);
				assertThat(limit.total()).isEqualTo(3);
				assertThat(limit.overridden()).isNotNull();
				assertThat(limit.overridden().numbers()).isEqualTo(perKey(2));
			});
			queue.limits().override("crm", perKey(3), Duration.ofHours(1));
			this.handlers.awaitRunning(3);
			queue.limits().reset("crm");
			assertThat(crm(queue).perKey()).isOne();
			assertThat(crm(queue).overridden()).isNull();
			this.handlers.permits.release(2);
			this.handlers.awaitRunning(1);
			this.handlers.permits.release(1);
			await().until(() -> this.handlers.started.size() == 4);
			assertThat(this.handlers.running).hasValueLessThanOrEqualTo(1);
			this.handlers.permits.release(3);
			await().until(() -> this.handlers.started.size() == 6);
		}
		assertThat(this.handlers.mostOfAKey).hasValue(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void lowerNumberCountsOnceWhatRunsHasEnded(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			for (String tenant : new String[] { "a", "b", "c" }) {
				queue.service().enqueue("sync", tenant);
			}
			this.handlers.awaitRunning(3);
			queue.limits().override("crm", new LimitNumbers(null, 1, null, null), Duration.ofHours(1));
			String last = queue.service().enqueue("sync", "d");
			this.handlers.permits.release(2);
			this.handlers.awaitRunning(1);
			assertThat(queue.find(last).waitingFor()).isEqualTo("limit crm, 1st of 1");
			this.handlers.permits.release(2);
			queue.await(last);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void numbersOfTheCodeCountWhenItsTimeIsOver(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			queue.service().enqueue("sync", "a");
			queue.service().enqueue("sync", "b");
			this.handlers.awaitRunning(2);
			queue.limits().override("crm", new LimitNumbers(null, 1, null, null), Duration.ofSeconds(1));
			String waiting = queue.service().enqueue("sync", "c");
			assertThat(this.handlers.running).hasValue(2);
			this.handlers.awaitRunning(3);
			assertThat(crm(queue).overridden()).isNull();
			this.handlers.permits.release(3);
			queue.await(waiting);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void rateCanBeGivenToALimitWithoutOne(String store) {
		try (TestQueue queue = builder(store).start()) {
			queue.limits().override("crm", new LimitNumbers(5, 5, LimitRate.of("1/1h"), 2), Duration.ofHours(1));
			enqueue(queue, 5);
			this.handlers.awaitRunning(2);
			this.handlers.permits.release(10);
			await().until(() -> crm(queue).active() == 0);
			assertThat(this.handlers.started).hasSize(2);
			queue.limits().reset("crm");
			await().until(() -> this.handlers.started.size() == 5);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void overrideOutlivesARestart(String store) {
		try (TestQueue queue = builder(store).start()) {
			queue.limits().override("crm", perKey(2), Duration.ofHours(1));
		}
		try (TestQueue queue = builder(store).start()) {
			enqueue(queue, 3);
			this.handlers.awaitRunning(2);
			this.handlers.permits.release(3);
			await().until(() -> this.handlers.started.size() == 3);
		}
		assertThat(this.handlers.mostOfAKey).hasValue(2);
	}

	@Test
	void otherProcessesHearAtOnce() {
		try (TestQueue one = builder("postgresql").start(); TestQueue other = builder("postgresql").enqueueOnly()) {
			enqueue(one, 3);
			this.handlers.awaitRunning(1);
			other.limits().override("crm", perKey(3), Duration.ofHours(1));
			this.handlers.awaitRunning(3);
			this.handlers.permits.release(3);
			assertThat(crm(one).perKey()).isEqualTo(3);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			cmr |   |   |        |   | PT1H | No limit is named 'cmr'; known: [crm, exclusive]
			crm |   |   |        |   | PT1H | 'perKey', 'total', 'rate' or 'burst' must be given
			crm | 0 |   |        |   | PT1H | 'perKey' must be at least 1, but is 0
			crm |   | 0 |        |   | PT1H | 'total' must be at least 1, but is 0
			crm |   |   | 60/1m  | 0 | PT1H | 'burst' must be at least 1, but is 0
			crm |   |   |        | 5 | PT1H | 'burst' does nothing, as limit 'crm' has no rate; give 'rate', too
			crm | 5 |   |        |   | PT0S | 'timeToLive' must be longer than 0 and at most 366 days, but is PT0S
			crm | 5 |   |        |   | P367D | 'timeToLive' must be longer than 0 and at most 366 days, but is PT8808H
			""")
	void whatMakesNoSenseIsRefused(String name, Integer perKey, Integer total, String rate, Integer burst,
			Duration timeToLive, String message) {
		LimitNumbers numbers = new LimitNumbers(perKey, total, (rate != null) ? LimitRate.of(rate) : null, burst);
		try (TestQueue queue = builder("duckdb").start()) {
			assertThatIllegalArgumentException().isThrownBy(() -> queue.limits().override(name, numbers, timeToLive))
				.withMessage(message);
			assertThat(queue.limits().findAll()).allSatisfy((limit) -> assertThat(limit.overridden()).isNull());
		}
	}

	@Test
	void unknownLimitIsNotReset() {
		try (TestQueue queue = builder("duckdb").start()) {
			assertThatIllegalArgumentException().isThrownBy(() -> queue.limits().reset("cmr"))
				.withMessage("No limit is named 'cmr'; known: [crm, exclusive]");
		}
	}

}

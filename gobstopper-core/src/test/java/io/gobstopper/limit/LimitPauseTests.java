package io.gobstopper.limit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperTask;
import io.gobstopper.RateLimitedException;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for pauses of limits, on each database. What has to be noticed is noticed without
 * a poll.
 */
@Timeout(60)
class LimitPauseTests {

	private static final Duration NEVER = Duration.ofHours(1);

	@TempDir
	private Path folder;

	private final Handlers handlers = new Handlers();

	private final PostgresSettings postgres = PostgresServer.newSettings();

	private TestQueue.Builder builder(String store) {
		return TestQueue.with(this.handlers).on(store, this.folder, this.postgres).concurrency(20).pollInterval(NEVER);
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void noTaskOfAPausedLimitStarts(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			queue.limits().pause("crm");
			String paused = queue.service().enqueue("sync", "a");
			String other = queue.service().enqueue("sync", "b");
			queue.await(queue.service().enqueue("plain", "x"));
			await().until(() -> "limit crm, 1st of 2".equals(queue.find(paused).waitingFor()));
			assertThat(queue.limits().findAll()).filteredOn((limit) -> limit.name().equals("crm"))
				.singleElement()
				.satisfies((limit) -> {
					assertThat(limit.paused()).isTrue();
					assertThat(limit.closedKeys()).isZero();
				});
			queue.limits().resume("crm");
			assertThat(queue.await(paused).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(queue.await(other).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(queue.limits().findAll()).noneMatch(LimitInfo::paused);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void noTaskOfAPausedKeyStartsAlsoAfterARestart(String store) throws Exception {
		String paused;
		try (TestQueue queue = builder(store).start()) {
			queue.limits().pause("disk", "a");
			paused = queue.service().enqueue("export", "a");
			queue.await(queue.service().enqueue("export", "b"));
			assertThat(queue.find(paused).waitingFor()).isEqualTo("limit disk/a, 1st of 1");
			assertThat(queue.limits().findAll()).anySatisfy((limit) -> assertThat(limit.closedKeys()).isOne());
		}
		try (TestQueue queue = builder(store).start()) {
			queue.await(queue.service().enqueue("export", "b"));
			assertThat(queue.find(paused).status()).isEqualTo(TaskStatus.PENDING);
			queue.limits().resume("disk", "a");
			assertThat(queue.await(paused).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void whatRunsGoesOnAndWhatHasNotStartedWaits(String store) throws Exception {
		try (TestQueue queue = builder(store).concurrency(1).start()) {
			this.handlers.permits.drainPermits();
			List<EnqueueResult> all = queue.service()
				.enqueueAll(Collections.nCopies(5, TaskRequest.of("export").args("a")));
			await().until(() -> queue.service().stats().running() >= 1 && !this.handlers.started.isEmpty());
			queue.limits().pause("disk");
			this.handlers.permits.release(1000);
			assertThat(queue.await(this.handlers.started.get(0)).status()).isEqualTo(TaskStatus.SUCCESS);
			queue.await(queue.service().enqueue("plain", "x"));
			assertThat(this.handlers.started).hasSize(1);
			queue.limits().resume("disk");
			for (EnqueueResult each : all) {
				assertThat(queue.await(each.id()).status()).isEqualTo(TaskStatus.SUCCESS);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void resumingAKeyEndsWhatAHandlerWasTold(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			String limited = queue.service().enqueue("limited", "a");
			await().until(() -> queue.limits().findAll().stream().anyMatch((limit) -> limit.closedKeys() == 1));
			String waiting = queue.service().enqueue("sync", "a");
			queue.await(queue.service().enqueue("plain", "x"));
			assertThat(queue.find(waiting).status()).isEqualTo(TaskStatus.PENDING);
			queue.limits().resume("crm", "a");
			assertThat(queue.await(waiting).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(queue.find(limited).status()).isEqualTo(TaskStatus.PENDING);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void limitThatIsNotThereIsRefused(String store) {
		try (TestQueue queue = builder(store).start()) {
			assertThatIllegalArgumentException().isThrownBy(() -> queue.limits().pause("cmr"))
				.withMessage("No limit is named 'cmr'; known: [crm, disk]");
			assertThatIllegalArgumentException().isThrownBy(() -> queue.limits().resume("crm", " "))
				.withMessage("The key of a limit must not be empty");
		}
	}

	@Test
	void otherProcessesHearAtOnce() throws Exception {
		try (TestQueue one = builder("postgresql").start(); TestQueue other = builder("postgresql").enqueueOnly()) {
			other.limits().pause("crm");
			String paused = other.service().enqueue("sync", "a");
			one.await(one.service().enqueue("plain", "x"));
			assertThat(one.find(paused).status()).isEqualTo(TaskStatus.PENDING);
			other.limits().resume("crm");
			assertThat(one.await(paused).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	static class Handlers {

		final Semaphore permits = new Semaphore(1000);

		final List<String> started = Collections.synchronizedList(new ArrayList<>());

		@GobstopperTask("sync")
		@TaskLimit(name = "crm", key = "#tenant", perKey = 5)
		void sync(String tenant) {
		}

		@GobstopperTask("limited")
		@TaskLimit(name = "crm", key = "#tenant")
		void limited(String tenant) {
			throw new RateLimitedException(NEVER);
		}

		@GobstopperTask("export")
		@TaskLimit(name = "disk", key = "#tenant", total = 5)
		void export(String tenant, TaskContext context) throws InterruptedException {
			this.started.add(context.id());
			this.permits.acquire();
		}

		@GobstopperTask("plain")
		void plain(String text) {
		}

	}

}

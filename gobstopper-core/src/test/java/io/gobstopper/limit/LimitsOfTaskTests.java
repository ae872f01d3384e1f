package io.gobstopper.limit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.InvalidTaskArgumentsException;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for which limits a task has, and what they say, on each database. What has to be
 * noticed is noticed without a poll.
 */
@Timeout(60)
class LimitsOfTaskTests {

	private static final Duration NEVER = Duration.ofHours(1);

	@TempDir
	private Path folder;

	private final LimitedHandlers handlers = new LimitedHandlers();

	private final PostgresSettings postgres = PostgresServer.newSettings();

	private TestQueue.Builder builder(String store) {
		return TestQueue.with(this.handlers).on(store, this.folder, this.postgres).concurrency(20).pollInterval(NEVER);
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void allTasksOfACategoryHaveItsLimit(String store) throws Exception {
		try (TestQueue queue = builder(store).limit("partner", null, 2).limitOf("partner", "calls").start()) {
			queue.service().enqueueAll(Collections.nCopies(5, TaskRequest.of("plain").args("x").category("calls")));
			EnqueueResult other = queue.service().enqueue(TaskRequest.of("sync").args("tenant-1").category("calls"));
			queue.service().enqueueAll(Collections.nCopies(3, TaskRequest.of("plain").args("y")));
			this.handlers.awaitRunning(5);
			assertThat(queue.service().findTask(other.id()).orElseThrow().headers())
				.containsEntry(TaskContext.LIMITS_HEADER, "{\"crm\":\"tenant-1\",\"partner\":\"\"}");
			assertThat(queue.limits().findAll()).filteredOn((limit) -> limit.name().equals("partner"))
				.singleElement()
				.extracting(LimitInfo::active, LimitInfo::waiting)
				.containsExactly(2L, 4L);
			this.handlers.permits.release(9);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void requestHasALimitOfItsOwn(String store) throws Exception {
		try (TestQueue queue = builder(store).limit("mail", 1, null).start()) {
			TaskRequest request = TaskRequest.of("plain").args("x");
			EnqueueResult first = queue.service().enqueue(request.limit("mail", "example.org"));
			this.handlers.awaitRunning(1);
			EnqueueResult second = queue.service().enqueue(request.limit("mail", "example.org"));
			EnqueueResult other = queue.service().enqueue(request.limit("mail", "example.com"));
			EnqueueResult unlimited = queue.service().enqueue(request);
			this.handlers.awaitRunning(3);
			assertThat(queue.find(second.id()).waitingFor()).isEqualTo("limit mail/example.org, 1st of 1");
			assertThatIllegalArgumentException().isThrownBy(() -> queue.service().enqueue(request.limit("male", "x")))
				.withMessage("No limit is named 'male'; known: [crm, exclusive, mail]");
			this.handlers.permits.release(4);
			for (EnqueueResult each : List.of(first, second, other, unlimited)) {
				assertThat(queue.await(each.id()).status()).isEqualTo(TaskStatus.SUCCESS);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskStartsOnceAllOfItsLimitsHaveRoom(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			String one = queue.service().enqueue("exclusive", "a");
			this.handlers.awaitRunning(1);
			String other = queue.service().enqueue("exclusive", "b");
			assertThat(queue.find(other).waitingFor()).startsWith("limit ");
			String sync = queue.service().enqueue("sync", "a");
			assertThat(queue.find(sync).waitingFor()).isEqualTo("limit crm/a, 1st of 1");
			this.handlers.permits.release(3);
			for (String id : List.of(one, other, sync)) {
				assertThat(queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
			}
			assertThat(this.handlers.mostOfAKey).hasValue(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void propertyBeatsTheAnnotation(String store) throws Exception {
		try (TestQueue queue = builder(store).limit("crm", 2, null).start()) {
			List<EnqueueResult> all = queue.service()
				.enqueueAll(Collections.nCopies(5, TaskRequest.of("sync").args("a")));
			this.handlers.awaitRunning(2);
			this.handlers.permits.release(5);
			for (EnqueueResult each : all) {
				queue.await(each.id());
			}
			assertThat(this.handlers.mostOfAKey).hasValue(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void debouncedTaskHasTheLimitsOfTheLastCall(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			Duration quiet = Duration.ofMillis(300);
			EnqueueResult first = queue.service()
				.enqueue(TaskRequest.of("sync").args("a").debounce("key", quiet, NEVER));
			EnqueueResult second = queue.service()
				.enqueue(TaskRequest.of("sync").args("b").debounce("key", quiet, NEVER));
			assertThat(second.id()).isEqualTo(first.id());
			String other = queue.service().enqueue("sync", "b");
			this.handlers.awaitRunning(1);
			await().until(() -> "limit crm/b, 1st of 1".equals(queue.find(first.id()).waitingFor()));
			this.handlers.permits.release(2);
			queue.await(other);
			assertThat(queue.await(first.id()).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(this.handlers.keys).containsExactly("b", "b");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void limitThatNobodyKnowsLetsAllTasksRun(String store) throws Exception {
		List<String> waiting = new ArrayList<>();
		try (TestQueue queue = builder(store).enqueueOnly()) {
			for (int i = 0; i < 5; i++) {
				waiting.add(queue.service().enqueue("sync", "a"));
			}
		}
		Unlimited unlimited = new Unlimited();
		try (TestQueue queue = TestQueue.with(unlimited)
			.on(store, this.folder, this.postgres)
			.pollInterval(NEVER)
			.start()) {
			await().until(() -> unlimited.running.get() == 5);
			unlimited.permits.release(5);
			for (String id : waiting) {
				assertThat(queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void taskThatOnlySpeaksOfLimitsHasNone(String store) throws Exception {
		try (TestQueue queue = builder(store).start()) {
			EnqueueResult task = queue.service()
				.enqueue(TaskRequest.of("retry_plain")
					.header("x-gobstopper-limits", "\"gobstopper-limits\":\"{\"crm\":\"a\"}\""));
			assertThat(queue.await(task.id()).attempt()).isEqualTo(2);
		}
	}

	@Test
	void keyIsComputedOfTheArgumentsAsTheyAreStored() throws Exception {
		this.handlers.permits.release(2);
		try (TestQueue queue = builder("duckdb").start()) {
			EnqueueResult named = queue.service()
				.enqueue(TaskRequest.of("order").kwarg("order", new LimitedHandlers.Order("eu", 7)));
			EnqueueResult map = queue.service()
				.enqueue(TaskRequest.of("order").args(Map.of("region", "eu", "number", 8)));
			assertThat(queue.await(named.id()).headers()).containsEntry(TaskContext.LIMITS_HEADER,
					"{\"crm\":\"eu-7\"}");
			assertThat(queue.await(map.id()).headers()).containsEntry(TaskContext.LIMITS_HEADER, "{\"crm\":\"eu-8\"}");
			assertThatExceptionOfType(InvalidTaskArgumentsException.class)
				.isThrownBy(() -> queue.service().enqueue("sync", ""))
				.withMessage("The key of limit 'crm' of task 'sync' is empty: '#tenant'");
		}
	}

	static class Unlimited {

		final Semaphore permits = new Semaphore(0);

		final AtomicInteger running = new AtomicInteger();

		@GobstopperTask("sync")
		void sync(String tenant) throws InterruptedException {
			this.running.incrementAndGet();
			this.permits.acquire();
		}

	}

}

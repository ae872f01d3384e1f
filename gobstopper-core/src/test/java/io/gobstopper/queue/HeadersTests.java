package io.gobstopper.queue;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.gobstopper.EnqueueResult;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskRequest;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the headers of tasks.
 */
class HeadersTests {

	private final BlockingQueue<Map<String, String>> seen = new LinkedBlockingQueue<>();

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void goWithTheTask(String store) throws Exception {
		TestQueue.Builder builder = TestQueue.with(this);
		if (store.equals("postgresql")) {
			builder = builder.postgres(PostgresServer.newSettings());
		}
		try (TestQueue queue = builder.start()) {
			EnqueueResult with = queue.service()
				.enqueue(TaskRequest.of("work").header("tenant", "\"ä\u0000\"").header("user", ""));
			assertThat(queue.await(with.id()).headers())
				.containsExactlyInAnyOrderEntriesOf(Map.of("tenant", "\"ä\u0000\"", "user", ""));
			assertThat(this.seen.poll(10, TimeUnit.SECONDS)).isEqualTo(Map.of("tenant", "\"ä\u0000\"", "user", ""));
			EnqueueResult without = queue.service().enqueue(TaskRequest.of("work"));
			assertThat(queue.await(without.id()).headers()).isEmpty();
			assertThat(this.seen.poll(10, TimeUnit.SECONDS)).isEmpty();
		}
	}

	@Test
	void areRefusedIfTheyCannotBeKept() {
		TaskRequest request = TaskRequest.of("work").header("a", "x".repeat(8000));
		assertThatIllegalArgumentException().isThrownBy(() -> request.header("b", "x".repeat(191)))
			.withMessage("The headers of task 'work' have 8193 characters, more than 8192");
		assertThatIllegalArgumentException().isThrownBy(() -> request.header(" ", "x"))
			.withMessage("The name of a header of task 'work' must not be empty");
		assertThatIllegalArgumentException().isThrownBy(() -> request.header("Gobstopper-Schedule", "x"))
			.withMessage("Header 'Gobstopper-Schedule' of task 'work' is reserved");
		assertThat(request.header("b", "x".repeat(190)).headers()).hasSize(2);
		try (TestQueue queue = TestQueue.with(this).start()) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> queue.service().enqueue(TaskRequest.of("work").header("half", "\ud800")))
				.withMessageContaining("'half'");
		}
	}

	@GobstopperTask("work")
	void work(TaskContext context) {
		this.seen.add(context.headers());
	}

}

package io.gobstopper.handler;

import org.junit.jupiter.api.Test;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskRequest;
import io.gobstopper.error.InvalidTaskArgumentsException;
import io.gobstopper.error.InvalidTaskHandlerException;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for handlers that the Kotlin compiler made.
 */
class KotlinHandlerTests {

	@Test
	void nullableParameterMayBeLeftOut() throws Exception {
		try (TestQueue queue = TestQueue.with(new KotlinHandlers()).start()) {
			EnqueueResult with = queue.service().enqueue(TaskRequest.of("greet").args("Ada", "A"));
			EnqueueResult without = queue.service().enqueue(TaskRequest.of("greet").kwarg("name", "Ada"));
			assertThat(queue.await(with.id()).result()).isEqualTo("Ada as A");
			assertThat(queue.await(without.id()).result()).isEqualTo("Ada as null");
		}
	}

	@Test
	void otherParameterMayNotBeNull() {
		try (TestQueue queue = TestQueue.with(new KotlinHandlers()).start()) {
			assertThatExceptionOfType(InvalidTaskArgumentsException.class)
				.isThrownBy(() -> queue.service().enqueue(TaskRequest.of("greet").args(null, "A")))
				.withMessageContaining("name");
		}
	}

	// Nothing here could supply the default value.
	@Test
	void parameterWithADefaultIsRefusedWhenLeftOut() throws Exception {
		try (TestQueue queue = TestQueue.with(new KotlinHandlers()).start()) {
			assertThatExceptionOfType(InvalidTaskArgumentsException.class)
				.isThrownBy(() -> queue.service().enqueue(TaskRequest.of("repeat").kwarg("text", "a")))
				.withMessageContaining("times");
			assertThat(queue.service().count(TaskQuery.all())).isZero();
			EnqueueResult given = queue.service()
				.enqueue(TaskRequest.of("repeat").kwarg("text", "a").kwarg("times", 3));
			assertThat(queue.await(given.id()).result()).isEqualTo("aaa");
		}
	}

	@Test
	void suspendFunctionIsRefusedAtTheStart() {
		assertThatExceptionOfType(InvalidTaskHandlerException.class)
			.isThrownBy(() -> TestQueue.with(new SuspendingHandler()).start().close())
			.withMessageContaining("it is a suspend function");
	}

}

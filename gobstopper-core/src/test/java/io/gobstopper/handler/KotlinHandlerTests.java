package io.gobstopper.handler;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
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

	@Test
	void defaultValueIsSupplied() throws Exception {
		try (TestQueue queue = TestQueue.with(new KotlinHandlers()).start()) {
			assertThat(result(queue, TaskRequest.of("repeat").args("ab"))).isEqualTo("abab!");
			assertThat(result(queue, TaskRequest.of("repeat").kwarg("text", "a").kwarg("times", 3))).isEqualTo("aaa!");
			assertThat(result(queue, TaskRequest.of("repeat").args("a", 1, null))).isEqualTo("anull");
			assertThat(result(queue, TaskRequest.of("default_nothing"))).isNull();
			assertThatExceptionOfType(InvalidTaskArgumentsException.class)
				.isThrownBy(() -> queue.service().enqueue(TaskRequest.of("repeat").args("a", null)))
				.withMessageContaining("'times' of task 'repeat'");
		}
	}

	@Test
	void defaultValueIsSuppliedThroughAProxy() throws Exception {
		ProxyFactory proxy = new ProxyFactory(new KotlinHandlers());
		proxy.setProxyTargetClass(true);
		AtomicInteger calls = new AtomicInteger();
		proxy.addAdvice((MethodInterceptor) (invocation) -> {
			calls.incrementAndGet();
			return invocation.proceed();
		});
		try (TestQueue queue = TestQueue.with(proxy.getProxy()).start()) {
			assertThat(result(queue, TaskRequest.of("repeat").args("ab"))).isEqualTo("abab!");
			assertThat(calls).hasValue(1);
		}
	}

	@Test
	void suspendFunctionIsAwaited() throws Exception {
		try (TestQueue queue = TestQueue.with(new SuspendingHandlers()).start()) {
			assertThat(result(queue, TaskRequest.of("later").args("a"))).isEqualTo("aa1");
			assertThat(result(queue, TaskRequest.of("later").args("a", 3))).isEqualTo("aaa1");
			TaskInfo nothing = queue.await(queue.service().enqueue("later_nothing"));
			assertThat(nothing.status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(nothing.result()).isNull();
			TaskInfo failed = queue.await(queue.service().enqueue("later_failing"));
			assertThat(failed.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(failed.error()).isEqualTo("planned");
		}
	}

	@Test
	void valueClassIsPassed() throws Exception {
		try (TestQueue queue = TestQueue.with(new SuspendingHandlers()).start()) {
			assertThat(result(queue, TaskRequest.of("later_user").args(7L))).isEqualTo("user user 7");
		}
	}

	@Test
	void jobIsRefused() {
		assertThatExceptionOfType(InvalidTaskHandlerException.class)
			.isThrownBy(() -> TestQueue.with(new Launching()).start().close())
			.withMessageContaining("it returns kotlinx.coroutines.Job, which cannot be awaited");
	}

	@Test
	void suspendFunctionIsCancelled() throws Exception {
		SuspendingHandlers handlers = new SuspendingHandlers();
		try (TestQueue queue = TestQueue.with(handlers).start()) {
			String id = queue.service().enqueue("never");
			assertThat(handlers.getStarted().await(10, TimeUnit.SECONDS)).isTrue();
			queue.service().cancel(id);
			assertThat(queue.await(id).status()).isEqualTo(TaskStatus.CANCELLED);
			assertThat(handlers.getCancelled().await(10, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void suspendFunctionThatDoesNotHeedItsCancellationDoesNotRunBesideTheNextAttempt() throws Exception {
		SuspendingHandlers handlers = new SuspendingHandlers();
		try (TestQueue queue = TestQueue.with(handlers).abandonAfter(Duration.ofSeconds(30)).start()) {
			TaskInfo task = queue.await(queue.service().enqueue("stubborn"));
			assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(task.attempt()).isEqualTo(2);
			assertThat(handlers.getAtOnce()).containsExactly(1, 1);
		}
	}

	@Test
	void deferredIsAwaited() throws Exception {
		try (TestQueue queue = TestQueue.with(new KotlinHandlers()).start()) {
			assertThat(result(queue, TaskRequest.of("deferred").args("a"))).isEqualTo("a");
		}
	}

	@Test
	void suspendFunctionWhoseResultWouldHaveToBeAwaitedTooIsRefused() {
		assertThatExceptionOfType(InvalidTaskHandlerException.class)
			.isThrownBy(() -> TestQueue.with(new SuspendingTwice()).start().close())
			.withMessageContaining("it suspends and returns kotlinx.coroutines.Deferred, of which only one");
	}

	@Test
	void callOfASuspendFunctionIsNotRecorded() {
		try (TestQueue queue = TestQueue.with(new KotlinHandlers()).start()) {
			assertThatExceptionOfType(InvalidTaskHandlerException.class)
				.isThrownBy(() -> queue.service().tasks(SuspendingTasks.class))
				.withMessageContaining("it is a suspend function, whose calls cannot be recorded");
		}
	}

	private static @Nullable Object result(TestQueue queue, TaskRequest request) throws Exception {
		return queue.await(queue.service().enqueue(request).id()).result();
	}

}

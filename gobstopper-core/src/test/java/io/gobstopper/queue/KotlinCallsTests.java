package io.gobstopper.queue;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.gobstopper.TaskHandle;
import io.gobstopper.TaskStatus;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for calls that the Kotlin compiler made.
 */
class KotlinCallsTests {

	@Test
	void callsOfKotlinAreRecordedWithDefaultValuesAndNulls() throws Exception {
		try (TestQueue queue = TestQueue.with(new GreetingHandler()).start()) {
			KotlinCalls calls = new KotlinCalls(queue.service());
			TaskHandle<String> withDefault = calls.withDefault("Ada");
			assertThat(queue.find(withDefault.id()).args()).containsExactly("Ada", null, 2);
			assertThat(withDefault.result().get(20, TimeUnit.SECONDS)).isEqualTo("Ada as null, 2 times");
			assertThat(calls.withAll("Bob").result().get(20, TimeUnit.SECONDS)).isEqualTo("Bob as A, 3 times");
			assertThat(queue.await(calls.nothing("Eve")).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

}

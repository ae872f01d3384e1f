package io.gobstopper.test;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A test run makes many contexts.
 */
class ManyContextsTests {

	private static final int PAIRS = Integer.getInteger("test.contexts", 30);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(MailApplication.class)
		.withPropertyValues("gobstopper.test.mode=MANUAL", "gobstopper.worker.enabled=false",
				"gobstopper.duckdb.path=:memory:");

	@Test
	void contextsShareNothingAndLeaveNoThread() {
		List<String> before = threads();
		for (int i = 0; i < PAIRS; i++) {
			this.runner.run((context) -> {
				TaskQueueTester tester = context.getBean(TaskQueueTester.class);
				assertThat(tester).hasEnqueuedNothing();
				context.getBean(MailApplication.Registration.class).register("a@example.com");
				this.runner.run((other) -> assertThat(other.getBean(TaskQueueTester.class)).hasEnqueuedNothing());
				tester.advance(Duration.ofMinutes(5));
				assertThat(tester.last("send_mail")).isSuccessful();
			});
		}
		await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
	}

	private static List<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("gobstopper") || name.startsWith("Hikari"))
			.sorted()
			.toList();
	}

}

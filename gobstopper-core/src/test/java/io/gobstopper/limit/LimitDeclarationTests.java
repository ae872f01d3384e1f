package io.gobstopper.limit;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.context.support.GenericApplicationContext;

import io.gobstopper.GobstopperTask;
import io.gobstopper.error.InvalidTaskHandlerException;
import io.gobstopper.handler.RetryPolicy;
import io.gobstopper.handler.StorageJson;
import io.gobstopper.handler.TaskHandlerScanner;
import io.gobstopper.handler.TaskHandlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what is declared of limits.
 */
class LimitDeclarationTests {

	@Test
	void numbersAreThoseOfAnyMethodUnlessAPropertySaysOtherwise() {
		assertThat(limits(Map.of(), new Shared())).containsOnly(Map.entry("crm_api", new LimitNumbers(2, 20)),
				Map.entry("disk", new LimitNumbers(null, 1)));
		assertThat(limits(Map.of("crmapi", new LimitNumbers(null, 5), "mail", new LimitNumbers(1, null)), new Shared()))
			.containsOnly(Map.entry("crm_api", new LimitNumbers(2, 5)), Map.entry("disk", new LimitNumbers(null, 1)),
					Map.entry("mail", new LimitNumbers(1, null)));
		assertThat(limits(Map.of("crm_api", new LimitNumbers(1, null)), new Shared())).containsEntry("crm_api",
				new LimitNumbers(1, 20));
	}

	@Test
	void numbersThatDifferAreRefused() {
		assertRefused(new Different(), "'total' of limit 'crm' is ", "2 at ", "Different.one", "3 at ",
				"Different.other", "say it once, or the same at both");
	}

	@Test
	void limitThatLimitsNothingIsRefused() {
		assertRefused(new Nothing(), "Limit 'crm' of", "Nothing.task",
				"limits nothing; set 'perKey' or 'total', or gobstopper.limits.crm.per-key or total");
	}

	@Test
	void whatMakesNoSenseIsRefused() {
		assertRefused(new UnknownArgument(),
				"'key' of a limit, '#tenant + #user', names #user, but the arguments are [tenant]");
		assertRefused(new NoExpression(), "'key' of a limit is no expression: '#tenant +'");
		assertRefused(new Negative(), "'perKey' of limit 'crm' must be at least 1, but is -5");
		assertRefused(new Zero(), "'total' of limit 'crm' must be at least 1, but is 0");
		assertRefused(new WithoutKey(), "limit 'crm' has 'perKey' but no 'key'");
		assertRefused(new Twice(), "it has the limit 'crm' twice");
		assertRefused(new Slash(), "the name of a limit has 1 to 100 letters, digits, '-', '_' and '.', unlike 'c/m'");
		assertRefused(new NoTask(), "NoTask.task has a @TaskLimit but no @GobstopperTask; add one");
	}

	private static void assertRefused(Object bean, String... message) {
		assertThatExceptionOfType(InvalidTaskHandlerException.class).isThrownBy(() -> limits(Map.of(), bean))
			.satisfies((ex) -> assertThat(ex).hasMessageContainingAll(message));
	}

	private static Map<String, LimitNumbers> limits(Map<String, LimitNumbers> configured, Object bean) {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			context.getBeanFactory().registerSingleton("handlers", bean);
			context.refresh();
			return new TaskHandlers(configured,
					new TaskHandlerScanner(context.getBeanFactory(), StorageJson.with(List.of()).mapper(),
							new RetryPolicy(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0), List.of()))
				.limits();
		}
	}

	static class Shared {

		@GobstopperTask("one")
		@TaskLimit(name = "crm_api", key = "#tenant", perKey = 2)
		void one(String tenant) {
		}

		@GobstopperTask("other")
		@TaskLimit(name = "crm_api", key = "#tenant", total = 20)
		@TaskLimit(name = "disk", total = 1)
		void other(String tenant) {
		}

	}

	static class Different {

		@GobstopperTask("one")
		@TaskLimit(name = "crm", total = 2)
		void one() {
		}

		@GobstopperTask("other")
		@TaskLimit(name = "crm", total = 3)
		void other() {
		}

	}

	static class Nothing {

		@GobstopperTask("task")
		@TaskLimit(name = "crm")
		void task() {
		}

	}

	static class UnknownArgument {

		@GobstopperTask("task")
		@TaskLimit(name = "crm", key = "#tenant + #user", perKey = 1)
		void task(String tenant) {
		}

	}

	static class NoExpression {

		@GobstopperTask("task")
		@TaskLimit(name = "crm", key = "#tenant +", perKey = 1)
		void task(String tenant) {
		}

	}

	static class Negative {

		@GobstopperTask("task")
		@TaskLimit(name = "crm", key = "#tenant", perKey = -5)
		void task(String tenant) {
		}

	}

	static class Zero {

		@GobstopperTask("task")
		@TaskLimit(name = "crm", total = 0)
		void task() {
		}

	}

	static class WithoutKey {

		@GobstopperTask("task")
		@TaskLimit(name = "crm", perKey = 1)
		void task() {
		}

	}

	static class Twice {

		@GobstopperTask("task")
		@TaskLimit(name = "crm", total = 1)
		@TaskLimit(name = "crm", total = 2)
		void task() {
		}

	}

	static class Slash {

		@GobstopperTask("task")
		@TaskLimit(name = "c/m", total = 1)
		void task() {
		}

	}

	static class NoTask {

		@GobstopperTask("task")
		void handler() {
		}

		@TaskLimit(name = "crm", total = 1)
		void task() {
		}

	}

}

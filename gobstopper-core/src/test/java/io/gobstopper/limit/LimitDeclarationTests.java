package io.gobstopper.limit;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.support.GenericApplicationContext;

import io.gobstopper.GobstopperTask;
import io.gobstopper.error.InvalidTaskHandlerException;
import io.gobstopper.handler.RetryPolicy;
import io.gobstopper.handler.StorageJson;
import io.gobstopper.handler.TaskHandlerScanner;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.handler.limit.DeclaredLimits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for what is declared of limits.
 */
class LimitDeclarationTests {

	@Test
	void numbersAreThoseOfAnyMethodUnlessAPropertySaysOtherwise() {
		assertThat(limits(Map.of(), new Shared())).containsOnly(Map.entry("crm_api", places(2, 20)),
				Map.entry("disk", places(null, 1)));
		assertThat(limits(Map.of("crmapi", places(null, 5), "mail", places(1, null)), new Shared())).containsOnly(
				Map.entry("crm_api", places(2, 5)), Map.entry("disk", places(null, 1)),
				Map.entry("mail", places(1, null)));
		assertThat(limits(Map.of("crm_api", places(1, null)), new Shared())).containsEntry("crm_api", places(1, 20));
	}

	@Test
	void numbersThatDifferAreRefused() {
		assertRefused(new Different(), "'total' of limit 'crm' is ", "2 at ", "Different.one", "3 at ",
				"Different.other", "say it once, or the same at both");
	}

	@Test
	void limitThatLimitsNothingIsRefused() {
		assertRefused(new Nothing(), "Limit 'crm' of", "Nothing.task",
				"limits nothing; set 'perKey', 'total' or 'rate', or gobstopper.limits.crm.per-key, total or rate");
	}

	@Test
	void propertyThatLimitsNothingIsRefused() {
		LimitNumbers burst = new LimitNumbers(null, null, null, 5);
		assertRefused(Map.of("mail", burst), new Shared(),
				"gobstopper.limits.mail.burst does nothing, as its limit has no rate; set gobstopper.limits.mail.rate, "
						+ "too, or remove it");
		assertRefused(Map.of("crmapi", burst), new Shared(), "gobstopper.limits.crmapi.burst does nothing");
		assertRefused(Map.of("crm_api", burst), new Shared(), "gobstopper.limits[crm_api].burst does nothing",
				"set gobstopper.limits[crm_api].rate, too");
		assertRefused(Map.of("mail", new LimitNumbers(null, 2, null, 5)), new Shared(),
				"gobstopper.limits.mail.burst does nothing");
		assertThat(limits(Map.of("api", burst), new Rate())).containsEntry("api",
				new LimitNumbers(null, null, LimitRate.of("60/1m"), 5));
	}

	@Test
	void numberOfEachKeyIsRefusedWhereThereIsNone() {
		String[] message = { "Limit 'crm' of", "Nothing.task", "limits nothing there, as it has only 'perKey', and the "
				+ "method no 'key'; add one, or set 'total' or 'rate', or gobstopper.limits.crm.total or rate" };
		assertRefused(Map.of("crm", places(1, null)), new Nothing(), message);
		assertRefused(new KeyElsewhere(), "Limit 'crm' of", "KeyElsewhere.other", "the method no 'key'");
		assertThat(limits(Map.of("crm", places(1, 2)), new Nothing())).containsEntry("crm", places(1, 2));
	}

	@Test
	void limitOfACategoryNeedsANumberWithoutKeys() {
		DeclaredLimits limits = new DeclaredLimits(Map.of("crm", places(2, null)), Map.of("crm", Set.of("mails")));
		assertThatExceptionOfType(InvalidTaskHandlerException.class).isThrownBy(() -> limits.read(Map.of()))
			.withMessage("gobstopper.limits.crm.categories does nothing, as tasks have no key by it, and its limit has "
					+ "neither a total nor a rate; set gobstopper.limits.crm.total");
		assertThat(new DeclaredLimits(Map.of("crmapi", places(null, 2)), Map.of("crmapi", Set.of("mails", "other")))
			.byCategory(Set.of("crm_api", "disk")))
			.isEqualTo(Map.of("mails", Set.of("crm_api"), "other", Set.of("crm_api")));
	}

	@Test
	void propertyIsOfAllLimitsThatItMayMean() {
		assertThat(limits(Map.of("crm1", places(null, 5)), new Alike())).containsOnly(
				Map.entry("crm1", places(null, 5)), Map.entry("crm_1", places(null, 5)),
				Map.entry("crm.1", places(null, 5)));
	}

	@Test
	void whatMakesNoSenseIsRefused() {
		assertRefused(new UnknownArgument(),
				"'key' of a limit, '#tenant + #user', names #user, but the arguments are [tenant]");
		assertRefused(new NoExpression(), "'key' of a limit is no expression: '#tenant +'");
		assertRefused(new Negative(), "'perKey' of limit 'crm' must be at least 1, but is -5");
		assertRefused(new Zero(), "'total' of limit 'crm' must be at least 1, but is 0");
		assertRefused(new NoRate(), "'rate' of limit 'crm': 'often' is no rate; one is a number of tasks and a time");
		assertRefused(new NoBurst(), "'burst' of limit 'crm' must be at least 1, but is 0");
		assertRefused(new OnlyBurst(), "Limit 'crm' of", "OnlyBurst.task", "has 'burst' but no 'rate'");
		assertRefused(new WithoutKey(), "limit 'crm' has 'perKey' but no 'key'");
		assertRefused(new Twice(), "it has the limit 'crm' twice");
		assertRefused(new Slash(), "the name of a limit has 1 to 100 letters, digits, '-', '_' and '.', unlike 'c/m'");
		assertRefused(new NoTask(), "NoTask.task has a @TaskLimit but no @GobstopperTask; add one");
	}

	@Test
	void orderThatMakesNoSenseIsRefused() {
		assertThat(limits(Map.of(), new InOrder())).containsEntry("crm", places(1, null));
		assertRefused(new InOrderWithoutKey(), "limit 'crm' is 'ordered' but has no 'key'");
		assertRefused(new InOrderAtOnce(), "limit 'crm' is 'ordered', so 'perKey' must be 1, but is 2");
		assertRefused(new InOrderTwice(), "its limits crm, disk are 'ordered'; only one can be");
		assertRefused(new InOrderHere(), "Limit 'crm' is 'ordered' at", "InOrderHere.one", "but not at",
				"InOrderHere.other", "; say the same at both");
		assertRefused(Map.of("crm", places(2, null)), new InOrder(),
				"gobstopper.limits.crm.per-key must be 1, but is 2, as its limit is 'ordered' at", "InOrder.task");
	}

	@Test
	void conflictThatMakesNoSenseIsRefused() {
		assertThat(limits(Map.of("crm", places(2, null)), new ConflictByProperty())).containsEntry("crm",
				places(2, null));
		assertRefused(new ConflictByProperty(), "Limit 'crm' of", "ConflictByProperty.task", "limits nothing");
		assertRefused(new ConflictOfAll(), "Limit 'crm' of", "has 'onConflict' but no 'perKey'");
		assertRefused(new ConflictWithoutKey(), "limit 'crm' has 'onConflict' but no 'key'");
		assertRefused(new ConflictInOrder(), "limit 'crm' has 'ordered' and 'onConflict'; only one can be");
		assertRefused(new ConflictHere(), "'onConflict' of limit 'crm' is SKIP at", "and WAIT at",
				"or the same at both");
	}

	@Test
	void fairnessKeyThatMakesNoSenseIsRefused() {
		assertRefused(new UnfairCategory(), "Task 'sync' of ",
				"UnfairCategory.task has a 'fairnessKey', but its category "
						+ "'mails' has no fairness; set gobstopper.fairness.mails.enabled, or leave the key out");
		assertRefused(new UnknownFairnessKey(), "'fairnessKey', '#user', names #user, but the arguments are [tenant]");
		assertRefused(new NoFairnessKey(), "'fairnessKey' is no expression: '#tenant +'");
	}

	@Test
	void rateIsReadFromTextAndItsBurstBesideIt() {
		assertThat(limits(Map.of(), new Rate())).containsOnly(
				Map.entry("api", new LimitNumbers(null, null, new LimitRate(60, Duration.ofMinutes(1)), 5)),
				Map.entry("day", new LimitNumbers(null, 3, new LimitRate(5000, Duration.ofDays(1)), null)));
		LimitNumbers slower = new LimitNumbers(null, null, LimitRate.of("1/2s"), null);
		assertThat(limits(Map.of("api", slower), new Rate())).containsEntry("api",
				new LimitNumbers(null, null, new LimitRate(1, Duration.ofSeconds(2)), 5));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "60", "/1m", "60/", "0/1m", "-1/1m", "60/0s", "60/-1s", "1.5/s", "60/367d", "60/1y",
			"60 per minute" })
	void whatIsNoRateIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> LimitRate.of(text))
			.withMessage("'%s' is no rate; one is a number of tasks and a time, such as 60/1m", text);
	}

	@ParameterizedTest
	@CsvSource({ "60/1m,1000000", "100/s,10000", "3/1s,333334", "7/PT1H,514285715", "1000000/1ms,1",
			"1/366d,31622400000000" })
	void rateIsAsItIsWritten(String text, long micros) {
		LimitRate rate = LimitRate.of(text);
		assertThat(rate.interval()).isEqualTo(Duration.of(micros, ChronoUnit.MICROS));
		assertThat(LimitRate.of(rate.toString())).isEqualTo(rate);
	}

	private static LimitNumbers places(@Nullable Integer perKey, @Nullable Integer total) {
		return new LimitNumbers(perKey, total, null, null);
	}

	private static void assertRefused(Object bean, String... message) {
		assertRefused(Map.of(), bean, message);
	}

	private static void assertRefused(Map<String, LimitNumbers> configured, Object bean, String... message) {
		assertThatExceptionOfType(InvalidTaskHandlerException.class).isThrownBy(() -> limits(configured, bean))
			.satisfies((ex) -> assertThat(ex).hasMessageContainingAll(message));
	}

	private static Map<String, LimitNumbers> limits(Map<String, LimitNumbers> configured, Object bean) {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			context.getBeanFactory().registerSingleton("handlers", bean);
			context.refresh();
			return new TaskHandlers(new DeclaredLimits(configured, Map.of()), Fairness.NONE,
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

	static class KeyElsewhere {

		@GobstopperTask("one")
		@TaskLimit(name = "crm", key = "#tenant", perKey = 2)
		void one(String tenant) {
		}

		@GobstopperTask("other")
		@TaskLimit(name = "crm")
		void other(String tenant) {
		}

	}

	static class Alike {

		@GobstopperTask("one")
		@TaskLimit(name = "crm1", total = 1)
		@TaskLimit(name = "crm_1", total = 1)
		@TaskLimit(name = "crm.1", total = 1)
		void one() {
		}

	}

	static class Rate {

		@GobstopperTask("one")
		@TaskLimit(name = "api", key = "#tenant", rate = "60/1m")
		void one(String tenant) {
		}

		@GobstopperTask("other")
		@TaskLimit(name = "api", key = "#tenant", burst = 5)
		@TaskLimit(name = "day", rate = "5000/1d", total = 3)
		void other(String tenant) {
		}

	}

	static class NoRate {

		@GobstopperTask("task")
		@TaskLimit(name = "crm", rate = "often")
		void task() {
		}

	}

	static class NoBurst {

		@GobstopperTask("task")
		@TaskLimit(name = "crm", rate = "60/1m", burst = 0)
		void task() {
		}

	}

	static class OnlyBurst {

		@GobstopperTask("task")
		@TaskLimit(name = "crm", total = 1, burst = 3)
		void task() {
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

	/**
	 * A key in a category without fairness.
	 */
	static class UnfairCategory {

		@GobstopperTask(name = "sync", category = "mails", fairnessKey = "#tenant")
		void task(String tenant) {
		}

	}

	/**
	 * A key of an argument that there is not.
	 */
	static class UnknownFairnessKey {

		@GobstopperTask(name = "sync", fairnessKey = "#user")
		void task(String tenant) {
		}

	}

	/**
	 * A key that is no expression.
	 */
	static class NoFairnessKey {

		@GobstopperTask(name = "sync", fairnessKey = "#tenant +")
		void task(String tenant) {
		}

	}

	static class InOrder {

		@GobstopperTask("one")
		@TaskLimit(name = "crm", key = "#tenant", ordered = true)
		void task(String tenant) {
		}

	}

	static class InOrderWithoutKey {

		@GobstopperTask("one")
		@TaskLimit(name = "crm", ordered = true)
		void task() {
		}

	}

	static class InOrderAtOnce {

		@GobstopperTask("one")
		@TaskLimit(name = "crm", key = "#tenant", perKey = 2, ordered = true)
		void task(String tenant) {
		}

	}

	static class InOrderTwice {

		@GobstopperTask("one")
		@TaskLimit(name = "crm", key = "#tenant", ordered = true)
		@TaskLimit(name = "disk", key = "#tenant", ordered = true)
		void task(String tenant) {
		}

	}

	static class InOrderHere {

		@GobstopperTask("one")
		@TaskLimit(name = "crm", key = "#tenant", ordered = true)
		void one(String tenant) {
		}

		@GobstopperTask("other")
		@TaskLimit(name = "crm", key = "#tenant", perKey = 1)
		void other(String tenant) {
		}

	}

	static class ConflictByProperty {

		@GobstopperTask("one")
		@TaskLimit(name = "crm", key = "#tenant", onConflict = OnConflict.SKIP)
		void task(String tenant) {
		}

	}

	static class ConflictOfAll {

		@GobstopperTask("one")
		@TaskLimit(name = "crm", key = "#tenant", total = 1, onConflict = OnConflict.SKIP)
		void task(String tenant) {
		}

	}

	static class ConflictWithoutKey {

		@GobstopperTask("one")
		@TaskLimit(name = "crm", total = 1, onConflict = OnConflict.SKIP)
		void task() {
		}

	}

	static class ConflictInOrder {

		@GobstopperTask("one")
		@TaskLimit(name = "crm", key = "#tenant", ordered = true, onConflict = OnConflict.SKIP)
		void task(String tenant) {
		}

	}

	static class ConflictHere {

		@GobstopperTask("one")
		@TaskLimit(name = "crm", key = "#tenant", perKey = 1, onConflict = OnConflict.SKIP)
		void one(String tenant) {
		}

		@GobstopperTask("other")
		@TaskLimit(name = "crm", key = "#tenant")
		void other(String tenant) {
		}

	}

}

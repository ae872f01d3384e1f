package io.gobstopper.handler;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

import org.aopalliance.intercept.MethodInterceptor;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.util.Throwables;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

import io.gobstopper.Backoff;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskPriority;
import io.gobstopper.error.DuplicateTaskNameException;
import io.gobstopper.error.InvalidTaskArgumentsException;
import io.gobstopper.error.UnknownTaskException;
import io.gobstopper.error.UnreadableTaskException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * {@link TaskHandlers}, {@link TaskHandlerScanner} and {@link TaskHandler}.
 */
class TaskHandlerTests {

	private static final RetryPolicy DEFAULT_POLICY = new RetryPolicy(Duration.ofSeconds(2), 2, Duration.ofMinutes(1),
			0.1);

	private final TaskHandlers handlers = handlers(new Shapes());

	@Test
	void annotationIsRead() {
		TaskDefinition definition = this.handlers.signature("plain").definition();
		assertThat(definition)
			.isEqualTo(new TaskDefinition("plain", List.of("simple", "basic"), "shapes", TaskPriority.HIGH, 2,
					Duration.ofMinutes(5), DEFAULT_POLICY, new SnoozePolicy(Integer.MAX_VALUE, null)));
		assertThat(this.handlers.signature("none").definition().timeout()).isNull();
		assertThat(this.handlers.names()).containsExactly("basic", "none", "optional", "plain", "rich", "simple");
		assertThat(this.handlers.categories()).containsExactly("default", "shapes");
	}

	@Test
	void formerNamesFindTheSameHandler() {
		assertThat(this.handlers.signature("basic")).isSameAs(this.handlers.signature("plain"));
		assertThat(this.handlers.find("nothing")).isNull();
	}

	@Test
	void unknownNameIsExplained() {
		assertThatExceptionOfType(UnknownTaskException.class).isThrownBy(() -> this.handlers.signature("plian"))
			.withMessage("No @GobstopperTask is named 'plian'; known: [basic, none, optional, plain, rich, simple]");
	}

	@Test
	void duplicateNameNamesBothMethods() {
		TaskHandlers twice = handlers(new Shapes(), new Twice());
		assertThatExceptionOfType(DuplicateTaskNameException.class).isThrownBy(twice::afterSingletonsInstantiated)
			.withMessageStartingWith("The task name 'basic' is claimed by two methods, ")
			.withMessageContaining(Shapes.class.getName() + ".plain")
			.withMessageContaining(Twice.class.getName() + ".again");
	}

	@Test
	void argumentsByPositionAndNameReachTheMethod() throws Throwable {
		assertThat(call("plain", List.of("a", 1), Map.of("really", true))).isEqualTo("a1true" + TestContext.ID);
		assertThat(call("plain", List.of(), Map.of("really", true, "to", "b", "count", 2)))
			.isEqualTo("b2true" + TestContext.ID);
	}

	@Test
	void richArgumentsKeepTheirTypes() throws Throwable {
		Shapes.Address address = new Shapes.Address("Main \"Street\"", 7);
		Instant at = Instant.parse("2026-01-02T03:04:05.678Z");
		List<Object> values = List.of(address, List.of(address, address), Map.of("a", List.of(1, 2)),
				TaskPriority.CRITICAL, at, Duration.ofSeconds(90));
		assertThat(call("rich", values, Map.of())).isEqualTo(values);
	}

	@Test
	void recordsMayBeGivenAsMaps() throws Throwable {
		Object returned = call("rich",
				List.of(Map.of("street", "x", "number", 1), List.of(), Map.of(), "low", "2026-01-02T03:04:05Z", "PT1S"),
				Map.of());
		assertThat(returned).isEqualTo(List.of(new Shapes.Address("x", 1), List.of(), Map.of(), TaskPriority.LOW,
				Instant.parse("2026-01-02T03:04:05Z"), Duration.ofSeconds(1)));
	}

	@Test
	void optionalArgumentsMayBeLeftOutOrNull() throws Throwable {
		assertThat(call("optional", List.of("a"), Map.of())).isEqualTo(List.of("a", Optional.empty(), "null"));
		assertThat(call("optional", Arrays.asList("a", null, null), Map.of()))
			.isEqualTo(List.of("a", Optional.empty(), "null"));
		assertThat(call("optional", List.of("a", 5), Map.of("nothing", "b")))
			.isEqualTo(List.of("a", Optional.of(5), "b"));
		assertThat(call("optional", List.of("a", Optional.of(5)), Map.of()))
			.isEqualTo(List.of("a", Optional.of(5), "null"));
	}

	@Test
	void noArgumentsAreNoArguments() throws Throwable {
		assertThat(this.handlers.signature("none").encode(List.of(), Map.of())).isSameAs(EncodedArguments.NONE);
		assertThat(call("none", List.of(), Map.of())).isNull();
	}

	@Test
	void missingArgumentIsExplained() {
		assertRefused("plain", List.of("a"), Map.of())
			.hasMessage("Task 'plain'(String to, int count, boolean really) lacks the argument(s) [count, really]");
	}

	@Test
	void surplusArgumentIsExplained() {
		assertRefused("plain", List.of("a", 1, true, 4), Map.of()).hasMessage(
				"Task 'plain'(String to, int count, boolean really) takes 3 positional argument(s), but 4 were given");
	}

	@Test
	void unknownNamedArgumentIsExplained() {
		assertRefused("plain", List.of("a", 1, true), Map.of("subject", "x"))
			.hasMessageStartingWith("Task 'plain'(String to, int count, boolean really) has no argument 'subject'");
	}

	@Test
	void argumentGivenTwiceIsExplained() {
		assertRefused("plain", List.of("a", 1, true), Map.of("to", "x"))
			.hasMessageStartingWith("Argument 'to' of task 'plain'")
			.hasMessageEndingWith("was given twice: by position and by name");
	}

	@Test
	void argumentOfWrongTypeIsExplained() {
		assertRefused("plain", List.of("a", "many", true), Map.of())
			.hasMessageStartingWith("Argument 'count' of task 'plain'(String to, int count, boolean really) "
					+ "does not accept a value of type java.lang.String: there is something that cannot be read as int");
		assertRefused("rich", List.of(new Object(), List.of(), Map.of(), "low", Instant.EPOCH, Duration.ZERO), Map.of())
			.hasMessageStartingWith("Argument 'address' of task 'rich'(Address address, List<Address> others, "
					+ "Map<String, List<Integer>> numbers");
		assertRefused("rich",
				List.of(new Shapes.Address("s", 1), List.of("street"), Map.of(), "low", Instant.EPOCH, Duration.ZERO),
				Map.of())
			.hasMessageStartingWith("Argument 'others'");
	}

	@Test
	void valueThatDoesNotFitIsNotTold() {
		assertRefused("plain", List.of("a", "s3cr3t", true), Map.of()).hasMessageContaining("'count'")
			.satisfies((ex) -> assertThat(Throwables.getStackTrace(ex)).doesNotContain("s3cr3t"));
	}

	@Test
	void nullForRequiredArgumentIsExplained() {
		assertRefused("plain", Arrays.asList(null, 1, true), Map.of())
			.hasMessageStartingWith("Argument 'to' of task 'plain'")
			.hasMessageEndingWith("must not be null; annotate the parameter with @Nullable to allow it");
	}

	@Test
	void exceptionOfTheMethodIsThrownAsItIs() {
		TaskHandler handler = Objects.requireNonNull(handlers(new Throwing()).find("throwing"));
		assertThatThrownBy(() -> handler.invoke(handler.decode(EncodedArguments.NONE), new TestContext()))
			.isInstanceOf(IOException.class)
			.hasMessage("planned");
	}

	@Test
	void storedArgumentsThatNoLongerFitAreExplained() {
		TaskHandler handler = Objects.requireNonNull(this.handlers.find("plain"));
		assertThatExceptionOfType(UnreadableTaskException.class)
			.isThrownBy(() -> handler.invoke(handler.decode(new EncodedArguments("[\"a\"]", "{\"really\":true}")),
					new TestContext()))
			.withMessageContaining("lacks the argument(s) [count]");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					["a","many"]       | {"really":true}             | .*Argument 'count' of task 'plain'.* does not accept what is stored: .*
					["a"]              | {"count":[1],"really":true} | .*Argument 'count' of task 'plain'.* does not accept what is stored: .*
					["a",1,true,4,[5]] | {}                          | .* takes 3 positional argument\\(s\\), but 5 were given
					["a",null,true]    | {}                          | .*Argument 'count' of task 'plain'.* must not be null.*
					["a",1]            | {"to":"b"}                  | .*Argument 'to' of task 'plain'.* was given twice.*
					"a"                | {}                          | .*the arguments of task 'plain'.* are no array and object of JSON
					[]                 | []                          | .*the arguments of task 'plain'.* are no array and object of JSON
					["a",1,true] 2     | {}                          | .*the arguments of task 'plain'.* are no array and object of JSON
					["a",1,true]       | {} {}                       | .*the arguments of task 'plain'.* are no array and object of JSON
					""")
	void storedArgumentsThatWereChangedAreExplained(String args, String kwargs, String message) {
		TaskHandler handler = Objects.requireNonNull(this.handlers.find("plain"));
		assertThatExceptionOfType(UnreadableTaskException.class)
			.isThrownBy(() -> handler.invoke(handler.decode(new EncodedArguments(args, kwargs)), new TestContext()))
			.withMessageMatching(message);
	}

	@Test
	void handlerIsCalledThroughItsProxy() throws Throwable {
		List<String> calls = new ArrayList<>();
		for (boolean proxyClass : new boolean[] { true, false }) {
			GenericApplicationContext context = new GenericApplicationContext();
			context.registerBean(DefaultAdvisorAutoProxyCreator.class, () -> {
				DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
				creator.setProxyTargetClass(proxyClass);
				return creator;
			});
			context.registerBean(Advisor.class,
					() -> new DefaultPointcutAdvisor(new AnnotationMatchingPointcut(null, GobstopperTask.class),
							(MethodInterceptor) (invocation) -> {
								calls.add(invocation.getMethod().getName());
								return invocation.proceed();
							}));
			context.registerBean(Proxied.class);
			context.refresh();
			TaskHandler handler = Objects.requireNonNull(handlers(context).find("proxied"));
			assertThat(AopUtils.isJdkDynamicProxy(context.getBean(Work.class))).isNotEqualTo(proxyClass);
			assertThat(handler.invoke(handler.decode(EncodedArguments.NONE), new TestContext())).isEqualTo("done");
		}
		assertThat(calls).containsExactly("work", "work");
	}

	@Test
	void lazyBeanIsCreatedByItsFirstTask() throws Throwable {
		GenericApplicationContext context = new GenericApplicationContext();
		List<String> created = new ArrayList<>();
		context.registerBean("lazy", Proxied.class, () -> {
			created.add("lazy");
			return new Proxied();
		}, (definition) -> definition.setLazyInit(true));
		context.refresh();
		TaskHandler handler = Objects.requireNonNull(handlers(context).find("proxied"));
		assertThat(created).isEmpty();
		handler.invoke(handler.decode(EncodedArguments.NONE), new TestContext());
		assertThat(created).containsExactly("lazy");
		context.close();
	}

	@Test
	void genericParameterTakesTypeOfTheSubclass() throws Throwable {
		TaskHandler handler = Objects.requireNonNull(handlers(new Concrete()).find("generic"));
		EncodedArguments arguments = handler.signature().encode(List.of(new Shapes.Address("s", 1)), Map.of());
		assertThat(handler.invoke(handler.decode(arguments), new TestContext())).isEqualTo(new Shapes.Address("s", 1));
	}

	@Test
	void namesOfAnOverriddenMethodAreFoundToo() {
		TaskHandlers both = handlers(new Renaming());
		ContractMethod contract = Objects.requireNonNull(both.contract(Named.class).named("named"));
		EncodedArguments arguments = contract.signature().encode(List.of("a", "b"), Map.of());
		assertThat(arguments.args()).isEqualTo("{\"to\":\"a\",\"subject\":\"b\"}");
		assertThat(Objects.requireNonNull(both.find("named")).decode(arguments)).containsExactly("a", "b");
	}

	@Test
	void placeholdersInTheAnnotationAreResolved() {
		GenericApplicationContext context = new GenericApplicationContext();
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("mail.timeout", "PT7S", "mail.delay", "3s")));
		context.getBeanFactory().addEmbeddedValueResolver(context.getEnvironment()::resolvePlaceholders);
		context.getBeanFactory().registerSingleton("placeholders", new Placeholders());
		context.refresh();
		TaskDefinition definition = handlers(context).signature("placeholders").definition();
		assertThat(definition.timeout()).isEqualTo(Duration.ofSeconds(7));
		assertThat(definition.retryPolicy())
			.isEqualTo(new RetryPolicy(Duration.ofSeconds(3), 3, Duration.ofMinutes(1), 0));
	}

	@Test
	void annotationThatMakesNoSenseIsExplained() {
		assertThatThrownBy(() -> handlers(new Senseless()).names())
			.hasMessageContaining(Senseless.class.getName() + ".run is not valid: 'maxRetries' must not be negative");
		assertThatThrownBy(() -> handlers(new NegativeSnoozes()).names())
			.hasMessageContaining("'maxSnoozes' must not be negative, but is -1");
		assertThatThrownBy(() -> handlers(new NoTimeToSnooze()).names())
			.hasMessageContaining("'snoozeWithin' must be positive, but is PT0S");
	}

	@Test
	void delayGrowsWithFailuresUpToTheCap() {
		RetryPolicy policy = new RetryPolicy(Duration.ofSeconds(2), 2, Duration.ofSeconds(60), 0);
		assertThat(List.of(1, 2, 3, 5, 6, 1000)).extracting((failures) -> policy.delayAfter(failures, new Random(1)))
			.extracting(Duration::toSeconds)
			.containsExactly(2L, 4L, 8L, 32L, 60L, 60L);
	}

	@Test
	void jitterMovesTheDelayToEitherSide() {
		RetryPolicy policy = new RetryPolicy(Duration.ofSeconds(10), 1, Duration.ofSeconds(10), 0.5);
		Random random = new Random(42);
		List<Long> delays = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			delays.add(policy.delayAfter(1, random).toMillis());
		}
		assertThat(delays).allMatch((millis) -> millis >= 5000 && millis <= 15_000);
		assertThat(delays).anyMatch((millis) -> millis < 6000).anyMatch((millis) -> millis > 14_000);
	}

	private @Nullable Object call(String name, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs)
			throws Throwable {
		TaskHandler handler = Objects.requireNonNull(this.handlers.find(name));
		return handler.invoke(handler.decode(handler.signature().encode(args, new HashMap<>(kwargs))),
				new TestContext());
	}

	private AbstractThrowableAssert<?, ?> assertRefused(String name, List<@Nullable Object> args,
			Map<String, @Nullable Object> kwargs) {
		return assertThatThrownBy(() -> this.handlers.signature(name).encode(args, kwargs))
			.isInstanceOf(InvalidTaskArgumentsException.class);
	}

	private static TaskHandlers handlers(Object... beans) {
		GenericApplicationContext context = new GenericApplicationContext();
		for (Object bean : beans) {
			context.getBeanFactory().registerSingleton(bean.getClass().getName(), bean);
		}
		context.refresh();
		return handlers(context);
	}

	private static TaskHandlers handlers(GenericApplicationContext context) {
		return new TaskHandlers(new TaskHandlerScanner(context.getBeanFactory(), StorageJson.with(List.of()).mapper(),
				DEFAULT_POLICY, List.of()));
	}

	interface Work {

		String work();

	}

	static class Proxied implements Work {

		@Override
		@GobstopperTask(name = "proxied")
		public String work() {
			return "done";
		}

	}

	interface Named {

		@GobstopperTask("named")
		String named(String to, String subject);

	}

	static class Renaming implements Named {

		@Override
		@GobstopperTask(name = "named", category = "mails")
		public String named(String recipient, String title) {
			return recipient + title;
		}

	}

	static class Twice {

		@GobstopperTask(name = "basic")
		void again() {
		}

	}

	static class Throwing {

		@GobstopperTask(name = "throwing")
		void run() throws IOException {
			throw new IOException("planned");
		}

	}

	static class Placeholders {

		@GobstopperTask(name = "placeholders", timeout = "${mail.timeout}",
				backoff = @Backoff(initialDelay = "${mail.delay}", multiplier = 3, jitter = 0))
		void run() {
		}

	}

	static class NegativeSnoozes {

		@GobstopperTask(name = "negative_snoozes", maxSnoozes = -1)
		void run() {
		}

	}

	static class NoTimeToSnooze {

		@GobstopperTask(name = "no_time_to_snooze", snoozeWithin = "0s")
		void run() {
		}

	}

	static class Senseless {

		@GobstopperTask(name = "senseless", maxRetries = -1)
		void run() {
		}

	}

	abstract static class Generic<T> {

		@GobstopperTask(name = "generic")
		T run(T value) {
			return value;
		}

	}

	static class Concrete extends Generic<Shapes.Address> {

	}

	/**
	 * A context of no task in particular.
	 */
	static class TestContext implements TaskContext {

		static final String ID = "the-id";

		@Override
		public String id() {
			return ID;
		}

		@Override
		public String name() {
			return "any";
		}

		@Override
		public String category() {
			return "default";
		}

		@Override
		public int maxRetries() {
			return 0;
		}

		@Override
		public int snoozeCount() {
			return 0;
		}

		@Override
		public Map<String, String> headers() {
			return Map.of();
		}

		@Override
		public Optional<Instant> deadline() {
			return Optional.empty();
		}

		@Override
		public Optional<StopReason> stopReason() {
			return Optional.empty();
		}

		@Override
		public int attempt() {
			return 1;
		}

		@Override
		public void progress(double percent, @Nullable String message) {
		}

		@Override
		public boolean isCancelled() {
			return false;
		}

		@Override
		public void throwIfCancelled() {
		}

	}

}

package io.gobstopper.handler;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.samples.tasks.SampleHandler;
import org.springframework.scheduling.annotation.Async;
import reactor.core.publisher.Mono;

import io.gobstopper.GobstopperTask;
import io.gobstopper.error.InvalidTaskHandlerException;
import io.gobstopper.error.UnknownTaskException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where {@link TaskHandlers} are found, and which are refused before they run.
 */
class HandlerSearchTests {

	private static final RetryPolicy POLICY = new RetryPolicy(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0);

	@Test
	void handlerOfABeanDeclaredAsAnInterfaceIsFoundOnceItExists() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(DeclaredAsInterface.class);
			TaskHandlers handlers = new TaskHandlers(scanner(context, List.of()));
			context.registerBean(EnqueuesInConstructor.class, () -> new EnqueuesInConstructor(handlers));
			context.refresh();
			handlers.afterSingletonsInstantiated();
			assertThat(handlers.names()).containsExactly("mail");
		}
	}

	@Test
	void handlerOfALazyBeanDeclaredAsAnInterfaceIsSaidAndThenFound() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(
				LazyDeclaredAsInterface.class)) {
			TaskHandlers handlers = handlers(context);
			assertThatExceptionOfType(UnknownTaskException.class).isThrownBy(() -> handlers.signature("mail"))
				.withMessageContaining("not known yet, as they are lazy and declared as an interface")
				.withMessageContaining("[lazyMailer]");
			context.getBean("lazyMailer");
			assertThat(handlers.signature("mail").definition().name()).isEqualTo("mail");
		}
	}

	@Test
	void packageThatBeginsAsSpringsOwnIsLookedAt() {
		try (GenericApplicationContext context = context(new SampleHandler())) {
			assertThat(handlers(context).names()).containsExactly("of_a_sample");
		}
	}

	@Test
	void unknownNameSaysWhichBeansWereLookedAt() {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			context.registerBean("withoutHandlers", HandlerSearchTests.class);
			context.refresh();
			assertThatExceptionOfType(UnknownTaskException.class).isThrownBy(() -> handlers(context).signature("mail"))
				.withMessageContaining("known: []; no bean of these has any: ")
				.withMessageContaining("withoutHandlers");
		}
	}

	@Test
	void workThatIsNotAwaitedIsRefused() {
		for (Object bean : List.of(new ReturnsCallable(), new ReturnsSupplier(), new ReturnsFutures(),
				new ReturnsMonoOfMono())) {
			assertRefused(bean).withMessageContaining(bean.getClass().getName() + ".handle is not valid: it returns ");
		}
	}

	@Test
	void nameMayBeGivenAlone() {
		try (GenericApplicationContext context = context(new NamedAlone())) {
			assertThat(handlers(context).names()).containsExactly("alone");
		}
	}

	@Test
	void handlerWithoutANameIsRefused() {
		assertRefused(new Nameless()).withMessageContaining("'name' must not be empty");
	}

	@Test
	void asyncMethodIsRefusedUnlessItReturnsAFuture() {
		assertRefused(new AsyncVoid()).withMessageContaining("it is @Async");
		assertRefused(new AsyncClass()).withMessageContaining("it is @Async");
		try (GenericApplicationContext context = context(new AsyncFuture())) {
			assertThat(handlers(context).names()).containsExactly("async");
		}
	}

	@Test
	void methodThatAProxyCannotPassOnIsRefused() {
		for (Object bean : List.of(new PrivateHandler(), new FinalHandler())) {
			ProxyFactory proxy = new ProxyFactory(bean);
			proxy.setProxyTargetClass(true);
			proxy.addAdvice((MethodInterceptor) (invocation) -> invocation.proceed());
			assertRefused(proxy.getProxy()).withMessageContaining("cannot be called through the proxy of its bean");
		}
	}

	@Test
	void methodThatNoInterfaceOfAProxyHasIsRefused() {
		ProxyFactory proxy = new ProxyFactory(new MailerImpl());
		proxy.addAdvice((MethodInterceptor) (invocation) -> invocation.proceed());
		assertRefused(proxy.getProxy()).withMessageContaining("cannot be called through the proxy of its bean");
	}

	@Test
	void handlerOfAWebRequestIsRefused() {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			context.registerBean("mailer", MailerImpl.class, (definition) -> definition.setScope("request"));
			context.refresh();
			assertThatExceptionOfType(InvalidTaskHandlerException.class).isThrownBy(() -> handlers(context))
				.withMessageContaining("bean 'mailer' in the scope 'request'");
		}
	}

	@Test
	void beanWhoseClassCannotBeLookedAtIsPassedOver() throws Exception {
		try (GenericApplicationContext context = context(new MailerImpl())) {
			Class<?> odd = new WithoutClass(Missing.class.getName()).loadClass(Odd.class.getName());
			context.getBeanFactory().registerSingleton("odd", odd.getDeclaredConstructor().newInstance());
			assertThat(handlers(context).names()).containsExactly("mail");
		}
	}

	private static ThrowableAssertAlternative<InvalidTaskHandlerException> assertRefused(Object bean) {
		try (GenericApplicationContext context = context(bean)) {
			return assertThatExceptionOfType(InvalidTaskHandlerException.class).isThrownBy(() -> handlers(context));
		}
	}

	private static GenericApplicationContext context(Object bean) {
		GenericApplicationContext context = new GenericApplicationContext();
		context.getBeanFactory().registerSingleton("handler", bean);
		context.refresh();
		return context;
	}

	private static TaskHandlers handlers(GenericApplicationContext context) {
		TaskHandlers handlers = new TaskHandlers(scanner(context, List.of()));
		handlers.afterSingletonsInstantiated();
		return handlers;
	}

	private static TaskHandlerScanner scanner(GenericApplicationContext context, List<String> packages) {
		return new TaskHandlerScanner(context.getBeanFactory(), StorageJson.with(List.of()).mapper(), POLICY, packages);
	}

	interface Mailer {

	}

	static class MailerImpl implements Mailer {

		@GobstopperTask(name = "mail")
		void mail() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DeclaredAsInterface {

		@Bean
		Mailer mailer() {
			return new MailerImpl();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyDeclaredAsInterface {

		@Bean
		@Lazy
		Mailer lazyMailer() {
			return new MailerImpl();
		}

	}

	static class EnqueuesInConstructor {

		EnqueuesInConstructor(TaskHandlers handlers) {
			assertThat(handlers.find("nothing")).isNull();
		}

	}

	static class ReturnsCallable {

		@GobstopperTask(name = "work")
		Callable<String> handle() {
			return () -> "done";
		}

	}

	static class ReturnsSupplier {

		@GobstopperTask(name = "work")
		Supplier<String> handle() {
			return () -> "done";
		}

	}

	static class ReturnsFutures {

		@GobstopperTask(name = "work")
		List<CompletableFuture<String>> handle() {
			return List.of();
		}

	}

	static class ReturnsMonoOfMono {

		@GobstopperTask(name = "work")
		Mono<Mono<String>> handle() {
			return Mono.empty();
		}

	}

	static class AsyncVoid {

		@Async
		@GobstopperTask(name = "async")
		void handle() {
		}

	}

	@Async
	static class AsyncClass {

		@GobstopperTask(name = "async")
		void handle() {
		}

	}

	static class AsyncFuture {

		@Async
		@GobstopperTask(name = "async")
		CompletableFuture<String> handle() {
			return CompletableFuture.completedFuture("done");
		}

	}

	static class PrivateHandler {

		@SuppressWarnings("unused")
		@GobstopperTask(name = "hidden")
		private void handle() {
		}

	}

	static class FinalHandler {

		@GobstopperTask(name = "last")
		final void handle() {
		}

	}

	/**
	 * Is there when this is compiled, but not when it runs.
	 */
	static class Missing {

	}

	/**
	 * Has a method with a type that is not there.
	 */
	public static class Odd {

		@GobstopperTask(name = "odd")
		public void handle(Missing missing) {
		}

	}

	/**
	 * Loads the classes here once more, without one of them.
	 */
	private static final class WithoutClass extends ClassLoader {

		private final String missing;

		WithoutClass(String missing) {
			super(HandlerSearchTests.class.getClassLoader());
			this.missing = missing;
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (name.equals(this.missing)) {
				throw new ClassNotFoundException(name);
			}
			if (!name.equals(Odd.class.getName())) {
				return super.loadClass(name, resolve);
			}
			try (InputStream bytes = getResourceAsStream(name.replace('.', '/') + ".class")) {
				byte[] read = Objects.requireNonNull(bytes).readAllBytes();
				return defineClass(name, read, 0, read.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

	}

	/**
	 * Has a handler with a name and nothing else.
	 */
	static class NamedAlone {

		@GobstopperTask("alone")
		void handle() {
		}

	}

	/**
	 * Has a handler without a name.
	 */
	static class Nameless {

		@GobstopperTask(category = "any")
		void handle() {
		}

	}

}

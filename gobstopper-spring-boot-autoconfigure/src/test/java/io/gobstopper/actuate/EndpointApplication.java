package io.gobstopper.actuate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.gobstopper.GobstopperTask;
import io.gobstopper.NonRetryableTaskException;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskQueueService;
import io.gobstopper.store.postgresql.PostgresServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with the endpoint, on one of the ways to serve it.
 */
final class EndpointApplication implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private EndpointApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static EndpointApplication open(Web web, String... arguments) {
		return start(Open.class, web, arguments);
	}

	static EndpointApplication secured(Web web, String... arguments) {
		return start((web == Web.WEBFLUX) ? SecuredWebFlux.class : SecuredMvc.class, web, arguments);
	}

	static EndpointApplication postgres(Web web, String... arguments) {
		SpringApplication application = new SpringApplication(Open.class);
		application.addInitializers(
				(context) -> context.getBeanFactory().registerSingleton("dataSource", PostgresServer.dataSource()));
		List<String> all = new ArrayList<>(List.of(arguments));
		all.add("--gobstopper.store=postgresql");
		all.add("--gobstopper.postgresql.schema=" + PostgresServer.newSettings().schema());
		return start(application, web, all.toArray(String[]::new));
	}

	private static EndpointApplication start(Class<?> source, Web web, String... arguments) {
		return start(new SpringApplication(source), web, arguments);
	}

	private static EndpointApplication start(SpringApplication application, Web web, String... arguments) {
		application
			.setWebApplicationType((web == Web.WEBFLUX) ? WebApplicationType.REACTIVE : WebApplicationType.SERVLET);
		List<String> all = new ArrayList<>(List.of("--gobstopper.duckdb.path=:memory:",
				"--gobstopper.retry.initial-delay=1ms", "--server.port=0",
				"--spring.reactor.netty.shutdown-quiet-period=0s",
				"--spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration"));
		if (web == Web.MVC_ON_ANOTHER_PORT) {
			all.add("--management.server.port=0");
		}
		all.addAll(List.of(arguments));
		return new EndpointApplication(application.run(all.toArray(String[]::new)));
	}

	TaskQueueService queue() {
		return this.context.getBean(TaskQueueService.class);
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	RestTestClient client() {
		return RestTestClient.bindToServer().baseUrl(url()).build();
	}

	String url() {
		Environment environment = this.context.getEnvironment();
		String port = environment.getProperty("local.management.port", environment.getProperty("local.server.port"));
		return "http://localhost:%s/actuator".formatted(port);
	}

	@Override
	public void close() {
		this.context.close();
	}

	private static UserDetails user(String name) {
		return User.withUsername(name).password("{noop}secret").roles(name.toUpperCase(Locale.ROOT)).build();
	}

	/**
	 * Ways to serve an endpoint.
	 */
	enum Web {

		MVC, MVC_ON_ANOTHER_PORT, WEBFLUX

	}

	@Configuration(proxyBeanMethods = false)
	static class Tasks {

		@Bean
		Handlers handlers() {
			return new Handlers();
		}

	}

	static class Handlers {

		final Semaphore blocking = new Semaphore(0);

		final Semaphore release = new Semaphore(0);

		final List<AuditEvent> audited = new CopyOnWriteArrayList<>();

		@EventListener
		void audited(AuditApplicationEvent event) {
			if (event.getAuditEvent().getType().startsWith("GOBSTOPPER")) {
				this.audited.add(event.getAuditEvent());
			}
		}

		@GobstopperTask(name = "mail", category = "mails", maxRetries = 1)
		String mail(String to, TaskContext context) {
			context.progress(50, "to " + to);
			if (context.attempt() == 1) {
				throw new IllegalStateException("cannot reach " + to);
			}
			return "sent to " + to;
		}

		@GobstopperTask(name = "fail")
		void fail(String secret) {
			throw new NonRetryableTaskException("no " + secret);
		}

		@GobstopperTask(name = "quick")
		void quick() {
		}

		@GobstopperTask(name = "count", category = "mails")
		void count(long number) {
			assertThat(number).isPositive();
		}

		@GobstopperTask(name = "block", timeout = "10m")
		void block() throws InterruptedException {
			this.blocking.release();
			this.release.acquire();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = {
			"org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration" })
	@Import(Tasks.class)
	static class Open {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Tasks.class)
	static class SecuredMvc {

		@Bean
		SecurityFilterChain rules(HttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable())
				.httpBasic(Customizer.withDefaults())
				.authorizeHttpRequests((requests) -> requests.requestMatchers(HttpMethod.POST)
					.hasRole("OPERATOR")
					.anyRequest()
					.authenticated())
				.build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(user("reader"), user("operator"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Tasks.class)
	static class SecuredWebFlux {

		@Bean
		SecurityWebFilterChain rules(ServerHttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable())
				.httpBasic(Customizer.withDefaults())
				.authorizeExchange((requests) -> requests.pathMatchers(HttpMethod.POST)
					.hasRole("OPERATOR")
					.anyExchange()
					.authenticated())
				.build();
		}

		@Bean
		ReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(user("reader"), user("operator"));
		}

	}

}

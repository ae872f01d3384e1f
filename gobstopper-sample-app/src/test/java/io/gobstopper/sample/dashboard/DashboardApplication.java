package io.gobstopper.sample.dashboard;

import java.nio.file.Path;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.ForwardedHeaderFilter;

import io.gobstopper.GobstopperTask;
import io.gobstopper.NonRetryableTaskException;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskQueueService;
import io.gobstopper.limit.TaskLimits;
import io.gobstopper.sample.SampleApplication;
import io.gobstopper.schedule.TaskSchedules;

/**
 * The sample application with tasks that do as the tests want.
 */
final class DashboardApplication implements AutoCloseable {

	static final String ROLE_HEADER = "X-Role";

	private static final String PATH = "--gobstopper.duckdb.path=";

	private final ConfigurableApplicationContext context;

	private DashboardApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static DashboardApplication start(Path folder, String... arguments) {
		return start(folder, List.of(), arguments);
	}

	static DashboardApplication start(Path folder, List<Class<?>> more, String... arguments) {
		List<String> all = new ArrayList<>(List.of("--server.port=0", "--sample.data-folder=" + folder,
				"--gobstopper.worker.shutdown-grace-period=0s", "--gobstopper.limits.albums.total=1",
				"--gobstopper.limits.shops.per-key=1", "--spring.main.banner-mode=off"));
		if (Arrays.stream(arguments).noneMatch((argument) -> argument.startsWith(PATH))) {
			all.add(PATH + ":memory:");
		}
		all.addAll(List.of(arguments));
		SpringApplication application = new SpringApplication(SampleApplication.class, Tasks.class);
		application.addPrimarySources(more);
		return new DashboardApplication(application.run(all.toArray(String[]::new)));
	}

	TaskQueueService queue() {
		return this.context.getBean(TaskQueueService.class);
	}

	TaskLimits limits() {
		return this.context.getBean(TaskLimits.class);
	}

	TaskSchedules schedules() {
		return this.context.getBean(TaskSchedules.class);
	}

	Handlers handlers() {
		return this.context.getBean(Handlers.class);
	}

	int port() {
		return port("local.server.port");
	}

	int managementPort() {
		return port("local.management.port");
	}

	private int port(String property) {
		return this.context.getEnvironment().getRequiredProperty(property, Integer.class);
	}

	String url() {
		return "http://localhost:%d/actuator/gobstopper".formatted(port());
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	static class Tasks {

		@Bean
		Handlers dashboardHandlers() {
			return new Handlers();
		}

		@Bean
		Filter signIn() {
			return (request, response, chain) -> chain.doFilter(new SignedIn((HttpServletRequest) request), response);
		}

		@Bean
		ForwardedHeaderFilter forwardedHeaderFilter() {
			return new ForwardedHeaderFilter();
		}

	}

	/**
	 * The request of a user with the role that a header names.
	 */
	private static final class SignedIn extends HttpServletRequestWrapper {

		SignedIn(HttpServletRequest request) {
			super(request);
		}

		@Override
		public @Nullable Principal getUserPrincipal() {
			String role = getHeader(ROLE_HEADER);
			return (role != null) ? () -> role : super.getUserPrincipal();
		}

		@Override
		public boolean isUserInRole(String role) {
			return role.equals(getHeader(ROLE_HEADER)) || super.isUserInRole(role);
		}

	}

	static class Handlers {

		static final String HOSTILE_NAME = "<script>window.broken = true</script>\"><img src=x onerror=\"window.broken = true\">\u202e";

		final Semaphore steps = new Semaphore(0);

		volatile boolean failing = true;

		@GobstopperTask(name = "resize_album", category = "albums")
		Map<String, Object> resizeAlbum(int pictures, TaskContext context) throws InterruptedException {
			for (int picture = 1; picture <= pictures; picture++) {
				this.steps.acquire();
				context.progress(100.0 * picture / pictures, "picture %d of %d".formatted(picture, pictures));
			}
			return Map.of("pictures", pictures);
		}

		@GobstopperTask(name = "charge_card", category = "payments")
		String chargeCard(String customer) {
			if (this.failing) {
				throw new NonRetryableTaskException("The card of %s was declined".formatted(customer));
			}
			return "charged " + customer;
		}

		@GobstopperTask(name = "sync_calendar", category = "calendars", timeout = "10m")
		void syncCalendar() throws InterruptedException {
			new CountDownLatch(1).await();
		}

		@GobstopperTask(name = "echo", category = "echoes")
		Object echo(Object value) {
			return value;
		}

		@GobstopperTask(name = "complain", category = "echoes")
		void complain(String message, boolean progress, TaskContext context) throws InterruptedException {
			if (!progress) {
				throw new NonRetryableTaskException(message);
			}
			context.progress(42, message);
			this.steps.acquire();
		}

		@GobstopperTask(name = HOSTILE_NAME, category = "echoes")
		void failUnderHostileName() {
			throw new NonRetryableTaskException("no");
		}

	}

}

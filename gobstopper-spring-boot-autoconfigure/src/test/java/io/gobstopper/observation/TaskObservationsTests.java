package io.gobstopper.observation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import io.gobstopper.GobstopperTask;
import io.gobstopper.SnoozeException;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQueueService;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Traces and observations of whole applications, with OpenTelemetry.
 */
@Timeout(60)
class TaskObservationsTests {

	private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

	@Test
	void oneTraceShowsTheRequestTheEnqueueAndEveryAttempt() throws Exception {
		try (ConfigurableApplicationContext context = run(Tracing.class)) {
			String id = request(context);
			TaskInfo task = context.getBean(TaskQueueService.class).completion(id).get(20, TimeUnit.SECONDS);
			assertThat(task.attempt()).isEqualTo(2);
			assertThat(task.result()).isEqualTo(Map.of("traceId", TRACE, "taskId", id));
			assertThat(task.headers().get("traceparent")).startsWith("00-" + TRACE);
			InMemorySpanExporter exporter = context.getBean(Tracing.class).exporter;
			await().untilAsserted(() -> assertThat(exporter.getFinishedSpanItems()).hasSize(4));
			List<SpanData> spans = exporter.getFinishedSpanItems();
			assertThat(spans).extracting(SpanData::getTraceId).containsOnly(TRACE);
			SpanData enqueue = span(spans, "enqueue flaky", 0);
			assertThat(enqueue.getKind()).isEqualTo(SpanKind.PRODUCER);
			SpanData first = span(spans, "execute flaky", 0);
			SpanData second = span(spans, "execute flaky", 1);
			assertThat(List.of(first, second)).allSatisfy((attempt) -> {
				assertThat(attempt.getKind()).isEqualTo(SpanKind.CONSUMER);
				assertThat(attempt.getParentSpanId()).isEqualTo(enqueue.getSpanId());
			});
			assertThat(first.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
			assertThat(first.getAttributes().asMap().toString()).contains("outcome=retry", "task.attempt=1",
					"task.id=" + id, "category=default");
			assertThat(second.getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
			assertThat(second.getAttributes().asMap().toString()).contains("outcome=success", "task.attempt=2");
		}
	}

	@Test
	void refusedEnqueueIsObservedUnderABoundedName() {
		try (ConfigurableApplicationContext context = run(Tracing.class)) {
			assertThatException()
				.isThrownBy(() -> context.getBean(TaskQueueService.class).enqueue("nobody-handles-this"));
			List<SpanData> spans = context.getBean(Tracing.class).exporter.getFinishedSpanItems();
			assertThat(span(spans, "enqueue unknown", 0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
		}
	}

	@Test
	void snoozeIsNoError() throws Exception {
		try (ConfigurableApplicationContext context = run(Tracing.class)) {
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			queue.completion(queue.enqueue("wait")).get(20, TimeUnit.SECONDS);
			InMemorySpanExporter exporter = context.getBean(Tracing.class).exporter;
			await().untilAsserted(() -> assertThat(exporter.getFinishedSpanItems()).hasSize(3));
			assertThat(exporter.getFinishedSpanItems()).extracting((span) -> span.getStatus().getStatusCode())
				.doesNotContain(StatusCode.ERROR);
		}
	}

	@Test
	void conventionsOfTheApplicationNameTheObservations() throws Exception {
		try (ConfigurableApplicationContext context = run(Conventions.class)) {
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			queue.completion(queue.enqueue("flaky")).get(20, TimeUnit.SECONDS);
			assertThat(context.getBean(Recorder.class).names).contains("my.enqueue {size=1}",
					"my.execute {mine=flaky}");
		}
	}

	@Test
	void applicationWithoutObservationsRunsTasks() throws Exception {
		try (ConfigurableApplicationContext context = run(Work.class,
				"--spring.autoconfigure.exclude=org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")) {
			assertThat(context.getBeanNamesForType(ObservedAttempts.class)).isEmpty();
			TaskInfo task = context.getBean(TaskQueueService.class)
				.completion(request(context))
				.get(20, TimeUnit.SECONDS);
			assertThat(task.headers()).isEmpty();
		}
	}

	private static SpanData span(List<SpanData> spans, String name, int index) {
		List<SpanData> named = spans.stream().filter((span) -> span.getName().equals(name)).toList();
		assertThat(named).as("%s in %s", name, spans).hasSizeGreaterThan(index);
		return named.get(index);
	}

	private static String request(ConfigurableApplicationContext context) {
		return RestClient.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port"))
			.post()
			.uri("/work")
			.header("traceparent", "00-%s-b7ad6b7169203331-01".formatted(TRACE))
			.retrieve()
			.body(String.class);
	}

	private static ConfigurableApplicationContext run(Class<?> application, String... arguments) {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.addAll(List.of("--gobstopper.duckdb.path=:memory:", "--server.port=0",
				"--gobstopper.retry.initial-delay=10ms", "--management.tracing.sampling.probability=1.0"));
		return new SpringApplication(application).run(all.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration" })
	@Import(WorkController.class)
	static class Work {

		@Bean
		Handlers handlers() {
			return new Handlers();
		}

	}

	@RestController
	static class WorkController {

		private final TaskQueueService queue;

		WorkController(TaskQueueService queue) {
			this.queue = queue;
		}

		@PostMapping("/work")
		String work() {
			return this.queue.enqueue("flaky");
		}

	}

	static class Handlers {

		@GobstopperTask(name = "wait")
		void waitOnce(TaskContext context) {
			if (context.snoozeCount() == 0) {
				throw new SnoozeException(Duration.ZERO);
			}
		}

		@GobstopperTask(name = "flaky", maxRetries = 1)
		Map<String, String> flaky(TaskContext context) {
			if (context.attempt() == 1) {
				throw new IllegalStateException("once");
			}
			String traceId = MDC.get("traceId");
			return Map.of("traceId", (traceId != null) ? traceId : "", "taskId", MDC.get("taskId"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Tracing extends Work {

		// No bean, to which Spring Boot would export a second time, in batches.
		private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

		@Bean
		SpanProcessor spanProcessor() {
			return SimpleSpanProcessor.create(this.exporter);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Conventions extends Work {

		@Bean
		Recorder recorder() {
			return new Recorder();
		}

		@Bean
		EnqueueObservationConvention enqueueConvention() {
			return new DefaultEnqueueObservationConvention() {

				@Override
				public String getName() {
					return "my.enqueue";
				}

				@Override
				public KeyValues getLowCardinalityKeyValues(EnqueueContext context) {
					return KeyValues.of("size", Integer.toString(context.getRequests().size()));
				}

			};
		}

		@Bean
		ExecuteObservationConvention executeConvention() {
			return new DefaultExecuteObservationConvention() {

				@Override
				public String getName() {
					return "my.execute";
				}

				@Override
				public KeyValues getLowCardinalityKeyValues(ExecuteContext context) {
					return KeyValues.of("mine", context.getTaskName());
				}

			};
		}

	}

	static class Recorder implements ObservationHandler<Observation.Context> {

		final List<String> names = new CopyOnWriteArrayList<>();

		@Override
		public void onStop(Observation.Context context) {
			StringBuilder keys = new StringBuilder();
			context.getLowCardinalityKeyValues()
				.forEach((key) -> keys.append(key.getKey()).append("=").append(key.getValue()));
			this.names.add("%s {%s}".formatted(context.getName(), keys));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}

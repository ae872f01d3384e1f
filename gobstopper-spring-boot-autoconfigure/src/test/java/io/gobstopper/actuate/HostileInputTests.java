package io.gobstopper.actuate;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.actuate.EndpointApplication.Web;
import io.gobstopper.error.UnknownTaskException;
import io.gobstopper.store.writer.GroupCommit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Input that is meant to break something, through the endpoint and the service. The
 * property {@code fuzz.inputs} says how many requests are sent.
 */
class HostileInputTests {

	private static final int REQUESTS = Integer.getInteger("fuzz.inputs", 1000);

	private static final int TASKS = 200;

	private static final String[] EVERYTHING = { "--management.endpoints.web.exposure.include=gobstopper",
			"--management.endpoint.gobstopper.access=unrestricted",
			"--management.endpoint.gobstopper.show-values=always", "--gobstopper.endpoint.show-values=always" };

	private static final List<String> PARAMETERS = List.of("category", "status", "name", "text", "since", "until",
			"after", "limit", "unknown");

	private static final List<String> ACTIONS = List.of("cancel", "retry", "pause", "resume", "resize", "check");

	private final long seed = Long.getLong("fuzz.seed", System.nanoTime());

	private final Random random = new Random(this.seed);

	private final HostileInput input = new HostileInput(this.random);

	private final HttpClient client = HttpClient.newHttpClient();

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MVC_ON_ANOTHER_PORT")
	void endpointNeverFailsNorTellsWhereItDoes(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, EVERYTHING)) {
			sendRequests(application);
		}
	}

	@Test
	void endpointOfAQueueOnPostgresNeverFailsEither() throws Exception {
		try (EndpointApplication application = EndpointApplication.postgres(Web.MVC, EVERYTHING)) {
			sendRequests(application);
		}
	}

	private void sendRequests(EndpointApplication application) throws Exception {
		application.queue().pause("mails");
		for (int i = 0; i < TASKS; i++) {
			application.queue().enqueue("mail", this.input.text());
		}
		for (int i = 0; i < REQUESTS; i++) {
			HttpRequest request = request(application.url() + "/gobstopper");
			HttpResponse<String> response = this.client.send(request, HttpResponse.BodyHandlers.ofString());
			assertThat(response.statusCode()).as("seed %d, %s", this.seed, request).isLessThan(500);
			assertThat(response.body()).as("seed %d, %s", this.seed, request)
				.doesNotContain("at io.gobstopper", "at org.", "\tat ", "java.sql", "org.duckdb");
			assertThat(response.headers().firstValue("Content-Type").orElse("application/json")).as(request.toString())
				.contains("json");
		}
		assertThat(application.queue().stats().total()).isEqualTo(TASKS);
		assertThat(application.bean(GroupCommit.class).reads().findDamage(true)).isEmpty();
	}

	@Test
	void serviceKeepsWhatItIsGivenAsItIs() throws Exception {
		try (EndpointApplication application = EndpointApplication.open(Web.MVC)) {
			TaskQueueService queue = application.queue();
			for (int i = 0; i < TASKS; i++) {
				String text = this.input.text();
				String category = "x" + storable(this.input.text());
				String key = storable(this.input.text()) + i;
				queue.pause(category);
				EnqueueResult result = queue
					.enqueue(TaskRequest.of("mail").args(text).category(category).idempotencyKey(key));
				TaskInfo task = queue.findTask(result.id()).orElseThrow();
				assertThat(task.args()).as("seed %d", this.seed).containsExactly(text);
				assertThat(task.category()).as("seed %d", this.seed).isEqualTo(category);
				assertThat(task.idempotencyKey()).as("seed %d", this.seed).isEqualTo(key);
				assertThat(queue.findTasks(TaskQuery.all().category(category)).tasks()).as("seed %d", this.seed)
					.extracting(TaskInfo::id)
					.contains(result.id());
				assertThatExceptionOfType(UnknownTaskException.class).isThrownBy(() -> queue.enqueue("y" + text));
			}
			assertThat(queue.stats().total()).isEqualTo(TASKS);
		}
	}

	private static String storable(String text) {
		return text.substring(0, Math.min(text.length(), 400)).replaceAll("[\\p{IsCs}\u0000]", "");
	}

	private HttpRequest request(String base) {
		String action = (this.random.nextInt(4) == 0) ? segment() : any(ACTIONS);
		return switch (this.random.nextInt(8)) {
			case 0 -> get(base + "/" + segment());
			case 1 -> get(base + "/tasks/" + segment());
			case 2 -> get(base + "/" + segment() + "/" + segment());
			case 3 -> post(base + "/tasks/" + action);
			case 4 -> post(base + "/tasks/" + segment() + "/" + action);
			case 5 -> post(base + "/categories/" + segment() + "/" + action);
			default -> get(base + "/tasks?" + query());
		};
	}

	private String query() {
		StringJoiner query = new StringJoiner("&");
		for (int i = this.random.nextInt(4); i >= 0; i--) {
			query.add(any(PARAMETERS) + "=" + encoded(this.input.text()));
		}
		return query.toString();
	}

	private String segment() {
		String text = this.input.text().replaceAll("[/\\\\;.\u0000%\r\n]", "x");
		return text.isEmpty() ? "x" : encoded(text);
	}

	private static String encoded(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
	}

	private static HttpRequest get(String uri) {
		return HttpRequest.newBuilder(URI.create(uri)).build();
	}

	private HttpRequest post(String uri) {
		StringJoiner body = new StringJoiner(",", "{", (this.random.nextInt(10) == 0) ? "" : "}");
		for (int i = this.random.nextInt(4); i > 0; i--) {
			body.add("\"%s\":%s".formatted((this.random.nextInt(5) == 0) ? "concurrency" : any(PARAMETERS),
					this.input.json()));
		}
		return HttpRequest.newBuilder(URI.create(uri))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body.toString()))
			.build();
	}

	private <T> T any(List<T> values) {
		return values.get(this.random.nextInt(values.size()));
	}

}

package io.gobstopper.actuate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.actuate.EndpointApplication.Handlers;
import io.gobstopper.actuate.EndpointApplication.Web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The dashboard and what it asks the endpoint for, over HTTP, on every way to serve them.
 */
@Timeout(60)
class DashboardEndpointTests {

	private static final String EXPOSED = "--management.endpoints.web.exposure.include=gobstopper";

	private static final String WRITABLE = "--management.endpoint.gobstopper.access=unrestricted";

	private static final String OPERATORS = "--gobstopper.endpoint.write-roles=OPERATOR";

	private static final String OF_BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

	private static final Pattern ADDRESS = Pattern.compile("(?:href|src)=\"([^\"]+)\"");

	@ParameterizedTest
	@EnumSource
	void browsersGetPagesAndProgramsGetJson(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED)) {
			for (String path : List.of("/gobstopper", "/gobstopper/tasks", "/gobstopper/tasks/unknown")) {
				EntityExchangeResult<String> page = get(application.client(), path, OF_BROWSER);
				assertThat(page.getStatus().value()).isEqualTo(200);
				assertThat(page.getResponseHeaders().getContentType()).matches(MediaType.TEXT_HTML::isCompatibleWith);
				assertThat(page.getResponseBody()).contains("<div id=\"dashboard\">").doesNotContain("{{");
			}
			for (String accepted : List.of("*/*", "application/json")) {
				EntityExchangeResult<String> json = get(application.client(), "/gobstopper", accepted);
				assertThat(json.getResponseBody()).contains("\"total\":0");
			}
			for (String path : List.of("/gobstopper/queues", "/gobstopper/queues/1", "/gobstopper/activity/1y")) {
				assertThat(get(application.client(), path, OF_BROWSER).getStatus().value()).isEqualTo(404);
				assertThat(get(application.client(), path, "application/json").getStatus().value()).isEqualTo(404);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void filesOfThePageAreKeptForEverAndNothingElseIs(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED)) {
			EntityExchangeResult<String> page = get(application.client(), "/gobstopper", OF_BROWSER);
			assertThat(page.getResponseHeaders().getFirst(HttpHeaders.CACHE_CONTROL)).isEqualTo("no-store");
			Matcher addresses = ADDRESS.matcher(String.valueOf(page.getResponseBody()));
			int files = 0;
			while (addresses.find()) {
				files++;
				EntityExchangeResult<String> file = get(application.client(), "/" + addresses.group(1), "*/*");
				assertThat(file.getStatus().value()).as(addresses.group(1)).isEqualTo(200);
				assertThat(file.getResponseHeaders().getFirst(HttpHeaders.CACHE_CONTROL)).contains("immutable");
				assertThat(file.getResponseHeaders().getFirst("X-Content-Type-Options")).isEqualTo("nosniff");
				assertThat(String.valueOf(file.getResponseHeaders().getContentType()))
					.matches("(text|application)/javascript.*|text/css.*|image/svg\\+xml.*");
			}
			assertThat(files).isGreaterThan(20);
			for (String unknown : List.of("0/dashboard.js", "0123456789abcdef/dashboard.js", "0/..%2Findex.html")) {
				EntityExchangeResult<String> file = get(application.client(), "/gobstopper/assets/" + unknown, "*/*");
				assertThat(file.getStatus().value()).isIn(400, 404);
				assertThat(String.valueOf(file.getResponseHeaders().getFirst(HttpHeaders.CACHE_CONTROL)))
					.doesNotContain("immutable");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void pageMayRunNothingButItsOwnScripts(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED)) {
			HttpHeaders headers = get(application.client(), "/gobstopper", OF_BROWSER).getResponseHeaders();
			assertThat(headers.getFirst("Content-Security-Policy")).startsWith("default-src 'none'; script-src 'self'")
				.contains("frame-ancestors 'none'", "style-src 'self'", "form-action 'none'")
				.doesNotContain("unsafe", "*");
			assertThat(headers.getFirst("X-Frame-Options")).isEqualTo("DENY");
			assertThat(headers.getFirst("Referrer-Policy")).isEqualTo("no-referrer");
		}
	}

	@ParameterizedTest
	@EnumSource
	void activityTellsWhatHappenedAndIsSentAgainOnlyIfItChanged(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED)) {
			String mail = application.queue().enqueue("mail", "ann@example.com");
			String failed = application.queue().enqueue("fail", "secret");
			application.queue().completion(mail).get(20, TimeUnit.SECONDS);
			application.queue().completion(failed).get(20, TimeUnit.SECONDS);
			String running = application.queue().enqueue("block");
			application.bean(Handlers.class).blocking.acquire();
			for (String window : List.of("5m", "1h", "24h", "7d")) {
				JsonNode activity = json(get(application.client(), "/gobstopper/activity/" + window, "*/*"));
				assertThat(activity.get("window").asString()).isEqualTo(window);
				assertThat(sum(activity.at("/series/succeeded"))).isEqualTo(1);
				assertThat(sum(activity.at("/series/failed"))).as("one attempt of the mail and the other task")
					.isEqualTo(2);
				assertThat(activity.at("/queue/byStatus/failed").asInt()).isEqualTo(1);
				assertThat(activity.at("/failures/0/name").asString()).isEqualTo("fail");
				assertThat(activity.at("/failures/0/lastId").asString()).isEqualTo(failed);
				assertThat(activity.at("/running/0/id").asString()).isEqualTo(running);
				assertThat(activity.at("/attention/unknown").asInt()).isZero();
				assertThat(activity.has("problem")).isFalse();
				assertThat(activity.get("changesAllowed").asBoolean()).isFalse();
			}
			// What the database takes may change meanwhile.
			await().until(() -> knownThen(application, "/gobstopper/activity/7d") == 304);
			assertThat(knownThen(application, "/gobstopper/tasks?brief=true")).isEqualTo(304);
			assertThat(knownThen(application, "/gobstopper/tasks/" + failed)).isEqualTo(304);
			Map<String, String> tags = new HashMap<>();
			for (String path : List.of("/gobstopper", "/gobstopper/activity/7d", "/gobstopper/tasks?brief=true",
					"/gobstopper/tasks/" + running)) {
				tags.put(path, String.valueOf(get(application.client(), path, "*/*").getResponseHeaders().getETag()));
			}
			application.bean(Handlers.class).release.release();
			application.queue().completion(running).get(20, TimeUnit.SECONDS);
			tags.forEach((path, tag) -> await().untilAsserted(
					() -> assertThat(withTag(application, path, tag).getStatus().value()).as(path).isEqualTo(200)));
			JsonNode after = json(get(application.client(), "/gobstopper/activity/7d", "*/*"));
			assertThat(sum(after.at("/series/succeeded"))).isEqualTo(2);
			assertThat(after.get("running").size()).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void settingsOfTheApplicationForItsOwnJsonDoNotMatter(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED,
				"--spring.jackson.property-naming-strategy=SNAKE_CASE",
				"--spring.jackson.serialization.indent-output=true")) {
			String id = application.queue().enqueue("block");
			for (String path : List.of("/gobstopper", "/gobstopper/activity/5m", "/gobstopper/tasks",
					"/gobstopper/tasks?brief=true", "/gobstopper/tasks/" + id)) {
				assertThat(get(application.client(), path, "*/*").getResponseBody()).as(path)
					.doesNotContain("created_at", "\n");
			}
			application.bean(Handlers.class).release.release();
		}
	}

	@ParameterizedTest
	@EnumSource
	void slashAtTheEndIsForgiven(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED)) {
			assertThat(location(application, "/gobstopper/")).isEqualTo("../gobstopper");
			assertThat(location(application, "/gobstopper/tasks/?status=failed&text=a b"))
				.isEqualTo("../tasks?status=failed&text=a%20b");
		}
	}

	private static String location(EndpointApplication application, String path) {
		EntityExchangeResult<String> redirect = get(application.client(), path, OF_BROWSER);
		assertThat(redirect.getStatus().value()).isEqualTo(307);
		return String.valueOf(redirect.getResponseHeaders().getFirst("Location"));
	}

	@ParameterizedTest
	@EnumSource
	void pageThatIsNotThereSaysSo(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED)) {
			for (String path : List.of("/gobstopper/queues", "/gobstopper/queues/1")) {
				EntityExchangeResult<String> page = get(application.client(), path, OF_BROWSER);
				assertThat(page.getStatus().value()).isEqualTo(404);
				assertThat(page.getResponseBody()).contains("<div id=\"dashboard\">");
			}
		}
	}

	@Test
	void briefPageLeavesOutWhatIsLong() throws Exception {
		try (EndpointApplication application = EndpointApplication.open(Web.MVC, EXPOSED,
				"--gobstopper.endpoint.show-values=always")) {
			String failed = application.queue().enqueue("fail", "x".repeat(5000));
			application.queue().completion(failed).get(20, TimeUnit.SECONDS);
			String page = get(application.client(), "/gobstopper/tasks?brief=true", "*/*").getResponseBody();
			assertThat(page).hasSizeLessThan(1000).contains("no xxx", "xxx…", failed);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MVC", "WEBFLUX" })
	void strangersGetNothingAndOnlyOperatorsAreOfferedChanges(Web web) {
		try (EndpointApplication application = EndpointApplication.secured(web, EXPOSED, WRITABLE, OPERATORS)) {
			String page = String.valueOf(get(user(application, "reader"), "/gobstopper", OF_BROWSER).getResponseBody());
			Matcher address = ADDRESS.matcher(page);
			assertThat(address.find()).isTrue();
			for (String path : List.of("/gobstopper", "/gobstopper/tasks", "/gobstopper/activity/5m",
					"/" + address.group(1))) {
				for (String accepted : List.of(OF_BROWSER, "application/json")) {
					EntityExchangeResult<String> refused = get(application.client(), path, accepted);
					assertThat(refused.getStatus().value()).as(path).isEqualTo(401);
					assertThat(String.valueOf(refused.getResponseBody())).doesNotContain("dashboard", "byStatus");
				}
			}
			assertThat(changesAllowed(application, "reader")).isFalse();
			assertThat(changesAllowed(application, "operator")).isTrue();
		}
	}

	@Test
	void rolesForChangesAreEnforcedByTheEndpointItself() {
		try (EndpointApplication application = EndpointApplication.open(Web.MVC, EXPOSED, WRITABLE, OPERATORS)) {
			for (String path : List.of("/gobstopper/tasks/cancel", "/gobstopper/tasks/1/cancel",
					"/gobstopper/categories/mails/pause", "/gobstopper/check")) {
				application.client()
					.post()
					.uri(path)
					.contentType(MediaType.APPLICATION_JSON)
					.body("{}")
					.exchange()
					.expectStatus()
					.isForbidden();
			}
		}
	}

	private static boolean changesAllowed(EndpointApplication application, String name) {
		return json(get(user(application, name), "/gobstopper/activity/5m", "*/*")).get("changesAllowed").asBoolean();
	}

	// Asks twice, the second time with the tag of the first answer.
	private static int knownThen(EndpointApplication application, String path) {
		EntityExchangeResult<String> first = get(application.client(), path, "*/*");
		assertThat(first.getStatus().value()).isEqualTo(200);
		String tag = String.valueOf(first.getResponseHeaders().getETag());
		assertThat(tag).startsWith("W/\"");
		assertThat(first.getResponseHeaders().getCacheControl()).isEqualTo("no-store");
		assertThat(withTag(application, path, "W/\"another\"").getStatus().value()).isEqualTo(200);
		EntityExchangeResult<String> second = withTag(application, path, tag);
		if (second.getStatus().value() == 304) {
			assertThat(second.getResponseBody()).isNull();
			assertThat(second.getResponseHeaders().getETag()).isEqualTo(tag);
		}
		return second.getStatus().value();
	}

	private static EntityExchangeResult<String> withTag(EndpointApplication application, String path, String tag) {
		return application.client()
			.get()
			.uri(path)
			.header("If-None-Match", tag)
			.exchange()
			.expectBody(String.class)
			.returnResult();
	}

	private static long sum(JsonNode numbers) {
		long sum = 0;
		for (JsonNode number : numbers) {
			sum += number.asLong();
		}
		return sum;
	}

	private static JsonNode json(EntityExchangeResult<String> result) {
		return new JsonMapper().readTree(result.getResponseBody());
	}

	private static RestTestClient user(EndpointApplication application, String name) {
		return application.client().mutate().defaultHeaders((headers) -> headers.setBasicAuth(name, "secret")).build();
	}

	private static EntityExchangeResult<String> get(RestTestClient client, String path, String accepted) {
		return client.get().uri(path).header(HttpHeaders.ACCEPT, accepted).exchange().returnResult(String.class);
	}

}

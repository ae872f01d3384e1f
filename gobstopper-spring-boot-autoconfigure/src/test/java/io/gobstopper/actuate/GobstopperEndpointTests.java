package io.gobstopper.actuate;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.actuate.EndpointApplication.Handlers;
import io.gobstopper.actuate.EndpointApplication.Web;
import io.gobstopper.limit.TaskLimits;
import io.gobstopper.store.StoreSnapshots;
import io.gobstopper.store.duckdb.DuckDbDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The Actuator endpoint over HTTP, on every way to serve it.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class GobstopperEndpointTests {

	private static final String EXPOSED = "--management.endpoints.web.exposure.include=gobstopper";

	private static final String WRITABLE = "--management.endpoint.gobstopper.access=unrestricted";

	private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";

	@ParameterizedTest
	@EnumSource
	void nothingIsThereUntilItIsExposed(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web)) {
			application.client().get().uri("/gobstopper").exchange().expectStatus().isNotFound();
			application.client().get().uri("/gobstopper/tasks").exchange().expectStatus().isNotFound();
		}
	}

	@ParameterizedTest
	@EnumSource
	void overviewCountsWhatTheDatabaseCounts(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED)) {
			enqueueOfEach(application);
			JsonNode overview = get(application, "/gobstopper");
			JdbcTemplate sql = new JdbcTemplate(application.bean(DuckDbDatabase.class).readers());
			assertThat(overview.get("total").asLong()).isEqualTo(count(sql, "true")).isEqualTo(6);
			for (TaskStatus status : TaskStatus.values()) {
				assertThat(overview.at("/byStatus/" + status.value()).asLong())
					.isEqualTo(count(sql, "status = '%s'".formatted(status.value())));
			}
			assertThat(overview.at("/byCategory/mails/success").asLong())
				.isEqualTo(count(sql, "category = 'mails' and status = 'success'"))
				.isEqualTo(1);
			JsonNode later = category(overview, "later");
			assertThat(later.get("paused").asBoolean()).isTrue();
			assertThat(later.get("due").asLong()).isEqualTo(2);
			assertThat(later.get("oldestAgeSeconds").asDouble()).isPositive();
			JsonNode running = category(overview, "default");
			assertThat(running.get("started").asLong()).isEqualTo(1);
			assertThat(running.get("running").asInt()).isEqualTo(1);
			assertThat(running.get("limit").asInt()).isEqualTo(10);
			assertThat(overview.at("/nodes/0/node").asString())
				.contains("/%d/".formatted(ProcessHandle.current().pid()));
			assertThat(overview.at("/nodes/0/lastClaimAt").asString()).startsWith("20");
			assertThat(overview.at("/store/location").asString()).isEqualTo(":memory:");
			assertThat(overview.at("/store/usage/memoryBytes").asLong()).isPositive();
			application.bean(Handlers.class).release.release();
		}
	}

	@ParameterizedTest
	@EnumSource
	void tasksAreFilteredAndPaged(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED,
				"--gobstopper.endpoint.show-values=always")) {
			application.queue().pause("later");
			for (int i = 0; i < 5; i++) {
				application.queue().enqueue(TaskRequest.of("fail").args("secret-" + i).category("later"));
			}
			JsonNode first = get(application, "/gobstopper/tasks?category=later&limit=3&status=pending&name=fail");
			assertThat(args(first)).containsExactly("secret-4", "secret-3", "secret-2");
			JsonNode second = get(application,
					"/gobstopper/tasks?category=later&limit=3&after=" + first.get("next").asString());
			assertThat(args(second)).containsExactly("secret-1", "secret-0");
			assertThat(second.has("next")).isFalse();
			assertThat(args(get(application, "/gobstopper/tasks?text=SECRET-3"))).containsExactly("secret-3");
			assertThat(args(get(application, "/gobstopper/tasks?status=failed"))).isEmpty();
			assertThat(args(get(application, "/gobstopper/tasks?createdUntil=2020-01-01T00:00:00Z"))).isEmpty();
			assertThat(args(get(application, "/gobstopper/tasks?createdSince=2020-01-01T00:00:00Z"))).hasSize(5);
			for (String bad : List.of("limit=0", "limit=1001", "limit=many", "status=gone", "after=%21",
					"createdSince=monday", "handler=some", "crashed=maybe", "status=failed,gone")) {
				application.client().get().uri("/gobstopper/tasks?" + bad).exchange().expectStatus().isBadRequest();
			}
			for (String unknown : List.of("/gobstopper/queues", "/gobstopper/tasks/" + UNKNOWN, "/gobstopper/tasks/x",
					"/gobstopper/queues/x")) {
				application.client().get().uri(unknown).exchange().expectStatus().isNotFound();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void taskIsShownWithItsWholeLife(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED,
				"--gobstopper.endpoint.show-values=always")) {
			String id = application.queue().enqueue("mail", "ann@example.com");
			application.queue().completion(id).get(20, TimeUnit.SECONDS);
			JsonNode shown = get(application, "/gobstopper/tasks/" + id);
			assertThat(shown.at("/task/status").asString()).isEqualTo("success");
			assertThat(shown.at("/task/result").asString()).isEqualTo("sent to ann@example.com");
			assertThat(shown.get("valuesShown").asBoolean()).isTrue();
			JsonNode attempts = shown.get("attempts");
			assertThat(attempts.size()).isEqualTo(2);
			assertThat(attempts.at("/0/outcome").asString()).isEqualTo("failed");
			assertThat(attempts.at("/0/error").asString()).isEqualTo("cannot reach ann@example.com");
			assertThat(attempts.at("/0/errorType").asString()).isEqualTo("java.lang.IllegalStateException");
			assertThat(attempts.at("/0/errorTrace").asString()).contains("EndpointApplication$Handlers.mail");
			assertThat(attempts.at("/0/node").asString()).isEqualTo(shown.at("/task/node").asString());
			assertThat(attempts.at("/1/outcome").asString()).isEqualTo("success");
			assertThat(attempts.at("/1/startedAt").asString()).isGreaterThan(attempts.at("/0/endedAt").asString());
		}
	}

	@ParameterizedTest
	@EnumSource
	void nothingCanBeChangedUntilThatIsAllowed(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED)) {
			application.queue().pause("mails");
			String id = application.queue().enqueue("mail", "ann@example.com");
			assertThat(post(application, "/gobstopper/tasks/%s/cancel".formatted(id), "{}")).isIn(404, 405);
			assertThat(post(application, "/gobstopper/tasks/cancel", "{}")).isIn(404, 405);
			assertThat(post(application, "/gobstopper/categories/mails/resume", "{}")).isIn(404, 405);
			assertThat(application.queue().findTask(id).orElseThrow().status()).isEqualTo(TaskStatus.PENDING);
		}
	}

	@ParameterizedTest
	@EnumSource
	void tasksAreCancelledAndRetried(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED, WRITABLE)) {
			String failed = application.queue().enqueue("fail", "x");
			application.queue().completion(failed).get(20, TimeUnit.SECONDS);
			assertThat(post(application, "/gobstopper/tasks/%s/cancel".formatted(failed), "{}")).isEqualTo(409);
			assertThat(post(application, "/gobstopper/tasks/%s/retry".formatted(failed), "{}")).isEqualTo(200);
			await().until(() -> application.queue().findAttempts(failed).size() == 2);
			application.queue().pause("mails");
			String waiting = application.queue().enqueue("mail", "x");
			assertThat(post(application, "/gobstopper/tasks/%s/cancel".formatted(waiting), "{}")).isEqualTo(200);
			assertThat(application.queue().findTask(waiting).orElseThrow().status()).isEqualTo(TaskStatus.CANCELLED);
			assertThat(post(application, "/gobstopper/tasks/%s/cancel".formatted(UNKNOWN), "{}")).isEqualTo(404);
			assertThat(post(application, "/gobstopper/tasks/%s/explode".formatted(waiting), "{}")).isEqualTo(404);
			assertThat(post(application, "/gobstopper/queues/%s/cancel".formatted(waiting), "{}")).isEqualTo(404);
		}
	}

	@ParameterizedTest
	@EnumSource
	void allThatMatchAreChangedAfterADryRun(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED, WRITABLE)) {
			application.queue().pause("mails");
			application.queue().enqueueAll(Collections.nCopies(20, TaskRequest.of("mail").args("x")));
			String filter = "\"category\":\"mails\"";
			assertThat(change(application, "cancel", "{%s,\"dryRun\":true}".formatted(filter))).isEqualTo("20 0");
			assertThat(application.queue().stats().queued()).isEqualTo(20);
			assertThat(change(application, "cancel", "{%s,\"status\":\"failed\"}".formatted(filter))).isEqualTo("0 0");
			assertThat(change(application, "cancel", "{%s}".formatted(filter))).isEqualTo("20 20");
			assertThat(change(application, "retry", "{\"status\":\"cancelled\",\"dryRun\":true}")).isEqualTo("20 0");
			assertThat(change(application, "retry", "{\"category\":\"others\"}")).isEqualTo("0 0");
			assertThat(change(application, "retry", "{%s}".formatted(filter))).isEqualTo("20 20");
			assertThat(application.queue().stats().queued()).isEqualTo(20);
			assertThat(post(application, "/gobstopper/tasks/explode", "{}")).isEqualTo(404);
			assertThat(post(application, "/gobstopper/tasks/cancel", "{\"category\":\"mails\",\"dryrun\":true}"))
				.isEqualTo(400);
			assertThat(post(application, "/gobstopper/tasks/cancel", "{\"status\":\"gone\"}")).isEqualTo(400);
		}
	}

	@ParameterizedTest
	@EnumSource
	void categoriesArePausedResumedAndResized(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED, WRITABLE)) {
			assertThat(post(application, "/gobstopper/categories/mails/pause", "{}")).isEqualTo(200);
			String id = application.queue().enqueue("mail", "x");
			assertThat(category(get(application, "/gobstopper"), "mails").get("paused").asBoolean()).isTrue();
			assertThat(application.queue().findTask(id).orElseThrow().status()).isEqualTo(TaskStatus.PENDING);
			assertThat(post(application, "/gobstopper/categories/mails/resume", "{}")).isEqualTo(200);
			application.queue().completion(id).get(20, TimeUnit.SECONDS);
			assertThat(post(application, "/gobstopper/categories/mails/resize", "{\"concurrency\":3}")).isEqualTo(200);
			assertThat(category(get(application, "/gobstopper"), "mails").get("limit").asInt()).isEqualTo(3);
			assertThat(post(application, "/gobstopper/categories/mails/resize", "{\"concurrency\":0}")).isEqualTo(400);
			assertThat(post(application, "/gobstopper/categories/mails/resize", "{}")).isEqualTo(400);
			assertThat(post(application, "/gobstopper/categories/mails/resize", "{\"concurrency\":2000000000}"))
				.isEqualTo(400);
			assertThat(post(application, "/gobstopper/categories/mails/explode", "{}")).isEqualTo(404);
			assertThat(post(application, "/gobstopper/categories/mial/pause", "{}")).isEqualTo(404);
			assertThat(get(application, "/gobstopper").toString()).doesNotContain("mial");
		}
	}

	@ParameterizedTest
	@EnumSource
	void databaseIsCheckedAndCopied(Web web, @TempDir Path folder) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED, WRITABLE)) {
			assertThat(post(application, "/gobstopper/check", "{}")).isEqualTo(200);
			assertThat(post(application, "/gobstopper/snapshot", "{}")).isEqualTo(404);
			assertThat(post(application, "/gobstopper/explode", "{}")).isEqualTo(404);
		}
		String snapshots = "--gobstopper.snapshot.directory=" + folder;
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED, WRITABLE, snapshots)) {
			await().until(() -> application.bean(StoreSnapshots.class).list().size() == 1);
			assertThat(post(application, "/gobstopper/snapshot", "{}")).isEqualTo(200);
			assertThat(application.bean(StoreSnapshots.class).list()).hasSize(2);
		}
	}

	@ParameterizedTest
	@EnumSource
	void formsOfOtherSitesAreRefused(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED, WRITABLE)) {
			for (String path : List.of("/gobstopper/categories/mails/pause", "/gobstopper/tasks/cancel",
					"/gobstopper/tasks/%s/cancel".formatted(UNKNOWN))) {
				for (MediaType type : List.of(MediaType.APPLICATION_FORM_URLENCODED, MediaType.TEXT_PLAIN)) {
					application.client()
						.post()
						.uri(path)
						.contentType(type)
						.body("x=y")
						.exchange()
						.expectStatus()
						.isEqualTo(415);
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MVC", "WEBFLUX" })
	void strangersAreRefusedReadersReadAndOnlyOperatorsChange(Web web) {
		try (EndpointApplication application = EndpointApplication.secured(web, EXPOSED, WRITABLE)) {
			application.queue().pause("mails");
			String id = application.queue().enqueue("mail", "ann@example.com");
			List<String> readable = List.of("/gobstopper", "/gobstopper/tasks", "/gobstopper/tasks/" + id);
			List<String> writable = List.of("/gobstopper/tasks/cancel", "/gobstopper/tasks/%s/cancel".formatted(id),
					"/gobstopper/categories/mails/resume");
			for (String path : readable) {
				application.client().get().uri(path).exchange().expectStatus().isUnauthorized();
				user(application, "reader").get().uri(path).exchange().expectStatus().isOk();
			}
			for (String path : writable) {
				assertThat(post(application.client(), path, "{}")).isEqualTo(401);
				assertThat(post(user(application, "reader"), path, "{}")).isEqualTo(403);
			}
			assertThat(application.queue().findTask(id).orElseThrow().status()).isEqualTo(TaskStatus.PENDING);
			assertThat(application.bean(Handlers.class).audited).isEmpty();
			assertThat(post(user(application, "operator"), "/gobstopper/tasks/%s/cancel".formatted(id), "{}"))
				.isEqualTo(200);
			assertThat(application.bean(Handlers.class).audited).singleElement().satisfies((event) -> {
				assertThat(event.getPrincipal()).isEqualTo("operator");
				assertThat(event.getType()).isEqualTo("GOBSTOPPER_CANCEL");
				assertThat(event.getData()).containsEntry("task", id).containsEntry("name", "mail");
			});
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MVC", "WEBFLUX" })
	void changesAreLoggedAndAuditedAndTriesAreNot(Web web, CapturedOutput output) {
		try (EndpointApplication application = EndpointApplication.open(web, EXPOSED, WRITABLE,
				"--gobstopper.endpoint.show-values=always")) {
			application.queue().pause("mails");
			application.queue().enqueueAll(Collections.nCopies(3, TaskRequest.of("mail").args("secret")));
			change(application, "cancel", "{\"text\":\"secret\",\"dryRun\":true}");
			assertThat(application.bean(Handlers.class).audited).isEmpty();
			change(application, "cancel", "{\"text\":\"secret\",\"name\":\"mail\"}");
			assertThat(post(application, "/gobstopper/categories/mails/resize", "{\"concurrency\":3}")).isEqualTo(200);
			assertThat(post(application, "/gobstopper/categories/mails/pause", "{}")).isEqualTo(200);
			assertThat(post(application, "/gobstopper/categories/mails/resume", "{}")).isEqualTo(200);
			assertThat(application.bean(Handlers.class).audited).extracting(AuditEvent::getType)
				.containsExactly("GOBSTOPPER_CANCEL", "GOBSTOPPER_RESIZE", "GOBSTOPPER_PAUSE", "GOBSTOPPER_RESUME");
			assertThat(application.bean(Handlers.class).audited.get(0).getData()).containsEntry("matching", 3L)
				.containsEntry("changed", 3L)
				.containsEntry("name", "mail")
				.doesNotContainValue("secret");
			assertThat(output.getAll().lines().filter((line) -> line.contains(ChangeAudit.class.getSimpleName())))
				.hasSize(4)
				.anyMatch((line) -> line.endsWith("'pause' by anonymous changed 1 of 1: {category=mails}"))
				.anyMatch(
						(line) -> line.endsWith("'cancel' by anonymous changed 3 of 3: {name=mail, text=(not logged)}"))
				.anyMatch((line) -> line
					.endsWith("'resize' by anonymous changed 1 of 1: {category=mails, concurrency=3}"));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MVC", "WEBFLUX" })
	void valuesAreHiddenFromThoseWithoutTheRole(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.secured(web, EXPOSED,
				"--gobstopper.endpoint.roles=OPERATOR", "--gobstopper.limits.crm.per-key=1")) {
			application.bean(TaskLimits.class).pause("crm", "ann-key");
			application.queue().enqueue(TaskRequest.of("mail").kwarg("to", "any").limit("crm", "ann-key"));
			assertThat(text(user(application, "reader"), "/gobstopper/limits/crm")).contains("\"waiting\":1")
				.doesNotContain("ann-");
			assertThat(text(user(application, "operator"), "/gobstopper/limits/crm")).contains("ann-key");
			String id = application.queue()
				.enqueue(TaskRequest.of("mail").kwarg("to", "ann@example.com").idempotencyKey("ann-key"))
				.id();
			String failed = application.queue().enqueue("fail", "ann-secret");
			application.queue().completion(id).get(20, TimeUnit.SECONDS);
			application.queue().completion(failed).get(20, TimeUnit.SECONDS);
			for (String path : List.of("/gobstopper/tasks", "/gobstopper/tasks/" + id, "/gobstopper/tasks/" + failed)) {
				String hidden = text(user(application, "reader"), path);
				assertThat(hidden).doesNotContain("ann@", "ann-")
					.contains("******", "\"valuesShown\":false", id.substring(0, 4));
				assertThat(text(user(application, "operator"), path)).containsAnyOf("ann@", "ann-")
					.doesNotContain("******");
			}
			assertThat(text(user(application, "reader"), "/gobstopper/tasks/" + failed))
				.contains("NonRetryableTaskException");
			user(application, "reader").get()
				.uri("/gobstopper/tasks?text=ann-secret")
				.exchange()
				.expectStatus()
				.isBadRequest();
			assertThat(text(user(application, "operator"), "/gobstopper/tasks?text=ann-secret")).contains(failed);
		}
	}

	@Test
	void valuesAreHiddenFromEveryoneWhereNobodyIsKnownUnlessTheyAreAlwaysShown() throws Exception {
		try (EndpointApplication application = EndpointApplication.open(Web.MVC, EXPOSED)) {
			String id = application.queue().enqueue("fail", "ann-secret");
			application.queue().completion(id).get(20, TimeUnit.SECONDS);
			assertThat(text(application.client(), "/gobstopper/tasks/" + id)).doesNotContain("ann-").contains("******");
		}
	}

	@Test
	void ofTheTraceOnlyItsIdIsShownWithTheValuesHidden() {
		Instant now = Instant.parse("2026-01-01T00:00:00Z");
		TaskInfo traced = new TaskInfo(UNKNOWN, "fail", "default", TaskPriority.NORMAL, TaskStatus.PENDING, now, now,
				null, null, 0, null, null, null, null, 0, 0, List.of(), Map.of(), 0, "", 0, 0, 0, null, null, null,
				null, null, false, Map.of("traceparent", "00-1", "baggage", "user=ann"), "limit crm/ann, 2nd of 7");
		TaskInfo shown = new ValueVisibility(Show.NEVER, Set.of()).apply(traced, SecurityContext.NONE);
		assertThat(shown.waitingFor()).isEqualTo("limit crm/******");
		assertThat(shown.headers()).containsOnly(Map.entry("traceparent", "00-1"), Map.entry("baggage", "******"));
	}

	private static void enqueueOfEach(EndpointApplication application) throws Exception {
		List<String> ids = new ArrayList<>();
		ids.add(application.queue().enqueue("mail", "x"));
		ids.add(application.queue().enqueue(TaskRequest.of("fail").args("x").category("other")).id());
		application.queue().pause("later");
		for (int i = 0; i < 2; i++) {
			application.queue().enqueue(TaskRequest.of("fail").args("x").category("later"));
		}
		String cancelled = application.queue().enqueue(TaskRequest.of("fail").args("x").category("later")).id();
		application.queue().cancel(cancelled);
		application.queue().enqueue("block");
		application.bean(Handlers.class).blocking.acquire();
		for (String id : ids) {
			application.queue().completion(id).get(20, TimeUnit.SECONDS);
		}
	}

	private static long count(JdbcTemplate sql, String condition) {
		return sql.queryForObject("select count(*) from gobstopper_task_all where " + condition, Long.class);
	}

	private static JsonNode category(JsonNode overview, String name) {
		for (JsonNode category : overview.get("categories")) {
			if (category.get("category").asString().equals(name)) {
				return category;
			}
		}
		throw new AssertionError("No category %s in %s".formatted(name, overview));
	}

	private static List<String> args(JsonNode page) {
		List<String> args = new ArrayList<>();
		page.get("tasks").forEach((task) -> args.add(task.at("/args/0").asString()));
		return args;
	}

	private static String change(EndpointApplication application, String action, String body) {
		String answer = application.client()
			.post()
			.uri("/gobstopper/tasks/" + action)
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(String.class)
			.getResponseBody();
		JsonNode change = new JsonMapper().readTree(answer);
		return "%d %d".formatted(change.get("matching").asLong(), change.get("changed").asLong());
	}

	private static RestTestClient user(EndpointApplication application, String name) {
		return application.client().mutate().defaultHeaders((headers) -> headers.setBasicAuth(name, "secret")).build();
	}

	private static JsonNode get(EndpointApplication application, String path) {
		return new JsonMapper().readTree(text(application.client(), path));
	}

	private static String text(RestTestClient client, String path) {
		return client.get().uri(path).exchange().expectStatus().isOk().returnResult(String.class).getResponseBody();
	}

	private static int post(EndpointApplication application, String path, String body) {
		return post(application.client(), path, body);
	}

	private static int post(RestTestClient client, String path, String body) {
		return client.post()
			.uri(path)
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.exchange()
			.returnResult(String.class)
			.getStatus()
			.value();
	}

}

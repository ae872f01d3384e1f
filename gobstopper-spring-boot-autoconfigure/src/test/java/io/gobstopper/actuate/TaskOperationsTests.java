package io.gobstopper.actuate;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.actuate.EndpointApplication.Handlers;
import io.gobstopper.actuate.EndpointApplication.Web;
import io.gobstopper.store.duckdb.DuckDbDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What operators find and change with the endpoint.
 */
@Timeout(120)
class TaskOperationsTests {

	private static final String[] OPERATED = { "--management.endpoints.web.exposure.include=gobstopper",
			"--management.endpoint.gobstopper.access=unrestricted", "--gobstopper.endpoint.show-values=always" };

	@ParameterizedTest
	@EnumSource
	void failuresAreFoundByStatusExceptionAndTime(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			String failed = fail(application, "x");
			application.queue().pause("mails");
			String waiting = application.queue().enqueue("mail", "y");
			assertThat(found(application, "status=failed,pending")).containsExactly(waiting, failed);
			assertThat(found(application, "status=failed&status=pending")).containsExactly(waiting, failed);
			assertThat(found(application, "errorType=NonRetryableTaskException")).containsExactly(failed);
			assertThat(found(application, "errorType=io.gobstopper.NonRetryableTaskException")).containsExactly(failed);
			assertThat(found(application, "errorType=TaskException")).isEmpty();
			assertThat(found(application, "completedSince=" + Instant.now().minusSeconds(60))).containsExactly(failed);
			assertThat(found(application, "completedUntil=" + Instant.now().minusSeconds(60))).isEmpty();
			assertThat(found(application, "text=" + failed.toUpperCase(Locale.ROOT))).containsExactly(failed);
			assertThat(found(application, "crashed=true")).isEmpty();
			assertThat(found(application, "crashed=false")).hasSize(2);
			assertThat(found(application, "handler=none")).isEmpty();
			JsonNode task = get(application, "/gobstopper/tasks/" + failed);
			String trace = task.at("/task/headers/traceparent").asString().split("-", 3)[1];
			assertThat(found(application, "text=" + trace)).containsExactly(failed);
			assertThat(found(application, "node=" + task.at("/task/node").asString())).containsExactly(failed);
		}
	}

	@ParameterizedTest
	@EnumSource
	void pagesTellTheirSizeAndTheNext(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			application.queue().pause("mails");
			application.queue().enqueueAll(Collections.nCopies(5, TaskRequest.of("mail").args("a b")));
			JsonNode page = get(application, "/gobstopper/tasks?limit=2&count=true&name=mail");
			assertThat(page.get("count").asLong()).isEqualTo(5);
			List<String> ids = new ArrayList<>(ids(page));
			while (page.get("_links").has("next")) {
				String next = page.at("/_links/next/href").asString();
				assertThat(next).contains("limit=2", "name=mail", "after=");
				page = get(application,
						"/gobstopper/tasks" + URLDecoder.decode(next.replace("%26", "%2526"), StandardCharsets.UTF_8));
				ids.addAll(ids(page));
			}
			assertThat(ids).hasSize(5).doesNotHaveDuplicates();
			assertThat(get(application, "/gobstopper/tasks?limit=2").has("count")).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatIsChangedIsWhatWasCounted(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			String counted = fail(application, "x");
			JsonNode dryRun = post(application, "tasks/discard", "{\"name\":\"fail\",\"dryRun\":true}", 200);
			assertThat(dryRun.get("matching").asLong()).isEqualTo(1);
			assertThat(dryRun.at("/example/id").asString()).isEqualTo(counted);
			assertThat(dryRun.at("/example/name").asString()).isEqualTo("fail");
			String later = fail(application, "y");
			JsonNode done = post(application, "tasks/discard",
					"{\"name\":\"fail\",\"asOf\":\"%s\"}".formatted(dryRun.get("asOf").asString()), 200);
			assertThat(done.get("changed").asLong()).isEqualTo(1);
			assertThat(application.queue().findTask(counted)).isEmpty();
			assertThat(application.queue().findTask(later)).isPresent();
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatWasQueuedAgainSinceTheCountIsLeft(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			String failed = fail(application, "x");
			application.queue().pause("default");
			String counted = application.queue().enqueue("fail", "y");
			JsonNode dryRun = post(application, "tasks/cancel", "{\"category\":\"default\",\"dryRun\":true}", 200);
			assertThat(dryRun.get("matching").asLong()).isEqualTo(1);
			assertThat(application.queue().retry(failed)).isTrue();
			post(application, "tasks/cancel",
					"{\"category\":\"default\",\"asOf\":\"%s\"}".formatted(dryRun.get("asOf").asString()), 200);
			assertThat(application.queue().findTask(counted).orElseThrow().status()).isEqualTo(TaskStatus.CANCELLED);
			assertThat(application.queue().findTask(failed).orElseThrow().status()).isEqualTo(TaskStatus.PENDING);
			post(application, "tasks/restore", "{\"category\":\"default\"}", 200);
			assertThat(application.queue().findTask(counted).orElseThrow().status()).isEqualTo(TaskStatus.PENDING);
		}
	}

	@ParameterizedTest
	@EnumSource
	void failedTaskIsDiscardedAndNoOther(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			String failed = fail(application, "x");
			application.queue().pause("mails");
			String waiting = application.queue().enqueue("mail", "x");
			post(application, "tasks/%s/discard".formatted(waiting), "{}", 409);
			post(application, "tasks/%s/discard".formatted(failed), "{}", 200);
			post(application, "tasks/%s/discard".formatted(failed), "{}", 404);
			assertThat(found(application, "")).containsExactly(waiting);
			assertThat(application.bean(Handlers.class).audited).extracting(AuditEvent::getType)
				.containsExactly("GOBSTOPPER_DISCARD");
		}
	}

	@ParameterizedTest
	@EnumSource
	void taskIsRunAgainWithTheSameArguments(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			String first = application.queue().enqueue(TaskRequest.of("mail").kwarg("to", "ann@example.com")).id();
			application.queue().completion(first).get(20, TimeUnit.SECONDS);
			String second = post(application, "tasks/%s/repeat".formatted(first), "{}", 200).get("id").asString();
			assertThat(second).isNotEqualTo(first);
			assertThat(application.queue().completion(second).get(20, TimeUnit.SECONDS).result())
				.isEqualTo("sent to ann@example.com");
			post(application, "tasks/00000000-0000-4000-8000-000000000000/repeat", "{}", 404);
		}
	}

	@ParameterizedTest
	@EnumSource
	void runningTaskTellsWhereItIs(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			String running = application.queue().enqueue("block");
			application.bean(Handlers.class).blocking.acquire();
			JsonNode task = get(application, "/gobstopper/tasks/" + running);
			assertThat(task.at("/run/here").asBoolean()).isTrue();
			assertThat(task.at("/run/claimedAhead").asBoolean()).isFalse();
			assertThat(task.at("/run/timeoutSeconds").asDouble()).isEqualTo(600);
			assertThat(get(application, "/gobstopper/tasks/%s/stack".formatted(running)).get("frames").toString())
				.contains("EndpointApplication$Handlers.block");
			application.bean(Handlers.class).release.release();
			application.queue().completion(running).get(20, TimeUnit.SECONDS);
			assertThat(get(application, "/gobstopper/tasks/" + running).has("run")).isFalse();
			for (String nothing : List.of(running + "/stack", "x/stack", running + "/heap")) {
				application.client().get().uri("/gobstopper/tasks/" + nothing).exchange().expectStatus().isNotFound();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatIsClaimedAheadDoesNotRun(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED[0], OPERATED[1], OPERATED[2],
				"--gobstopper.worker.concurrency=1")) {
			for (int i = 0; i < 20; i++) {
				String quick = application.queue().enqueue("quick");
				application.queue().completion(quick).get(20, TimeUnit.SECONDS);
			}
			String running = application.queue().enqueue("block");
			application.bean(Handlers.class).blocking.acquire();
			application.queue().enqueueAll(Collections.nCopies(5, TaskRequest.of("block")));
			JsonNode activity = get(application, "/gobstopper/activity/5m");
			long started = activity.at("/queue/byStatus/started").asLong();
			assertThat(activity.at("/totals/running").asLong()).isEqualTo(1);
			assertThat(activity.at("/totals/claimedAhead").asLong()).isEqualTo(started - 1);
			assertThat(activity.get("running").size()).isEqualTo(1);
			assertThat(activity.at("/running/0/id").asString()).isEqualTo(running);
			for (JsonNode row : get(application, "/gobstopper/tasks?status=started&brief=true").get("tasks")) {
				assertThat(row.path("claimedAhead").asBoolean(false))
					.isEqualTo(!row.get("id").asString().equals(running));
			}
			for (String id : found(application, "status=started")) {
				JsonNode run = get(application, "/gobstopper/tasks/" + id).get("run");
				assertThat(run.get("claimedAhead").asBoolean()).isEqualTo(!id.equals(running));
				assertThat(run.get("here").asBoolean()).isEqualTo(id.equals(running));
			}
			assertThat(started).as("so that some are claimed ahead").isGreaterThan(1);
			long due = activity.at("/totals/due").asLong();
			assertThat(due + started).isEqualTo(6);
			assertThat(activity.at("/queue/byStatus/pending").asLong())
				.isEqualTo(due + activity.at("/totals/scheduled").asLong());
			application.bean(Handlers.class).release.release(6);
		}
	}

	@ParameterizedTest
	@EnumSource
	void numbersAreShownWithAllTheirDigits(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			application.queue().pause("mails");
			String id = application.queue().enqueue(TaskRequest.of("mail").args("1234567890123456789")).id();
			assertThat(get(application, "/gobstopper/tasks/" + id).at("/exact/args").asString())
				.isEqualTo("[\"1234567890123456789\"]");
			String number = application.queue().enqueue(TaskRequest.of("count").args(1234567890123456789L)).id();
			assertThat(get(application, "/gobstopper/tasks/" + number).at("/exact/args").asString())
				.isEqualTo("[1234567890123456789]");
			assertThat(get(application, "/gobstopper/tasks?brief=true&name=count").at("/tasks/0/arguments").asString())
				.isEqualTo("1234567890123456789");
		}
	}

	@ParameterizedTest
	@EnumSource
	void namesOfTasksAndCategoriesAreTold(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			application.queue().pause("archive");
			JsonNode names = get(application, "/gobstopper/names");
			assertThat(names.get("names").toString()).contains("mail", "fail", "block");
			assertThat(names.get("categories").toString()).contains("mails", "archive");
		}
	}

	@ParameterizedTest
	@EnumSource
	void attemptsThatAreRetriedAreToldAmongTheFailures(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			String mail = application.queue().enqueue("mail", "ann@example.com");
			application.queue().completion(mail).get(20, TimeUnit.SECONDS);
			await().untilAsserted(() -> {
				JsonNode failure = get(application, "/gobstopper/activity/5m").at("/failures/0");
				assertThat(failure.at("/name").asString()).isEqualTo("mail");
				assertThat(failure.get("errorType").asString()).isEqualTo("java.lang.IllegalStateException");
				assertThat(failure.get("failed").asLong()).isZero();
				assertThat(failure.get("retried").asLong()).isEqualTo(1);
			});
			assertThat(get(application, "/gobstopper/activity/5m").at("/attention/failed").asLong()).isZero();
			fail(application, "x");
			assertThat(get(application, "/gobstopper/activity/5m").at("/attention/failed").asLong()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatFailedBeforeTheRangeNeedsNoAttention(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			fail(application, "x");
			new JdbcTemplate(application.bean(DuckDbDatabase.class).readers())
				.update("update gobstopper_task_history set completed_at = completed_at - interval 2 hour");
			for (String window : List.of("5m", "1h")) {
				JsonNode activity = get(application, "/gobstopper/activity/" + window);
				assertThat(activity.at("/attention/failed").asLong()).as(window).isZero();
				assertThat(activity.at("/queue/byStatus/failed").asLong()).isEqualTo(1);
			}
			assertThat(get(application, "/gobstopper/activity/24h").at("/attention/failed").asLong()).isEqualTo(1);
		}
	}

	private static String fail(EndpointApplication application, String argument) throws Exception {
		String id = application.queue().enqueue("fail", argument);
		assertThat(application.queue().completion(id).get(20, TimeUnit.SECONDS).status()).isEqualTo(TaskStatus.FAILED);
		return id;
	}

	private static List<String> found(EndpointApplication application, String query) {
		return ids(get(application, "/gobstopper/tasks?" + query));
	}

	private static List<String> ids(JsonNode page) {
		List<String> ids = new ArrayList<>();
		page.get("tasks").forEach((task) -> ids.add(task.get("id").asString()));
		return ids;
	}

	private static JsonNode get(EndpointApplication application, String path) {
		return new JsonMapper().readTree(application.client()
			.get()
			.uri(path)
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(String.class)
			.getResponseBody());
	}

	private static JsonNode post(EndpointApplication application, String path, String body, int status) {
		return new JsonMapper().readTree(application.client()
			.post()
			.uri("/gobstopper/" + path)
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.exchange()
			.expectStatus()
			.isEqualTo(status)
			.returnResult(String.class)
			.getResponseBody());
	}

}

package io.gobstopper.actuate;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.actuate.EndpointApplication.Web;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests whose keys are misspelt or whose values make no sense. They change nothing and
 * are told why. The property {@code fuzz.inputs} says how many are sent.
 */
@Timeout(300)
class MisspeltInputTests {

	private static final int REQUESTS = Integer.getInteger("fuzz.inputs", 1000);

	private static final int TASKS = 50;

	private static final String[] WRITABLE = { "--management.endpoints.web.exposure.include=gobstopper",
			"--management.endpoint.gobstopper.access=unrestricted", "--gobstopper.endpoint.show-values=always",
			"--gobstopper.limits.crm.total=1" };

	private static final List<String> FILTER = List.of("category", "status", "name", "text", "createdSince",
			"createdUntil", "completedSince", "completedUntil", "errorType", "node", "crashed", "handler");

	private static final List<String> PAGE = List.of("category", "status", "name", "text", "createdSince",
			"createdUntil", "completedSince", "completedUntil", "errorType", "node", "crashed", "handler", "after",
			"limit", "brief", "count");

	private static final Map<String, List<String>> WRONG = Map.of("status", List.of("gone", "SUCESS", "1"),
			"createdSince", List.of("yesterday", "12", "2026-13-01T00:00:00Z"), "completedUntil",
			List.of("tomorrow", "-1"), "handler", List.of("some", "mail"), "crashed", List.of("maybe", "yes!"), "limit",
			List.of("0", "many", "1001", "-1"), "brief", List.of("maybe", "2"), "dryRun", List.of("maybe", "tru"),
			"concurrency", List.of("0", "ten", "-1"));

	private static final String REASONS = """
			GET | tasks?limit=0 |  | 400 | 'limit' of a task query must be between 1 and 1000, but is 0
			GET | tasks?limit=many |  | 400 | 'limit' must be a whole number
			GET | tasks?status=nonsense |  | 400 | 'status' must be one of pending, started, success, failed, cancelled, retry
			GET | tasks?createdSince=yesterday |  | 400 | 'createdSince' must be a time such as 2026-01-31T12:00:00Z
			GET | tasks?after=garbage |  | 400 | 'garbage' is not the 'next' of a page of tasks; leave 'after' out for the first page
			GET | tasks?name=a&name=b |  | 400 | 'name' is given 2 times; give it once
			GET | tasks?page=2 |  | 400 | 'page' is not known here; known: category, status, name, schedule, text, createdSince, createdUntil, completedSince, completedUntil, errorType, node, crashed, handler, after, limit, brief, count
			GET | ?x=1 |  | 400 | 'x' is not known here; nothing can be given
			GET | queues |  | 404 | There are the sections tasks, names, activity, schedules and limits, and tasks/{id}/stack
			GET | activity/2h |  | 404 | There is no such window; there are 5m, 1h, 24h and 7d
			GET | tasks/00000000-0000-4000-8000-000000000000 |  | 404 | There is no task with this id; it may have been deleted since
			POST | tasks/cancel | {"text":"x","dry_run":true} | 400 | 'dry_run' is not known here; known: category, status, name, schedule, text, createdSince, createdUntil, completedSince, completedUntil, errorType, node, crashed, handler, asOf, dryRun
			POST | tasks/cancel | {"text":"x","dryRun":"maybe"} | 400 | 'dryRun' must be true or false
			POST | tasks/cancel | {} | 400 | Say which tasks: give at least one filter
			POST | tasks/cancel | {"text":"x","action":"retry"} | 400 | 'action' is said by the path, and cannot be given
			POST | tasks/cancel | {"section":"categories","text":"x"} | 400 | 'section' is said by the path, and cannot be given
			POST | tasks/00000000-0000-4000-8000-000000000000/retry | {"target":"mails"} | 400 | 'target' is said by the path, and cannot be given
			POST | check | {"operation":"snapshot"} | 400 | 'operation' is said by the path, and cannot be given
			POST | tasks/cancel?%61ction=retry | {"text":"x"} | 400 | 'action' is said by the path, and cannot be given
			GET | tasks/00000000-0000-4000-8000-000000000000?target=x |  | 400 | 'target' is said by the path, and cannot be given
			POST | tasks/discard | {"text":" "} | 400 | 'text' must not be blank
			POST | tasks/discard | {"text":"x","asOf":"soon"} | 400 | 'asOf' must be what a dry run told, or a time such as 2026-01-31T12:00:00Z
			GET | tasks?text=x&count=true |  | 400 | 'count' and 'text' cannot be given together: all that is stored would have to be read
			POST | tasks/00000000-0000-4000-8000-000000000000/restore | {} | 404 | There are the operations cancel, retry, discard, restore and repeat of tasks, pause, resume and resize of categories, trigger, pause, resume, reset, backfill and delete of schedules, and pause, resume, override and reset of limits
			POST | tasks/explode | {"text":"x"} | 404 | There are the operations cancel, retry, discard, restore and repeat of tasks, pause, resume and resize of categories, trigger, pause, resume, reset, backfill and delete of schedules, and pause, resume, override and reset of limits
			POST | categories/mails/resize | {"concurrency":0} | 400 | 'concurrency' must be between 1 and 100000, but is 0
			POST | categories/mails/pause | {"name":"other"} | 400 | 'name' is not known here; known: concurrency, note, key, perKey, total, rate, burst, timeToLive, from, to, dryRun
			POST | categories/mails/pause | {"note":"x"} | 400 | 'note' is only for the pause of a schedule
			POST | categories/mails/pause | {"concurrency":2} | 400 | 'concurrency' is only for resize
			POST | categories/mails/resize | {"concurrency":2,"from":"2026-01-01T00:00:00Z"} | 400 | 'from' is only for backfill
			POST | schedules/none/pause | {"to":"2026-01-01T00:00:00Z"} | 400 | 'to' is only for backfill
			POST | schedules/none/pause | {"dryRun":true} | 400 | 'dryRun' is only for backfill
			POST | schedules/none/backfill | {"from":"soon"} | 400 | 'from' must be a time such as 2026-01-31T12:00:00Z
			POST | schedules/none/trigger | {} | 404 | There is no schedule of this name
			GET | schedules/none |  | 404 | There is no schedule of this name
			POST | limits/crm/pause | {"key":" "} | 400 | The key of a limit must not be empty
			POST | limits/crm/pause | {"total":2} | 400 | 'total' is only for override
			POST | limits/crm/reset | {"key":"a"} | 400 | 'key' is only for the pause of a limit
			POST | limits/crm/override | {"total":2} | 400 | 'timeToLive' is missing; say for how long, such as 2h
			POST | limits/crm/override | {"total":2,"timeToLive":"soon"} | 400 | 'timeToLive' must be a time such as 30m, 2h or 1d
			POST | limits/crm/override | {"total":2,"timeToLive":3600} | 400 | 'timeToLive' must be a time such as 30m, 2h or 1d
			POST | limits/crm/override | {"total":2,"timeToLive":"-2h"} | 400 | 'timeToLive' must be longer than 0 and at most 366 days, but is PT-2H
			POST | limits/crm/override | {"total":"two","timeToLive":"2h"} | 400 | 'total' must be a whole number
			POST | limits/crm/override | {"perKey":0,"timeToLive":"2h"} | 400 | 'perKey' must be at least 1, but is 0
			POST | limits/crm/override | {"rate":"fast","timeToLive":"2h"} | 400 | 'fast' is no rate; one is a number of tasks and a time, such as 60/1m
			POST | limits/crm/override | {"burst":2,"timeToLive":"2h"} | 400 | 'burst' does nothing, as limit 'crm' has no rate; give 'rate', too
			POST | limits/crm/override | {"timeToLive":"2h"} | 400 | 'perKey', 'total', 'rate' or 'burst' must be given
			POST | limits/none/override | {"total":2,"timeToLive":"2h"} | 404 | There is no limit of this name
			POST | tasks/00000000-0000-4000-8000-000000000000/retry | {"rate":"1/s"} | 400 | 'rate' is only for override
			GET | schedules?name=x |  | 400 | 'name' is only for tasks
			POST | categories/none/pause | {} | 404 | There is no such category, or no such operation; there are pause, resume and resize
			""";

	private final long seed = Long.getLong("fuzz.seed", System.nanoTime());

	private final Random random = new Random(this.seed);

	private final HttpClient client = HttpClient.newHttpClient();

	private String base = "";

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MVC_ON_ANOTHER_PORT")
	void nothingIsChangedAndEachIsToldWhy(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, WRITABLE)) {
			this.base = application.url() + "/gobstopper";
			application.queue().pause("mails");
			String id = "";
			for (int i = 0; i < TASKS; i++) {
				id = application.queue().enqueue(TaskRequest.of("mail").args("x" + i)).id();
			}
			for (int i = 0; i < REQUESTS; i++) {
				HttpRequest request = request(id);
				HttpResponse<String> response = this.client.send(request, HttpResponse.BodyHandlers.ofString());
				assertRefused(request, response);
			}
			assertThat(application.queue().stats().byStatus()).containsEntry(TaskStatus.PENDING, (long) TASKS);
			assertThat(application.queue().stats().total()).isEqualTo(TASKS);
		}
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MVC_ON_ANOTHER_PORT")
	void reasonIsSaid(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, WRITABLE)) {
			this.base = application.url() + "/gobstopper";
			for (String line : REASONS.lines().toList()) {
				String[] row = line.split("\\|", 5);
				String path = row[1].strip();
				String uri = this.base + (path.startsWith("?") ? path : "/" + path);
				HttpRequest request = row[0].strip().equals("GET") ? HttpRequest.newBuilder(URI.create(uri)).build()
						: post(uri, row[2].strip());
				HttpResponse<String> response = this.client.send(request, HttpResponse.BodyHandlers.ofString());
				assertThat(response.statusCode()).as(line).isEqualTo(Integer.parseInt(row[3].strip()));
				JsonNode problem = new JsonMapper().readTree(response.body());
				assertThat(problem.get("detail").asString()).as(line).isEqualTo(row[4].strip());
				assertThat(problem.get("status").asInt()).as(line).isEqualTo(response.statusCode());
			}
		}
	}

	private void assertRefused(HttpRequest request, HttpResponse<String> response) {
		assertThat(response.statusCode()).as("seed %d, %s: %s", this.seed, request, response.body()).isEqualTo(400);
		assertThat(response.headers().firstValue("Content-Type").orElse("")).as("seed %d, %s", this.seed, request)
			.contains("application/problem+json");
		assertThat(new JsonMapper().readTree(response.body()).get("detail").asString())
			.as("seed %d, %s", this.seed, request)
			.isNotBlank();
	}

	private HttpRequest request(String id) {
		boolean misspelt = this.random.nextBoolean();
		return switch (this.random.nextInt(8)) {
			case 0 -> get("/tasks/" + id + "?" + misspelt(List.of("known")) + "=1");
			case 1 -> get("/activity/5m?" + misspelt(List.of("known")) + "=1");
			case 2 -> post(this.base + "/tasks/" + id + "/cancel", "{\"%s\":true}".formatted(misspelt(FILTER)));
			case 3 -> post(this.base + "/categories/mails/" + any(List.of("pause", "resume")),
					"{\"%s\":1}".formatted(misspelt(List.of("concurrency"))));
			case 4 -> post(this.base + "/categories/mails/resize",
					misspelt ? "{\"concurrency\":2,\"%s\":1}".formatted(misspelt(List.of("concurrency")))
							: "{\"concurrency\":\"%s\"}".formatted(wrong("concurrency")));
			case 5, 6 -> post(this.base + "/tasks/" + any(List.of("cancel", "retry", "discard")),
					misspelt ? "{\"name\":\"mail\",\"%s\":true}".formatted(misspelt(List.of("dryRun", "category")))
							: wrongFilter());
			default -> get(misspelt ? "/tasks?%s=x".formatted(misspelt(PAGE)) : wrongPage());
		};
	}

	private String wrongFilter() {
		String key = any(List.of("status", "createdSince", "completedUntil", "handler", "crashed", "dryRun"));
		return "{\"name\":\"mail\",\"%s\":\"%s\"}".formatted(key, wrong(key));
	}

	private String wrongPage() {
		String key = any(List.of("status", "createdSince", "completedUntil", "handler", "crashed", "limit", "brief"));
		return "/tasks?%s=%s".formatted(key, wrong(key));
	}

	// Returns a key that is like one of these, but none of any operation.
	private String misspelt(List<String> keys) {
		String key = any(keys);
		int at = this.random.nextInt(key.length());
		String misspelt = switch (this.random.nextInt(5)) {
			case 0 -> key.toUpperCase(Locale.ROOT);
			case 1 -> key + "s";
			case 2 -> key.substring(0, at) + "_" + key.substring(at);
			case 3 -> key.substring(0, at) + "x" + key.substring(at + 1);
			default -> key + key.charAt(at);
		};
		return PAGE.contains(misspelt) ? misspelt(keys) : misspelt;
	}

	private String wrong(String key) {
		return any(WRONG.getOrDefault(key, List.of()));
	}

	private <T> T any(List<T> values) {
		return values.get(this.random.nextInt(values.size()));
	}

	private HttpRequest get(String path) {
		return HttpRequest.newBuilder(URI.create(this.base + path)).build();
	}

	private static HttpRequest post(String uri, String body) {
		return HttpRequest.newBuilder(URI.create(uri))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
	}

}

package io.gobstopper.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.actuate.EndpointApplication.Handlers;
import io.gobstopper.actuate.EndpointApplication.Web;
import io.gobstopper.schedule.TaskSchedule;
import io.gobstopper.schedule.TaskSchedules;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether {@code docs/openapi.yaml} tells what the endpoint takes and answers.
 */
@Timeout(120)
class OpenApiTests {

	private static final String[] OPERATED = { "--management.endpoints.web.exposure.include=gobstopper",
			"--management.endpoint.gobstopper.access=unrestricted", "--gobstopper.endpoint.show-values=always",
			"--gobstopper.limits.crm.per-key=1", "--gobstopper.limits.crm.rate=60/1m" };

	private static final JsonMapper MAPPER = new JsonMapper();

	private final JsonNode document = document();

	private final List<String> told = new ArrayList<>();

	@ParameterizedTest
	@EnumSource
	void documentTellsWhatTheEndpointAnswers(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			String failed = application.queue().enqueue("fail", "x");
			String mail = application.queue().enqueue(TaskRequest.of("mail").kwarg("to", "ann@example.com")).id();
			application.queue().completion(failed).get(20, TimeUnit.SECONDS);
			application.queue().completion(mail).get(20, TimeUnit.SECONDS);
			String running = application.queue().enqueue("block");
			application.bean(Handlers.class).blocking.acquire();
			application.queue().pause("mails");
			String waiting = application.queue().enqueue("mail", "x");
			get(application, "/gobstopper", "/gobstopper", 200);
			get(application, "/gobstopper/activity/{window}", "/gobstopper/activity/5m", 200);
			get(application, "/gobstopper/activity/{window}", "/gobstopper/activity/1y", 404);
			get(application, "/gobstopper/names", "/gobstopper/names", 200);
			get(application, "/gobstopper/tasks", "/gobstopper/tasks?count=true&limit=2", 200);
			get(application, "/gobstopper/tasks", "/gobstopper/tasks?brief=true", 200);
			get(application, "/gobstopper/tasks", "/gobstopper/tasks?limit=0", 400);
			for (String id : List.of(failed, mail, running, waiting)) {
				get(application, "/gobstopper/tasks/{id}", "/gobstopper/tasks/" + id, 200);
			}
			get(application, "/gobstopper/tasks/{id}", "/gobstopper/tasks/none", 404);
			get(application, "/gobstopper/tasks/{id}/stack", "/gobstopper/tasks/%s/stack".formatted(running), 200);
			get(application, "/gobstopper/tasks/{id}/stack", "/gobstopper/tasks/%s/stack".formatted(failed), 404);
			post(application, "/gobstopper/tasks/{action}", "/gobstopper/tasks/discard",
					"{\"status\":\"failed,cancelled\",\"dryRun\":true}", 200);
			post(application, "/gobstopper/tasks/{action}", "/gobstopper/tasks/retry", "{\"name\":\"none\"}", 200);
			post(application, "/gobstopper/tasks/{action}", "/gobstopper/tasks/retry", "{}", 400);
			post(application, "/gobstopper/tasks/{id}/{action}", "/gobstopper/tasks/%s/retry".formatted(failed), "{}",
					200);
			post(application, "/gobstopper/tasks/{id}/{action}", "/gobstopper/tasks/%s/discard".formatted(mail), "{}",
					409);
			post(application, "/gobstopper/tasks/{id}/{action}", "/gobstopper/tasks/%s/repeat".formatted(mail), "{}",
					200);
			post(application, "/gobstopper/categories/{category}/{action}", "/gobstopper/categories/mails/resize",
					"{\"concurrency\":3}", 200);
			post(application, "/gobstopper/categories/{category}/{action}", "/gobstopper/categories/none/pause", "{}",
					404);
			checkSchedules(application);
			post(application, "/gobstopper/{operation}", "/gobstopper/check", "{}", 200);
			post(application, "/gobstopper/{operation}", "/gobstopper/snapshot", "{}", 404);
			application.bean(Handlers.class).release.release();
			assertThat(this.told).containsAll(this.document.get("paths").propertyNames());
		}
	}

	private void checkSchedules(EndpointApplication application) {
		application.bean(TaskSchedules.class)
			.create(TaskSchedule.cron("report", "0 0 * * * *", ZoneOffset.UTC, TaskRequest.of("mail").args("x")));
		application.bean(TaskSchedules.class).trigger("report");
		String path = "/gobstopper/schedules/{name}/{action}";
		post(application, path, "/gobstopper/schedules/report/pause", "{\"note\":\"why\"}", 200);
		post(application, path, "/gobstopper/schedules/report/trigger", "{}", 200);
		post(application, path, "/gobstopper/schedules/report/backfill",
				"{\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-01T05:00:00Z\"}", 200);
		post(application, path, "/gobstopper/schedules/report/backfill",
				"{\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-01T05:00:00Z\",\"dryRun\":true}", 200);
		post(application, path, "/gobstopper/schedules/report/backfill", "{\"from\":\"2026-01-01T00:00:00Z\"}", 400);
		post(application, path, "/gobstopper/schedules/none/pause", "{}", 404);
		get(application, "/gobstopper/schedules", "/gobstopper/schedules", 200);
		get(application, "/gobstopper/limits", "/gobstopper/limits", 200);
		String change = "/gobstopper/limits/{name}/{action}";
		post(application, change, "/gobstopper/limits/crm/pause", "{\"key\":\"a\"}", 200);
		post(application, change, "/gobstopper/limits/crm/pause", "{\"key\":\" \"}", 400);
		application.bean(TaskQueueService.class).enqueue(TaskRequest.of("mail").args("x").limit("crm", "a"));
		get(application, "/gobstopper/limits/{name}", "/gobstopper/limits/crm", 200);
		get(application, "/gobstopper/limits/{name}", "/gobstopper/limits/none", 404);
		post(application, change, "/gobstopper/limits/none/pause", "{}", 404);
		post(application, change, "/gobstopper/limits/crm/override",
				"{\"perKey\":2,\"rate\":\"9/1m\",\"burst\":2,\"timeToLive\":\"2h\"}", 200);
		get(application, "/gobstopper/limits", "/gobstopper/limits", 200);
		post(application, change, "/gobstopper/limits/crm/override", "{\"perKey\":2}", 400);
		post(application, change, "/gobstopper/limits/crm/reset", "{}", 200);
		get(application, "/gobstopper/schedules/{name}", "/gobstopper/schedules/report", 200);
		get(application, "/gobstopper/schedules/{name}", "/gobstopper/schedules/none", 404);
	}

	@ParameterizedTest
	@EnumSource
	void documentTellsAllParametersAndKeys(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			List<String> parameters = new ArrayList<>();
			this.document.at("/paths/~1gobstopper~1tasks/get/parameters")
				.forEach((parameter) -> parameters.add(parameter.get("name").asString()));
			assertThat(known(call(application, null, "/gobstopper/tasks?x=1")))
				.isEqualTo(String.join(", ", parameters));
			for (Map.Entry<String, String> path : Map
				.of("/gobstopper/tasks/{action}", "/gobstopper/tasks/cancel",
						"/gobstopper/categories/{category}/{action}", "/gobstopper/categories/mails/pause",
						"/gobstopper/tasks/{id}/{action}", "/gobstopper/tasks/1/cancel",
						"/gobstopper/schedules/{name}/{action}", "/gobstopper/schedules/x/pause",
						"/gobstopper/limits/{name}/{action}", "/gobstopper/limits/x/pause")
				.entrySet()) {
				JsonNode keys = this.document.get("paths")
					.get(path.getKey())
					.at("/post/requestBody/content/application~1json/schema/properties");
				assertThat(known(call(application, "{\"x\":1}", path.getValue())))
					.isEqualTo(String.join(", ", keys.propertyNames()));
			}
		}
	}

	private static String known(EntityExchangeResult<String> refused) {
		assertThat(refused.getStatus().value()).isEqualTo(400);
		String detail = MAPPER.readTree(refused.getResponseBody()).get("detail").asString();
		return detail.substring(detail.indexOf("known: ") + "known: ".length());
	}

	private void get(EndpointApplication application, String path, String address, int status) {
		check(path, "get", call(application, null, address), status);
	}

	private void post(EndpointApplication application, String path, String address, String body, int status) {
		check(path, "post", call(application, body, address), status);
	}

	private void check(String path, String method, EntityExchangeResult<String> answer, int status) {
		assertThat(answer.getStatus().value()).as(path).isEqualTo(status);
		JsonNode told = this.document.get("paths").get(path).get(method).get("responses").get(String.valueOf(status));
		assertThat(told).as("%s of %s", status, path).isNotNull();
		JsonNode content = resolve(told).get("content");
		String type = content.propertyNames().iterator().next();
		assertThat(String.valueOf(answer.getResponseHeaders().getContentType()))
			.startsWith(type.equals("application/json") ? "application/vnd.spring-boot.actuator" : type);
		List<String> wrong = new ArrayList<>();
		validate(MAPPER.readTree(answer.getResponseBody()), content.get(type).get("schema"), path, wrong);
		assertThat(wrong).isEmpty();
		this.told.add(path);
	}

	private void validate(JsonNode value, JsonNode of, String place, List<String> wrong) {
		JsonNode schema = resolve(of);
		if (schema.has("oneOf")) {
			List<String> all = new ArrayList<>();
			for (JsonNode one : schema.get("oneOf")) {
				List<String> here = new ArrayList<>();
				validate(value, one, place, here);
				if (here.isEmpty()) {
					return;
				}
				all.addAll(here);
			}
			wrong.addAll(all);
			return;
		}
		if (schema.has("type") && !fits(value, schema.get("type"))) {
			wrong.add("%s is %s, not %s".formatted(place, value, schema.get("type")));
			return;
		}
		if (schema.has("enum") && !schema.get("enum").valueStream().toList().contains(value)) {
			wrong.add("%s is %s".formatted(place, value));
		}
		if (value.isArray() && schema.has("items")) {
			value.forEach((item) -> validate(item, schema.get("items"), place + "[]", wrong));
		}
		if (value.isObject()) {
			validateProperties(value, schema, place, wrong);
		}
	}

	private void validateProperties(JsonNode value, JsonNode schema, String place, List<String> wrong) {
		schema.path("required").forEach((name) -> {
			if (!value.has(name.asString())) {
				wrong.add("%s has no %s".formatted(place, name));
			}
		});
		for (String name : new TreeSet<>(value.propertyNames())) {
			JsonNode property = schema.path("properties").path(name);
			JsonNode of = property.isMissingNode() ? schema.path("additionalProperties") : property;
			if (of.isObject()) {
				validate(value.get(name), of, place + "." + name, wrong);
			}
			else {
				wrong.add("%s.%s is not told".formatted(place, name));
			}
		}
	}

	private static boolean fits(JsonNode value, JsonNode type) {
		if (type.isArray()) {
			return type.valueStream().anyMatch((one) -> fits(value, one));
		}
		return switch (type.asString()) {
			case "string" -> value.isString();
			case "integer" -> value.isIntegralNumber();
			case "number" -> value.isNumber();
			case "boolean" -> value.isBoolean();
			case "array" -> value.isArray();
			case "object" -> value.isObject();
			default -> value.isNull();
		};
	}

	private JsonNode resolve(JsonNode schema) {
		JsonNode reference = schema.get("$ref");
		return (reference != null) ? this.document.at(reference.asString().substring(1)) : schema;
	}

	private static EntityExchangeResult<String> call(EndpointApplication application, @Nullable String body,
			String path) {
		return (body != null)
				? application.client()
					.post()
					.uri(path)
					.contentType(MediaType.APPLICATION_JSON)
					.body(body)
					.exchange()
					.returnResult(String.class)
				: application.client().get().uri(path).exchange().returnResult(String.class);
	}

	private static JsonNode document() {
		try {
			return MAPPER.valueToTree(new Yaml().<Object>load(Files.readString(Path.of("..", "docs", "openapi.yaml"))));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

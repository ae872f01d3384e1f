package io.gobstopper.actuate;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskRequest;
import io.gobstopper.actuate.EndpointApplication.Handlers;
import io.gobstopper.actuate.EndpointApplication.Web;
import io.gobstopper.schedule.TaskSchedule;
import io.gobstopper.schedule.TaskSchedules;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What operators see of schedules and do to them.
 */
@Timeout(120)
class ScheduleOperationsTests {

	private static final String EXPOSED = "--management.endpoints.web.exposure.include=gobstopper";

	private static final String[] OPERATED = { EXPOSED, "--management.endpoint.gobstopper.access=unrestricted" };

	private static final String HOSTILE = "<script>alert(1)";

	@ParameterizedTest
	@EnumSource
	void scheduleIsPausedTriggeredAndBackfilled(Web web) throws Exception {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			create(application, "report");
			JsonNode paused = post(application, "report/pause", "{\"note\":\"moving house\"}", 200);
			assertThat(paused.get("changed").asBoolean()).isTrue();
			JsonNode shown = get(application, "/gobstopper/schedules").at("/schedules/0");
			assertThat(shown.get("name").asString()).isEqualTo("report");
			assertThat(shown.get("paused").asBoolean()).isTrue();
			assertThat(shown.get("note").asString()).isEqualTo("moving house");
			assertThat(shown.get("every").asString()).isEqualTo("PT1H");
			String id = post(application, "report/trigger", "{}", 200).get("taskId").asString();
			application.queue().completion(id).get(20, TimeUnit.SECONDS);
			JsonNode life = get(application, "/gobstopper/schedules/report");
			assertThat(life.get("next")).hasSize(5);
			assertThat(life.at("/runs/0/id").asString()).isEqualTo(id);
			assertThat(life.at("/runs/0/status").asString()).isEqualTo("success");
			assertThat(life.get("changesAllowed").asBoolean()).isTrue();
			assertThat(get(application, "/gobstopper/tasks?schedule=report").at("/tasks/0/id").asString())
				.isEqualTo(id);
			assertThat(get(application, "/gobstopper/tasks?schedule=other").get("tasks")).isEmpty();
			assertThat(post(application, "report/resume", "{}", 200).get("changed").asBoolean()).isTrue();
			assertThat(post(application, "report/resume", "{}", 200).get("changed").asBoolean()).isFalse();
			assertThat(post(application, "report/delete", "{}", 200).get("changed").asBoolean()).isTrue();
			post(application, "report/trigger", "{}", 404);
			List<AuditEvent> audited = application.bean(Handlers.class).audited;
			assertThat(audited).extracting(AuditEvent::getType)
				.containsExactly("GOBSTOPPER_PAUSE", "GOBSTOPPER_TRIGGER", "GOBSTOPPER_RESUME", "GOBSTOPPER_RESUME",
						"GOBSTOPPER_DELETE");
			assertThat(audited.get(0).getData()).containsEntry("schedule", "report")
				.containsEntry("note", "moving house");
		}
	}

	@ParameterizedTest
	@EnumSource
	void dryRunOfABackfillOnlyCounts(Web web) {
		try (EndpointApplication application = EndpointApplication.open(web, OPERATED)) {
			application.bean(TaskSchedules.class)
				.create(TaskSchedule.cron("daily", "@daily", ZoneOffset.UTC, TaskRequest.of("mail").args("x")));
			String range = "{\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-06T00:00:00Z\"%s}";
			JsonNode counted = post(application, "daily/backfill", range.formatted(",\"dryRun\":true"), 200);
			assertThat(counted.get("matching").asInt()).isEqualTo(5);
			assertThat(counted.get("enqueued").asInt()).isZero();
			assertThat(application.queue().stats().total()).isZero();
			assertThat(application.bean(Handlers.class).audited).isEmpty();
			JsonNode done = post(application, "daily/backfill", range.formatted(""), 200);
			assertThat(done.get("enqueued").asInt()).isEqualTo(5);
			counted = post(application, "daily/backfill", range.formatted(",\"dryRun\":true"), 200);
			assertThat(counted.get("matching").asInt()).isZero();
			post(application, "daily/pause", "{\"dryRun\":true}", 400);
		}
	}

	@Test
	void whoMayOnlyReadChangesNothing() {
		try (EndpointApplication application = EndpointApplication.open(Web.MVC, EXPOSED)) {
			create(application, HOSTILE);
			JsonNode shown = get(application, "/gobstopper/schedules");
			assertThat(shown.get("changesAllowed").asBoolean()).isFalse();
			assertThat(shown.at("/schedules/0/name").asString()).isEqualTo(HOSTILE);
			application.client()
				.post()
				.uri("/gobstopper/schedules/{name}/trigger", HOSTILE)
				.contentType(MediaType.APPLICATION_JSON)
				.body("{}")
				.exchange()
				.expectStatus()
				.value((status) -> assertThat(status).isGreaterThanOrEqualTo(400));
			assertThat(application.queue().stats().total()).isZero();
		}
	}

	private static void create(EndpointApplication application, String name) {
		application.bean(TaskSchedules.class)
			.create(TaskSchedule.every(name, Duration.ofHours(1), TaskRequest.of("mail").args("x")));
	}

	private static JsonNode get(EndpointApplication application, String uri) {
		return new JsonMapper().readTree(application.client()
			.get()
			.uri(uri)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody());
	}

	private static JsonNode post(EndpointApplication application, String path, String body, int status) {
		return new JsonMapper().readTree(application.client()
			.post()
			.uri("/gobstopper/schedules/" + path)
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.exchange()
			.expectStatus()
			.isEqualTo(status)
			.expectBody(String.class)
			.returnResult()
			.getResponseBody());
	}

}

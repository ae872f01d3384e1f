package io.gobstopper.sample;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import javax.imageio.ImageIO;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.test.AutoConfigureGobstopper;
import io.gobstopper.test.AutoConfigureGobstopper.Mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "sample.mail-retry-delay=50ms")
@AutoConfigureGobstopper(mode = Mode.WORKER)
class SampleApplicationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";

	@TempDir
	private static Path folder;

	@LocalServerPort
	private int port;

	@Autowired
	private JsonMapper jsonMapper;

	private RestTestClient client;

	@DynamicPropertySource
	static void useFolderOfTest(DynamicPropertyRegistry registry) {
		registry.add("sample.data-folder", () -> folder.resolve("data").toString());
	}

	@BeforeEach
	void connect() {
		this.client = RestTestClient.bindToServer().baseUrl("http://localhost:" + this.port).build();
	}

	@Test
	void reportsEachDay() {
		JsonNode schedule = this.client.get()
			.uri("/actuator/gobstopper/schedules/daily_report")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(JsonNode.class)
			.returnResult()
			.getResponseBody();
		assertThat(schedule.at("/schedule/cron").asString()).isEqualTo("0 0 6 * * *");
		assertThat(schedule.at("/next/0").asString()).endsWith("T06:00:00Z");
		this.client.post()
			.uri("/actuator/gobstopper/schedules/daily_report/trigger")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{}")
			.exchange()
			.expectStatus()
			.isOk();
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.client.get()
				.uri("/actuator/gobstopper/tasks?schedule=daily_report&status=success")
				.exchange()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody()
				.at("/tasks/0/result/failed")
				.isIntegralNumber()).isTrue());
	}

	@Test
	void importsCsv() {
		JsonNode task = completed(upload("/api/imports", new FileSystemResource("samples/weather.csv")));
		assertThat(task.get("status").asString()).isEqualTo("success");
		assertThat(task.get("name").asString()).isEqualTo("import_csv");
		assertThat(task.get("category").asString()).isEqualTo("imports");
		assertThat(task.get("progress").asDouble()).isEqualTo(100);
		JsonNode result = task.get("result");
		assertThat(result.get("rows").asInt()).isEqualTo(3655);
		JsonNode station = result.get("columns").get(0);
		assertThat(station.get("name").asString()).isEqualTo("station");
		assertThat(station.get("nonEmpty").asInt()).isEqualTo(3655);
		assertThat(station.get("longestText").asInt()).isEqualTo("Reykjavík".length());
		assertThat(station.get("numbers").isNull()).isTrue();
		JsonNode temperatures = result.get("columns").get(4).get("numbers");
		assertThat(temperatures.get("count").asInt()).isEqualTo(3655);
		assertThat(temperatures.get("mean").asDouble()).isBetween(9.0, 11.0);
		assertUploadDeleted(task);
	}

	@Test
	void failsImportOfMalformedCsvAndKeepsUpload() throws IOException {
		JsonNode task = completed(upload("/api/imports", named("broken.csv", "a,b\n\"1,2\n")));
		assertThat(task.get("status").asString()).isEqualTo("failed");
		assertThat(task.get("error").asString()).startsWith("The CSV is malformed");
		assertThat(uploadOf(task)).hasContent("a,b\n\"1,2\n");
	}

	@Test
	void makesThumbnail() throws IOException {
		String id = upload("/api/thumbnails", new FileSystemResource("samples/photo.jpg"));
		JsonNode task = completed(id);
		assertThat(task.get("status").asString()).isEqualTo("success");
		byte[] jpeg = this.client.get()
			.uri("/api/thumbnails/{id}", id)
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentType(MediaType.IMAGE_JPEG)
			.returnResult(byte[].class)
			.getResponseBody();
		assertThat(jpeg).hasSize(task.get("result").get("bytes").asInt());
		BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
		assertThat(image.getWidth()).isEqualTo(256).isEqualTo(task.get("result").get("width").asInt());
		assertThat(image.getHeight()).isEqualTo(171).isEqualTo(task.get("result").get("height").asInt());
		assertUploadDeleted(task);
	}

	@Test
	void failsThumbnailOfWhatIsNoImage() {
		String id = upload("/api/thumbnails", named("photo.jpg", "no image"));
		JsonNode task = completed(id);
		assertThat(task.get("status").asString()).isEqualTo("failed");
		assertThat(task.get("error").asString()).contains("not an image");
		this.client.get().uri("/api/thumbnails/{id}", id).exchange().expectStatus().isNotFound();
	}

	@Test
	void writesMailToOutbox() throws Exception {
		String id = email("zoe@example.org", "Zoë Müller");
		JsonNode task = completed(id);
		assertThat(task.get("status").asString()).isEqualTo("success");
		assertThat(task.get("retryCount").asInt()).isZero();
		MimeMessage message = mail(id);
		assertThat(message.getAllRecipients()).extracting(Object::toString)
			.containsExactly("=?UTF-8?Q?Zo=C3=AB_M=C3=BCller?= <zoe@example.org>");
		assertThat(message.getSubject()).isEqualTo("Welcome, Zoë Müller!");
		assertThat(message.getFrom()).extracting(Object::toString).containsExactly("welcome@gobstopper.example");
		assertThat(message.getMessageID()).isEqualTo("<%s@gobstopper.example>".formatted(id));
		assertThat(message.getContentType()).isEqualToIgnoringCase("text/plain; charset=UTF-8");
		assertThat(message.getContent()).asString().startsWith("Hello Zoë Müller,");
	}

	@Test
	void triesMailToFlakyServerAgain() throws Exception {
		String id = email("ada@flaky.example", "Ada");
		JsonNode task = completed(id);
		assertThat(task.get("status").asString()).isEqualTo("success");
		assertThat(task.get("retryCount").asInt()).isEqualTo(2);
		assertThat(task.get("attempt").asInt()).isEqualTo(3);
		assertThat(mail(id).getSubject()).isEqualTo("Welcome, Ada!");
	}

	@Test
	void refusesInvalidMail() {
		assertRefused("/api/emails", MediaType.APPLICATION_JSON, Map.of("to", "nobody", "name", "Ada"),
				"'to' must be one e-mail address, such as ada@example.org");
		assertRefused("/api/emails", MediaType.APPLICATION_JSON, Map.of("to", "ada@example.org", "name", "A\r\nBcc: b"),
				"'name' must not contain control characters");
		assertRefused("/api/emails", MediaType.APPLICATION_JSON, Map.of("name", "Ada"), "'to' must not be empty");
		assertRefused("/api/emails", MediaType.APPLICATION_JSON, "{", "The body is not the JSON object expected here");
	}

	@Test
	void refusesEmptyAndMissingFile() throws IOException {
		assertRefused("/api/imports", MediaType.MULTIPART_FORM_DATA, part("file", named("empty.csv", "")),
				"The file is empty");
		assertRefused("/api/thumbnails", MediaType.MULTIPART_FORM_DATA, part("image", named("a.jpg", "a")),
				"Required part 'file' is not present.");
	}

	@Test
	void doesNotKnowUnknownTasks() {
		for (String id : List.of(UNKNOWN, "1")) {
			this.client.get().uri("/api/tasks/{id}", id).exchange().expectStatus().isNotFound();
			this.client.get().uri("/api/thumbnails/{id}", id).exchange().expectStatus().isNotFound();
		}
	}

	@Test
	void doesNotServeThumbnailOfOtherTask() {
		String id = email("ada@example.org", "Ada");
		completed(id);
		this.client.get().uri("/api/thumbnails/{id}", id).exchange().expectStatus().isNotFound();
	}

	@Test
	void servesStartPageAndActuator() {
		assertThat(text("/")).contains("<h1>Gobstopper sample</h1>");
		assertThat(text("/actuator/health")).contains("\"UP\"");
		assertThat(text("/actuator/metrics")).contains("gobstopper.queue.depth");
		assertThat(text("/actuator/prometheus")).contains("gobstopper_queue_depth");
		assertThat(text("/actuator/gobstopper")).contains("\"byStatus\"");
	}

	@Test
	void commandsOfTheDocumentationEnqueueTasksThatSucceed() throws IOException {
		assertThat(CurlCommand.documented()).hasSizeGreaterThanOrEqualTo(3).allSatisfy((command) -> {
			AcceptedTask task = this.client.method(command.method())
				.uri(command.path())
				.headers((headers) -> headers.addAll(command.headers()))
				.body(command.body())
				.exchange()
				.expectStatus()
				.isAccepted()
				.expectHeader()
				.exists(HttpHeaders.LOCATION)
				.returnResult(AcceptedTask.class)
				.getResponseBody();
			assertThat(task).isNotNull();
			assertThat(completed(task.id()).get("status").asString()).isEqualTo("success");
		});
	}

	private String upload(String uri, Resource file) {
		return accepted(uri, MediaType.MULTIPART_FORM_DATA, part("file", file));
	}

	private String email(String to, String name) {
		return accepted("/api/emails", MediaType.APPLICATION_JSON, Map.of("to", to, "name", name));
	}

	private String accepted(String uri, MediaType contentType, Object body) {
		var result = this.client.post()
			.uri(uri)
			.contentType(contentType)
			.body(body)
			.exchange()
			.expectStatus()
			.isEqualTo(HttpStatus.ACCEPTED)
			.returnResult(AcceptedTask.class);
		AcceptedTask task = result.getResponseBody();
		assertThat(task).isNotNull();
		assertThat(result.getResponseHeaders().getLocation()).isEqualTo(URI.create("/api/tasks/" + task.id()));
		return task.id();
	}

	private void assertRefused(String uri, MediaType contentType, Object body, String detail) {
		this.client.post()
			.uri(uri)
			.contentType(contentType)
			.body(body)
			.exchange()
			.expectStatus()
			.isBadRequest()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo(detail);
	}

	private JsonNode completed(String id) {
		return await().atMost(PATIENCE)
			.until(() -> this.jsonMapper.readTree(text("/api/tasks/" + id)),
					(task) -> !task.get("completedAt").isNull());
	}

	private String text(String uri) {
		return this.client.get().uri(uri).exchange().expectStatus().isOk().returnResult(String.class).getResponseBody();
	}

	private void assertUploadDeleted(JsonNode task) {
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(uploadOf(task)).doesNotExist());
	}

	private static Path uploadOf(JsonNode task) {
		return folder.resolve("data/uploads").resolve(task.get("args").get(0).asString());
	}

	private static MimeMessage mail(String id) throws Exception {
		Path file = folder.resolve("data/outbox").resolve(id + ".eml");
		return new MimeMessage(Session.getInstance(new Properties()),
				new ByteArrayInputStream(Files.readAllBytes(file)));
	}

	private static MultiValueMap<String, Object> part(String name, Resource file) {
		MultiValueMap<String, Object> parts = new LinkedMultiValueMap<>();
		parts.add(name, file);
		return parts;
	}

	private static Resource named(String name, String content) {
		return new ByteArrayResource(content.getBytes(StandardCharsets.UTF_8)) {

			@Override
			public String getFilename() {
				return name;
			}

		};
	}

}

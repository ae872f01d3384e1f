package io.gobstopper.sample;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.GobstopperDataSource;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.test.AutoConfigureGobstopper;
import io.gobstopper.test.AutoConfigureGobstopper.Mode;
import io.gobstopper.test.AutoConfigureGobstopper.Store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What the sample shows of itself under Actuator, and what dashboards and alerts read.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "sample.mail-retry-delay=50ms")
@AutoConfigureGobstopper(mode = Mode.WORKER, store = Store.CONFIGURED)
class ObservabilityTests {

	private static final Path DOCS = Path.of("../docs");

	@TempDir
	private static Path folder;

	@LocalServerPort
	private int port;

	@Autowired
	private JsonMapper jsonMapper;

	@Autowired
	private TaskQueueService queue;

	@Autowired
	@GobstopperDataSource
	private DataSource tasks;

	private RestTestClient client;

	@DynamicPropertySource
	static void useFolderOfTest(DynamicPropertyRegistry registry) {
		registry.add("sample.data-folder", () -> folder.resolve("data").toString());
	}

	@BeforeEach
	void work() throws Exception {
		this.client = RestTestClient.bindToServer()
			.baseUrl("http://localhost:%d/actuator".formatted(this.port))
			.build();
		this.queue.pause("imports");
		List<String> ids = new ArrayList<>();
		ids.add(this.queue.enqueue("send_email", new Recipient("ann@flaky.example", "Ann")));
		ids.add(this.queue.enqueue("send_email", new Recipient("bob@example.com", "Bob")));
		ids.add(this.queue.enqueue("make_thumbnail", "missing.jpg"));
		this.queue.enqueue("import_csv", "waiting.csv");
		this.queue.enqueue(TaskRequest.of("import_csv").args("scheduled.csv").delay(Duration.ofHours(1)));
		for (String id : ids) {
			await().until(() -> this.queue.findTask(id).orElseThrow().isCompleted());
		}
	}

	@Test
	void metersTellWhatTheDatabaseTells() {
		await().untilAsserted(() -> {
			assertThat(metric("gobstopper.queue.depth?tag=category:imports&tag=status:due"))
				.isEqualTo(count("category = 'imports' and status = 'pending' and due_at <= now() at time zone 'UTC'"))
				.isPositive();
			assertThat(metric("gobstopper.queue.depth?tag=category:imports&tag=status:scheduled"))
				.isEqualTo(count("category = 'imports' and status = 'pending' and due_at > now() at time zone 'UTC'"))
				.isPositive();
		});
		assertThat(metric("gobstopper.task.enqueued?tag=task:send_email")).isEqualTo(count("name = 'send_email'"));
		assertThat(metric("gobstopper.task.execution?tag=outcome:success")).isEqualTo(count("status = 'success'"));
		assertThat(metric("gobstopper.task.execution?tag=outcome:retry"))
			.isEqualTo(sql("select count(*) from gobstopper_task_attempt where outcome = 'failed'"));
		assertThat(metric("gobstopper.worker.paused?tag=category:imports")).isEqualTo(1);
		assertThat(metric("gobstopper.store.file.size")).isPositive();
	}

	@Test
	void endpointTellsWhatTheDatabaseTells() {
		JsonNode overview = get("/gobstopper");
		assertThat(overview.get("total").asLong()).isEqualTo(count("true"));
		assertThat(overview.at("/byCategory/emails/success").asLong())
			.isEqualTo(count("category = 'emails' and status = 'success'"));
		JsonNode failed = get("/gobstopper/tasks?status=failed&limit=1000").get("tasks");
		assertThat(failed.size()).isEqualTo((int) count("status = 'failed'")).isPositive();
		JsonNode life = get("/gobstopper/tasks/" + failed.get(0).get("id").asString());
		assertThat(life.at("/task/name").asString()).isEqualTo("make_thumbnail");
		assertThat(life.at("/attempts/0/error").asString()).isNotEmpty();
		assertThat(get("/health").at("/components/gobstopper/status").asString()).isEqualTo("UP");
		assertThat(get("/health").at("/components/gobstopper/details/store").asString()).endsWith("sample.duckdb");
	}

	@ParameterizedTest
	@ValueSource(strings = { "grafana/gobstopper.json", "alerts.yaml" })
	void everyMeterThatIsReadIsThere(String file) throws IOException {
		Set<String> read = names(Files.readString(DOCS.resolve(file)));
		assertThat(read).hasSizeGreaterThan(5);
		await().untilAsserted(() -> assertThat(names(scrape())).containsAll(read));
	}

	@Test
	void boardAndAlertsCanBeRead() throws IOException {
		JsonNode board = this.jsonMapper.readTree(Files.readString(DOCS.resolve("grafana/gobstopper.json")));
		assertThat(board.get("panels").size()).isGreaterThan(20);
		String alerts = Files.readString(DOCS.resolve("alerts.yaml"));
		JsonNode rules = this.jsonMapper.valueToTree(new Yaml().<Object>load(alerts)).at("/groups/0/rules");
		assertThat(rules.size()).isEqualTo(8);
		rules.forEach((rule) -> {
			assertThat(rule.propertyNames()).contains("alert", "expr", "labels", "annotations");
			assertThat(rule.at("/annotations/runbook_url").asString())
				.startsWith("{{ $externalLabels.gobstopper_url }}");
		});
	}

	@Test
	void alertsDoWhatTheirTestsSay() throws Exception {
		Path promtool = promtool();
		assumeTrue(promtool != null, "promtool is not installed");
		Process test = new ProcessBuilder(String.valueOf(promtool), "test", "rules", "alerts-tests.yaml")
			.directory(DOCS.toFile())
			.redirectErrorStream(true)
			.start();
		String output = new String(test.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(test.waitFor()).as(output).isZero();
	}

	private static @Nullable Path promtool() {
		return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
			.map((folder) -> Path.of(folder, "promtool"))
			.filter(Files::isExecutable)
			.findFirst()
			.orElse(null);
	}

	// Boards and alerts of several applications in one Prometheus must tell them apart.
	@Test
	void everyPanelIsOfTheApplicationsChosen() throws IOException {
		JsonNode board = this.jsonMapper.readTree(Files.readString(DOCS.resolve("grafana/gobstopper.json")));
		List<String> expressions = board.get("panels").findValuesAsString("expr");
		assertThat(expressions).hasSizeGreaterThan(20)
			.allSatisfy((expression) -> assertThat(
					Pattern.compile("gobstopper_[a-z_]+(?![a-z_])(?!\\{application=~\"\\$application\")")
						.matcher(expression)
						.find())
				.as(expression)
				.isFalse());
	}

	@Test
	void boardAsksForTheApplications() throws IOException {
		JsonNode board = this.jsonMapper.readTree(Files.readString(DOCS.resolve("grafana/gobstopper.json")));
		assertThat(board.at("/templating/list").findValuesAsString("name")).contains("application", "dashboard");
	}

	@Test
	void alertsAreOfOneApplication() throws IOException {
		assertThat(Files.readString(DOCS.resolve("alerts.yaml")))
			.doesNotContainPattern("by \\((?!instance\\)|job, application[,)])");
	}

	@Test
	void panelsLeadToTheTasksTheyCount() throws IOException {
		JsonNode board = this.jsonMapper.readTree(Files.readString(DOCS.resolve("grafana/gobstopper.json")));
		Map<String, String> links = new TreeMap<>();
		board.get("panels")
			.forEach((panel) -> links.put(panel.get("title").asString(), panel.at("/links/0/url").asString("")));
		assertThat(links).containsEntry("Due", "${dashboard}/tasks?status=pending")
			.containsEntry("Running", "${dashboard}/tasks?status=started")
			.containsEntry("Failed, last hour", "${dashboard}/tasks?status=failed&finished=1h")
			.containsEntry("Crashed, last hour", "${dashboard}/tasks?crashed=true")
			.containsEntry("What failed most, last hour", "${dashboard}/tasks?status=failed&finished=1h");
	}

	// increase() does not see what first exists at 1.
	@Test
	void failuresOfEachHandlerAreThereFromTheStart() {
		for (String task : List.of("daily_report", "import_csv", "make_thumbnail", "send_email")) {
			assertThat(scrape()).containsPattern("gobstopper_task_failures_total\\{[^}]*task=\"%s\"".formatted(task));
		}
	}

	@Test
	void boardCountsWhatIsThereFromTheStart() throws IOException {
		JsonNode board = this.jsonMapper.readTree(Files.readString(DOCS.resolve("grafana/gobstopper.json")));
		for (JsonNode panel : board.get("panels")) {
			if (panel.get("title").asString().equals("Failed, last hour")) {
				assertThat(panel.at("/targets/0/expr").asString())
					.startsWith("sum(increase(gobstopper_task_failures_total{");
				return;
			}
		}
		throw new AssertionError("The board has no panel of failures");
	}

	private static Set<String> names(String text) {
		Matcher matcher = Pattern.compile("\\bgobstopper_[a-z_]+").matcher(text);
		return matcher.results()
			.map((result) -> result.group())
			.filter((name) -> !name.equals("gobstopper_url"))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private String scrape() {
		return this.client.get()
			.uri("/prometheus")
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(String.class)
			.getResponseBody();
	}

	private long metric(String path) {
		return get("/metrics/" + path).at("/measurements/0/value").asLong();
	}

	private JsonNode get(String path) {
		String body = this.client.get()
			.uri(path)
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(String.class)
			.getResponseBody();
		return this.jsonMapper.readTree(body);
	}

	private long count(String condition) {
		return sql("select count(*) from gobstopper_task_all where " + condition);
	}

	private long sql(String query) {
		return JdbcClient.create(this.tasks).sql(query).query(Long.class).single();
	}

}

package io.gobstopper.store.postgresql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskRequest;
import io.gobstopper.limit.TaskLimit;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.Lease;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the server does what a claim asks for. It is what each claim pays, so none of it
 * may grow with the number of tasks, or with limits that others have.
 */
@Timeout(120)
class PostgresClaimPlanTests {

	private static final int TASKS = 10_000;

	private final PostgresSettings settings = PostgresServer.newSettings();

	private final TableNames tables = TableNames.inSchema(this.settings.schema());

	private final JdbcTemplate jdbcTemplate = new JdbcTemplate(PostgresServer.dataSource());

	@Test
	void claimReadsAsManyTasksAsItTakesInTheOrderOfAnIndexAndNothingOfLimits() {
		try (TestQueue queue = TestQueue.with(new Handlers()).postgres(this.settings).enqueueOnly()) {
			for (String category : List.of("mails", "reports")) {
				queue.service()
					.enqueueAll(IntStream.range(0, TASKS)
						.mapToObj((number) -> TaskRequest.of("plain")
							.category(category)
							.priority(TaskPriority.ofLevel(1 + number % 4)))
						.toList());
			}
			queue.service()
				.enqueueAll(Collections.nCopies(TASKS, TaskRequest.of("limited").args("a").category("mails")));
			this.jdbcTemplate.execute(this.tables.in("analyze gobstopper_task"));
			assertPlan(PostgresClaims.CLAIM, "mails", "gobstopper_task_claim", "gobstopper_task",
					"gobstopper_paused_category", "gobstopper_claim");
		}
	}

	@Test
	void claimInTurnsReadsAsManyTasksAsItTakesInTheOrderOfAnIndex() {
		try (TestQueue queue = TestQueue.with(new Handlers()).postgres(this.settings).fair("reports").enqueueOnly()) {
			for (String category : List.of("mails", "reports")) {
				queue.service()
					.enqueueAll(IntStream.range(0, TASKS).mapToObj((number) -> request(category, number)).toList());
			}
			this.jdbcTemplate.execute(this.tables.in("analyze gobstopper_task"));
			assertPlan(PostgresClaims.CLAIM_IN_TURNS, "reports", "gobstopper_task_turn", "gobstopper_task",
					"gobstopper_paused_category", "gobstopper_claim", "gobstopper_turn");
		}
	}

	private static TaskRequest request(String category, int number) {
		TaskRequest request = TaskRequest.of("plain").category(category).priority(TaskPriority.ofLevel(1 + number % 4));
		return category.equals("reports") ? request.fairnessKey("tenant-" + number % 100) : request;
	}

	private void assertPlan(String statement, String category, String index, String... tables) {
		List<JsonNode> plan = new ArrayList<>();
		collect(explain(statement, category), plan);
		assertThat(plan).extracting((node) -> node.path("Relation Name").asString(""))
			.filteredOn((table) -> !table.isEmpty())
			.containsOnly(tables);
		JsonNode chosen = plan.stream()
			.filter((node) -> node.path("Subplan Name").asString("").equals("CTE chosen"))
			.findAny()
			.orElseThrow();
		List<JsonNode> candidates = path(chosen);
		assertThat(candidates).extracting((node) -> node.get("Node Type").asString())
			.filteredOn((type) -> !type.equals("Result"))
			.containsExactly("Limit", "LockRows", "Index Scan");
		JsonNode scan = candidates.get(candidates.size() - 1);
		assertThat(scan.get("Index Name").asString()).isEqualTo(index);
		assertThat(scan.get("Index Cond").asString()).contains("category = ", "priority > ");
	}

	private JsonNode explain(String statement, String category) {
		Instant now = Instant.now();
		ClaimRequest request = new ClaimRequest(category, List.of("plain", "limited"), 10, 50, 0,
				new Lease("me#1", now.plusSeconds(30), now));
		String plan = this.jdbcTemplate
			.query("explain (format json) " + this.tables.in(statement),
					PostgresClaims.parameters(request, UUID.randomUUID()), (row, number) -> row.getString(1))
			.get(0);
		return JsonMapper.shared().readTree(plan).get(0).get("Plan");
	}

	private static void collect(JsonNode node, List<JsonNode> all) {
		all.add(node);
		node.path("Plans").forEach((each) -> collect(each, all));
	}

	// From the last step to the first, without what is computed once.
	private static List<JsonNode> path(JsonNode last) {
		List<JsonNode> path = new ArrayList<>();
		for (JsonNode node = last; node != null; node = input(node)) {
			path.add(node);
		}
		return path;
	}

	private static JsonNode input(JsonNode node) {
		return node.path("Plans")
			.valueStream()
			.filter((each) -> !each.get("Parent Relationship").asString().equals("InitPlan"))
			.findAny()
			.orElse(null);
	}

	static class Handlers {

		@GobstopperTask("plain")
		void plain() {
		}

		@GobstopperTask("limited")
		@TaskLimit(name = "crm", key = "#tenant", perKey = 1, total = 10, rate = "60/1m")
		void limited(String tenant) {
		}

	}

}

package io.gobstopper.benchmarks;

import java.util.ArrayList;
import java.util.List;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The scenarios in small, and how results are shown.
 */
@Timeout(120)
class BenchmarksTests {

	@Test
	void optionsAreReadAndUnknownOnesRefused() {
		assertThat(Options.parse("--tasks=7", "--runs=2", "--rate=9", "--seconds=3", "--rivals", "--json"))
			.isEqualTo(new Options(7, 2, 9, 3, true, true));
		assertThat(Options.parse().tasks(5)).isEqualTo(5);
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--task=7"))
			.withMessageContaining("There is no option '--task=7'");
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--tasks"))
			.withMessageContaining("needs a number");
	}

	@Test
	void resultsAreOneJsonObjectEach() {
		Histogram latency = new Histogram(1_000_000, 3);
		latency.recordValue(1500);
		Result result = Result.rate("burndown", "x", 100, 0.5).with(latency).with(new Footprint(1, 2L, 3L));
		JsonNode json = new JsonMapper().valueToTree(result);
		assertThat(json.get("tasksPerSecond").asDouble()).isEqualTo(200);
		assertThat(json.get("p50Ms").asDouble()).isEqualTo(1.5);
		assertThat(json.get("fileMb").asLong()).isEqualTo(3);
		assertThat(new JsonMapper().valueToTree(Result.rate("a", "b", 1, 1)).has("p50Ms")).isFalse();
		assertThat(result.toLine()).contains("burndown", "200/s", "p50 1.5 ms", "file 3 MB");
	}

	@Test
	void mediansAreCompared() {
		List<Result> results = List.of(Result.rate("s", GobstopperSystem.NAME, 30, 1),
				Result.rate("s", GobstopperSystem.NAME, 10, 1), Result.rate("s", GobstopperSystem.NAME, 20, 1),
				Result.rate("s", "rival", 2, 1));
		assertThat(Ratios.of(results)).hasSize(2)
			.anySatisfy((line) -> assertThat(line).contains("rival", "is 10.0 times as fast"));
		assertThat(Ratios.median(List.of(1.0, 2.0))).isEqualTo(1.5);
	}

	@Test
	void smallScenariosRun() throws Exception {
		List<Result> results = new ArrayList<>();
		Options small = Options.parse("--tasks=200", "--rate=100", "--seconds=1");
		for (Scenario scenario : List.of(new BurndownScenario(), new BulkEnqueueScenario(),
				new ConcurrentEnqueueScenario(), new SteadyScenario(), new BacklogScenario(), new StartupScenario(),
				new IoScenario())) {
			scenario.run(small, results::add);
		}
		assertThat(results).extracting(Result::scenario)
			.contains("burndown", "bulk-enqueue", "concurrent-enqueue", "steady 100/s start", "backlog 200",
					"startup added", "io");
		assertThat(results).allSatisfy((result) -> assertThat(result.tasksPerSecond()).isPositive());
	}

}

package io.gobstopper.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
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
		assertThat(Options.parse("--tasks=7", "--runs=2", "--warmup=4", "--rate=9", "--seconds=3", "--rivals", "--json",
				"--store=postgresql"))
			.isEqualTo(new Options(7, 2, 4, 9, 3, true, true, StoreKind.POSTGRESQL));
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
		Result result = Result.rate("burndown", "x", 100, 0.5).with(latency).with(new Footprint(1, 2L, 3L, 4));
		JsonNode json = new JsonMapper().valueToTree(result);
		assertThat(json.get("tasksPerSecond").asDouble()).isEqualTo(200);
		assertThat(json.get("p50Ms").asDouble()).isEqualTo(1.5);
		assertThat(json.get("fileMb").asLong()).isEqualTo(3);
		assertThat(new JsonMapper().valueToTree(Result.rate("a", "b", 1, 1)).has("p50Ms")).isFalse();
		assertThat(result.toLine()).contains("burndown", "200/s", "p50 1.5 ms", "file 3 MB");
	}

	@Test
	void mediansAreCompared() {
		List<Result> results = List.of(Result.rate("s", StoreKind.DUCKDB.system(), 30, 1),
				Result.rate("s", StoreKind.DUCKDB.system(), 10, 1), Result.rate("s", StoreKind.DUCKDB.system(), 20, 1),
				Result.rate("s", "rival", 2, 1));
		assertThat(Ratios.of(results)).hasSize(2)
			.anySatisfy((line) -> assertThat(line).contains("rival", "is 10.0 times as fast"));
		assertThat(Ratios.median(List.of(1.0, 2.0))).isEqualTo(1.5);
	}

	@Test
	void printedResultsAreDrawn(@TempDir Path folder) throws Exception {
		JsonMapper jsonMapper = new JsonMapper();
		Path printed = folder.resolve("results.json");
		Files.write(printed,
				List.of("not a result", jsonMapper.writeValueAsString(Result.rate("backlog 1,000", "x", 10, 1)),
						jsonMapper.writeValueAsString(Result.rate("backlog 100,000", "x", 20, 1)),
						jsonMapper.writeValueAsString(Result.rate("history 10 stats", "x", 20, 1))));
		Path bySize = folder.resolve("by-size.svg");
		Plots.draw(printed, bySize);
		assertThat(polylines(bySize)).isOne();
		Result interval = Result.rate("endurance 10 s", "x", 10, 1).with(new Histogram(1000, 3));
		Files.writeString(printed, jsonMapper.writeValueAsString(interval.with(new Footprint(1, 2L, 3L, 4))));
		Path overTime = folder.resolve("over-time.svg");
		Plots.draw(printed, overTime);
		assertThat(polylines(overTime)).isEqualTo(6);
	}

	private static int polylines(Path svg) throws Exception {
		return DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(svg.toFile())
			.getElementsByTagName("polyline")
			.getLength();
	}

	@Test
	void enduranceIsToldInIntervals() throws Exception {
		List<Result> results = Collections.synchronizedList(new ArrayList<>());
		new EnduranceScenario().run(Options.parse("--rate=100", "--seconds=11"), results::add);
		assertThat(results).extracting(Result::scenario).containsExactly("endurance 10 s", "enqueue during endurance");
		assertThat(results.get(0).tasks()).isGreaterThan(500);
		assertThat(results.get(0).fileMb()).isNotNull();
		assertThat(results.get(1).tasks()).isEqualTo(1100);
	}

	@Test
	void smallScenariosRun() throws Exception {
		List<Result> results = new ArrayList<>();
		Options small = Options.parse("--tasks=200", "--rate=100", "--seconds=1");
		for (Scenario scenario : List.of(new BurndownScenario(), new BulkEnqueueScenario(),
				new ConcurrentEnqueueScenario(), new BatchSizeScenario(), new SteadyScenario(), new BacklogScenario(),
				new HistoryScenario(), new StartupScenario(), new IoScenario(), new UniqueScenario(),
				new LimitsScenario(), new RatesScenario(), new FairnessScenario())) {
			scenario.run(small, results::add);
		}
		assertThat(results).extracting(Result::scenario)
			.contains("burndown", "bulk-enqueue", "concurrent-enqueue", "batch-size 100", "steady 100/s start",
					"backlog 200", "history 200 findTask", "startup added", "io", "unique, replaced",
					"limits, plain beside 200", "rates, 100/s", "fairness, first of each");
		assertThat(results).allSatisfy((result) -> assertThat(result.tasksPerSecond()).isPositive());
	}

	@Test
	void warmUpIsNotCounted() throws Exception {
		List<Result> results = new ArrayList<>();
		new BurndownScenario().run(Options.parse("--tasks=20", "--runs=1", "--warmup=2"), results::add);
		assertThat(results).hasSize(1);
	}

	@Test
	void smallScenariosRunOnPostgres() throws Exception {
		List<Result> results = new ArrayList<>();
		Options small = Options.parse("--tasks=200", "--rate=50", "--seconds=1", "--store=postgresql");
		new BurndownScenario().run(small, results::add);
		new ApartScenario().run(small, results::add);
		assertThat(results).extracting(Result::system).containsOnly(StoreKind.POSTGRESQL.system());
		assertThat(results).extracting(Result::scenario).contains("burndown", "apart 50/s start");
		assertThat(results).allSatisfy((result) -> assertThat(result.tasksPerSecond()).isPositive());
	}

}

package io.gobstopper.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.databind.json.JsonMapper;

/**
 * Runs one scenario and prints a line for each result.
 */
public final class Benchmarks {

	private static final Map<String, Scenario> SCENARIOS = new TreeMap<>(Map.ofEntries(
			Map.entry("burndown", new BurndownScenario()), Map.entry("bulk-enqueue", new BulkEnqueueScenario()),
			Map.entry("concurrent-enqueue", new ConcurrentEnqueueScenario()),
			Map.entry("batch-size", new BatchSizeScenario()), Map.entry("steady", new SteadyScenario()),
			Map.entry("apart", new ApartScenario()), Map.entry("backlog", new BacklogScenario()),
			Map.entry("history", new HistoryScenario()), Map.entry("startup", new StartupScenario()),
			Map.entry("io", new IoScenario()), Map.entry("categories", new CategoriesScenario()),
			Map.entry("schedules", new SchedulesScenario()), Map.entry("idle-schedules", new IdleSchedulesScenario()),
			Map.entry("unique", new UniqueScenario()), Map.entry("limits", new LimitsScenario()),
			Map.entry("rates", new RatesScenario()), Map.entry("fairness", new FairnessScenario()),
			Map.entry(EnduranceScenario.NAME, new EnduranceScenario())));

	private static final String PLOT = "plot";

	private Benchmarks() {
	}

	public static void main(String[] arguments) throws Exception {
		if (arguments.length == 3 && arguments[0].equals(PLOT)) {
			Plots.draw(Path.of(arguments[1]), Path.of(arguments[2]));
			return;
		}
		if (arguments.length == 2 && arguments[0].equals(StartupScenario.CHILD)) {
			StartupScenario.startAndPrint(arguments[1]);
			return;
		}
		if (arguments.length == 2 && arguments[0].equals(ApartScenario.CHILD)) {
			ApartScenario.runAndPrint(arguments[1]);
			return;
		}
		Scenario scenario = (arguments.length > 0) ? SCENARIOS.get(arguments[0]) : null;
		if (scenario == null) {
			System.err.printf(
					"Usage: java -jar gobstopper-benchmarks.jar <scenario> [options]%n  scenarios: %s%n%s%n"
							+ "or: java -jar gobstopper-benchmarks.jar plot <file of printed JSON> <file.svg>%n",
					String.join(", ", SCENARIOS.keySet()), Options.HELP);
			System.exit(2);
			return;
		}
		Options options = Options.parse(Arrays.copyOfRange(arguments, 1, arguments.length));
		JsonMapper jsonMapper = new JsonMapper();
		List<Result> results = new ArrayList<>();
		scenario.run(options, (result) -> {
			results.add(result);
			System.out.println(options.json() ? jsonMapper.writeValueAsString(result) : result.toLine());
		});
		if (!options.json()) {
			Ratios.of(results).forEach(System.out::println);
		}
		System.exit(0);
	}

}

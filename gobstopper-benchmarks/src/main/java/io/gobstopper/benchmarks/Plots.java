package io.gobstopper.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.benchmarks.LineChart.Axis;
import io.gobstopper.benchmarks.LineChart.Point;

/**
 * Draws what was printed as JSON: {@code endurance} over time, all else by the number of
 * tasks in the name of the scenario.
 */
final class Plots {

	private static final Pattern BY_SIZE = Pattern.compile("(backlog|history|batch-size) ([0-9,]+)( burndown)?");

	private static final Map<String, String> NAMES = Map.of("backlog", "running, by tasks that wait", "history",
			"running, by finished tasks kept", "batch-size", "enqueueAll, by tasks in a call");

	private static final int PANEL_HEIGHT = 220;

	private static final int CHART_HEIGHT = 420;

	private Plots() {
	}

	static void draw(Path results, Path svg) throws IOException {
		JsonMapper jsonMapper = new JsonMapper();
		List<Result> read = Files.readAllLines(results)
			.stream()
			.filter((line) -> line.startsWith("{"))
			.map((line) -> jsonMapper.readValue(line, Result.class))
			.toList();
		List<Result> intervals = read.stream()
			.filter((result) -> result.scenario().startsWith(EnduranceScenario.NAME))
			.toList();
		Files.writeString(svg, LineChart.toSvg(intervals.isEmpty() ? List.of(bySize(read)) : overTime(intervals)));
	}

	private static List<LineChart> overTime(List<Result> results) {
		Axis seconds = new Axis("seconds", false);
		return List.of(
				new LineChart("From enqueue to the call of the handler, in ms", seconds, new Axis("", false),
						PANEL_HEIGHT)
					.add("median", points(results, Result::p50Ms))
					.add("95th percentile", points(results, Result::p95Ms)),
				new LineChart("Tasks run in a second", seconds, new Axis("", false), PANEL_HEIGHT).add("tasks",
						points(results, Result::tasksPerSecond)),
				new LineChart("Size, in MiB", seconds, new Axis("", false), PANEL_HEIGHT)
					.add("database file and WAL", points(results, Result::fileMb))
					.add("heap, least of each interval", points(results, Result::heapMb))
					.add("resident memory", points(results, Result::rssMb)));
	}

	private static List<Point> points(List<Result> results, Function<Result, @Nullable Number> value) {
		List<Point> points = new ArrayList<>();
		for (Result result : results) {
			Number number = value.apply(result);
			if (number != null) {
				points
					.add(new Point(Double.parseDouble(result.scenario().replaceAll("\\D", "")), number.doubleValue()));
			}
		}
		return points;
	}

	private static LineChart bySize(List<Result> results) {
		Map<String, Map<Double, List<Double>>> rates = new LinkedHashMap<>();
		for (Result result : results) {
			Matcher matcher = BY_SIZE.matcher(result.scenario());
			if (matcher.matches()) {
				double size = Double.parseDouble(matcher.group(2).replace(",", ""));
				rates.computeIfAbsent(NAMES.getOrDefault(matcher.group(1), matcher.group(1)), (name) -> new TreeMap<>())
					.computeIfAbsent(Math.max(1, size), (key) -> new ArrayList<>())
					.add(result.tasksPerSecond());
			}
		}
		LineChart chart = new LineChart("Tasks per second, by how many there are", new Axis("tasks", true),
				new Axis("tasks per second", true), CHART_HEIGHT);
		rates.forEach((name, bySize) -> chart.add(name,
				bySize.entrySet()
					.stream()
					.map((entry) -> new Point(entry.getKey(), Ratios.median(entry.getValue())))
					.toList()));
		return chart;
	}

}

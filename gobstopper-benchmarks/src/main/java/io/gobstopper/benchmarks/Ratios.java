package io.gobstopper.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares medians of rates: of the repetitions of one scenario, and of systems with each
 * other.
 */
final class Ratios {

	private Ratios() {
	}

	static List<String> of(List<Result> results) {
		Map<String, Map<String, List<Double>>> rates = new TreeMap<>();
		for (Result result : results) {
			rates.computeIfAbsent(result.scenario(), (scenario) -> new TreeMap<>())
				.computeIfAbsent(result.system(), (system) -> new ArrayList<>())
				.add(result.tasksPerSecond());
		}
		List<String> lines = new ArrayList<>();
		rates.forEach((scenario, systems) -> {
			String own = systems.keySet()
				.stream()
				.filter((system) -> system.startsWith(GobstopperSystem.NAME_PREFIX))
				.findFirst()
				.orElse("");
			double ownRate = median(systems.getOrDefault(own, List.of()));
			systems.forEach((system, values) -> {
				if (values.size() > 1 || systems.size() > 1) {
					lines.add("%-28s %-24s median %,12.0f/s   %s is %.1f times as fast".formatted(scenario, system,
							median(values), own, ownRate / median(values)));
				}
			});
		});
		return lines;
	}

	static double median(List<Double> values) {
		if (values.isEmpty()) {
			return Double.NaN;
		}
		List<Double> sorted = values.stream().sorted().toList();
		int middle = sorted.size() / 2;
		return (sorted.size() % 2 == 1) ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
	}

}

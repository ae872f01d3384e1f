package io.gobstopper.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How many tasks with a rate start on the whole, and within a second at most, while there
 * are always more: in one application on DuckDB, and in two that share PostgreSQL.
 */
final class RatesScenario implements Scenario {

	private static final int BURSTS_PER_RATE = 10;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		for (int run = 0; run < options.runs(); run++) {
			if (options.store() == StoreKind.DUCKDB) {
				try (GobstopperSystem system = GobstopperSystem.start(options.store(), properties(options))) {
					measure(options, List.of(system), results);
				}
				continue;
			}
			try (PostgresServer server = new PostgresServer();
					GobstopperSystem one = GobstopperSystem.start(options.store(), server, properties(options));
					GobstopperSystem other = GobstopperSystem.start(options.store(), server, properties(options))) {
				measure(options, List.of(one, other), results);
			}
		}
	}

	private static String[] properties(Options options) {
		return new String[] { "gobstopper.limits.paced.rate=%d/1s".formatted(options.rate()),
				"gobstopper.limits.paced.burst=%d".formatted(Math.max(1, options.rate() / BURSTS_PER_RATE)) };
	}

	private static void measure(Options options, List<GobstopperSystem> systems, Consumer<Result> results)
			throws InterruptedException {
		List<Long> starts = Collections.synchronizedList(new ArrayList<>());
		systems.forEach((system) -> system.work().onStart((number) -> starts.add(System.nanoTime())));
		int tasks = options.rate() * (options.seconds() + 2) + options.rate() / BURSTS_PER_RATE;
		systems.get(0)
			.queue()
			.enqueueAll(Collections.nCopies(tasks, GobstopperSystem.request(1).limit("paced", "one")));
		TimeUnit.SECONDS.sleep(options.seconds() + 1L);
		List<Long> sorted;
		synchronized (starts) {
			sorted = starts.stream().sorted().toList();
		}
		long end = sorted.get(0) + TimeUnit.SECONDS.toNanos(options.seconds());
		int counted = 0;
		int most = 0;
		int first = 0;
		for (int last = 0; last < sorted.size() && sorted.get(last) < end; last++) {
			while (sorted.get(last) - sorted.get(first) >= TimeUnit.SECONDS.toNanos(1)) {
				first++;
			}
			most = Math.max(most, last - first + 1);
			counted++;
		}
		String name = systems.get(0).name();
		results.accept(Result.rate("rates, %d/s".formatted(options.rate()), name, counted, options.seconds()));
		results.accept(Result.rate("rates, most in a second", name, most, 1));
	}

}

package io.gobstopper.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What schedules that have nothing to do cost other tasks: a drained queue and tasks that
 * arrive steadily, in turn without and with very many of them.
 */
final class IdleSchedulesScenario implements Scenario {

	private static final List<Integer> SCHEDULES = List.of(0, 10_000);

	private static final int TASKS = 200_000;

	private static final int WARM_UP = 50_000;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		for (int run = 0; run < options.runs(); run++) {
			for (int schedules : SCHEDULES) {
				measure(options, schedules, results);
			}
		}
	}

	private static void measure(Options options, int schedules, Consumer<Result> results) throws Exception {
		int tasks = options.tasks(TASKS);
		try (GobstopperSystem system = GobstopperSystem.start(options.store())) {
			SchedulesScenario.create(system, schedules, Duration.ofDays(1), Duration.ofMillis(schedules / 2));
			BurndownScenario.drain("", system, Math.min(WARM_UP, tasks));
			// The log is moved into the tables meanwhile, which would be at different
			// times.
			TimeUnit.SECONDS.sleep(2);
			results.accept(BurndownScenario.drain("burndown, %,d schedules".formatted(schedules), system, tasks));
			new Arrivals(system, options.rate()).run(Math.min(5, options.seconds()));
			Arrivals arrivals = new Arrivals(system, options.rate());
			double elapsed = arrivals.run(options.seconds());
			results.accept(Result
				.rate("steady, %,d schedules".formatted(schedules), system.name(),
						(long) options.rate() * options.seconds(), elapsed)
				.with(arrivals.begin().getIntervalHistogram())
				.with(system.footprint()));
		}
	}

}

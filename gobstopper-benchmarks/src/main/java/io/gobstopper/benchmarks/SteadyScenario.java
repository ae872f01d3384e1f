package io.gobstopper.benchmarks;

import java.util.function.Consumer;

/**
 * How long tasks wait that arrive at a steady rate.
 */
final class SteadyScenario implements Scenario {

	private static final int WARM_UP_SECONDS = 10;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		for (int run = 0; run < options.runs(); run++) {
			try (GobstopperSystem system = GobstopperSystem.start(options.store())) {
				int rate = options.rate();
				new Arrivals(system, rate).run(Math.min(WARM_UP_SECONDS, options.seconds()));
				Arrivals arrivals = new Arrivals(system, rate);
				double elapsed = arrivals.run(options.seconds());
				long tasks = (long) rate * options.seconds();
				Footprint footprint = system.footprint();
				results.accept(Result.rate("steady %d/s enqueue".formatted(rate), system.name(), tasks, elapsed)
					.with(arrivals.enqueue().getIntervalHistogram())
					.with(footprint));
				results.accept(Result.rate("steady %d/s start".formatted(rate), system.name(), tasks, elapsed)
					.with(arrivals.begin().getIntervalHistogram())
					.with(footprint));
			}
		}
	}

}

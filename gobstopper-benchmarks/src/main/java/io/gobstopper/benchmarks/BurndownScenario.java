package io.gobstopper.benchmarks;

import java.util.function.Consumer;

/**
 * How fast a filled queue is drained.
 */
final class BurndownScenario implements Scenario {

	private static final int TASKS = 200_000;

	// Others are ten to a hundred times slower; fewer jobs give the same rate.
	private static final int JOBS_OF_RIVALS = 20_000;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		for (int run = 0; run < options.warmup(); run++) {
			runOnce(options, (result) -> {
			});
		}
		for (int run = 0; run < options.runs(); run++) {
			runOnce(options, results);
		}
	}

	private static void runOnce(Options options, Consumer<Result> results) throws Exception {
		int tasks = options.tasks(TASKS);
		try (GobstopperSystem system = GobstopperSystem.start(options.store())) {
			results.accept(drain("burndown", system, tasks));
		}
		if (options.rivals()) {
			try (Rivals rivals = new Rivals()) {
				for (Rival rival : rivals.all()) {
					results.accept(drain(rival, Math.min(tasks, JOBS_OF_RIVALS)));
				}
			}
		}
	}

	static Result drain(String scenario, GobstopperSystem system, int tasks) throws Exception {
		system.queue().pause("default");
		system.prefill(tasks);
		long before = system.settled();
		long start = System.nanoTime();
		system.queue().resume("default");
		system.awaitSettled(before + tasks);
		double seconds = (System.nanoTime() - start) / 1e9;
		return Result.rate(scenario, system.name(), tasks, seconds).with(system.footprint());
	}

	private static Result drain(Rival rival, int jobs) throws InterruptedException {
		try (rival) {
			rival.prefill(jobs);
			long start = System.nanoTime();
			rival.drain(jobs);
			return Result.rate("burndown", rival.name(), jobs, (System.nanoTime() - start) / 1e9);
		}
	}

}

package io.gobstopper.benchmarks;

import java.util.List;
import java.util.function.Consumer;

/**
 * How the speed depends on how many tasks wait: the first 50,000 of each backlog are
 * drained.
 */
final class BacklogScenario implements Scenario {

	private static final List<Integer> BACKLOGS = List.of(100_000, 1_000_000, 3_000_000);

	private static final int DRAINED = 50_000;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		List<Integer> backlogs = (options.tasks() != null) ? List.of(options.tasks()) : BACKLOGS;
		for (int run = 0; run < options.runs(); run++) {
			for (int backlog : backlogs) {
				try (GobstopperSystem system = GobstopperSystem.start()) {
					results.accept(drainFirst(system, backlog));
				}
			}
		}
	}

	private static Result drainFirst(GobstopperSystem system, int backlog) throws Exception {
		system.queue().pause("default");
		system.prefill(backlog);
		int drained = Math.min(DRAINED, backlog);
		long start = System.nanoTime();
		system.queue().resume("default");
		system.awaitSettled(drained);
		double seconds = (System.nanoTime() - start) / 1e9;
		system.queue().pause("default");
		return Result.rate("backlog %,d".formatted(backlog), GobstopperSystem.NAME, drained, seconds)
			.with(Footprint.measure(system.database()));
	}

}

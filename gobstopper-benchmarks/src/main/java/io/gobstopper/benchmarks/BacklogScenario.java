package io.gobstopper.benchmarks;

import java.util.List;
import java.util.function.Consumer;

/**
 * How fast the first of many waiting tasks are run.
 */
final class BacklogScenario implements Scenario {

	private static final List<Integer> BACKLOGS = List.of(100_000, 1_000_000, 3_000_000);

	private static final int DRAINED = 100_000;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		List<Integer> backlogs = (options.tasks() != null) ? List.of(options.tasks()) : BACKLOGS;
		drainFirst(options, backlogs.get(0));
		for (int run = 0; run < options.runs(); run++) {
			for (int backlog : backlogs) {
				results.accept(drainFirst(options, backlog));
			}
		}
	}

	private static Result drainFirst(Options options, int backlog) throws Exception {
		try (GobstopperSystem system = GobstopperSystem.start(options.store())) {
			system.queue().pause("default");
			system.prefill(backlog);
			int drained = Math.min(DRAINED, backlog);
			long start = System.nanoTime();
			system.queue().resume("default");
			system.awaitSettled(drained);
			double seconds = (System.nanoTime() - start) / 1e9;
			system.queue().pause("default");
			return Result.rate("backlog %,d".formatted(backlog), system.name(), drained, seconds)
				.with(system.footprint());
		}
	}

}

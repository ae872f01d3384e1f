package io.gobstopper.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.HdrHistogram.Histogram;

/**
 * What it costs that tasks are of very many categories, such as one for each customer:
 * how long enqueueing takes beside the running tasks, and how many threads there are at
 * most.
 */
final class CategoriesScenario implements Scenario {

	private static final List<Integer> CATEGORIES = List.of(1, 5000);

	private static final int TASKS = 15_000;

	private static final int WARM_UP = 5000;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		int tasks = options.tasks(TASKS);
		for (int run = 0; run < options.runs(); run++) {
			for (int categories : CATEGORIES) {
				results.accept(enqueue(options, categories, tasks));
			}
		}
	}

	// One after the other, each of the next category.
	private static Result enqueue(Options options, int categories, int tasks) throws Exception {
		try (GobstopperSystem system = GobstopperSystem.start(options.store())) {
			enqueue(system, WARM_UP, 1, new Histogram(3));
			system.awaitSettled(WARM_UP);
			ManagementFactory.getThreadMXBean().resetPeakThreadCount();
			Histogram latency = new Histogram(3);
			long start = System.nanoTime();
			enqueue(system, tasks, categories, latency);
			system.awaitSettled(WARM_UP + tasks);
			double seconds = (System.nanoTime() - start) / 1e9;
			Footprint footprint = system.footprint();
			return Result.rate("categories %,d".formatted(categories), system.name(), tasks, seconds)
				.with(latency)
				.with(new Footprint(footprint.heapMb(), footprint.rssMb(), footprint.fileMb(),
						ManagementFactory.getThreadMXBean().getPeakThreadCount()));
		}
	}

	private static void enqueue(GobstopperSystem system, int tasks, int categories, Histogram latency) {
		for (int number = 0; number < tasks; number++) {
			long before = System.nanoTime();
			system.queue().enqueue(GobstopperSystem.request(number).category("customer-" + number % categories));
			latency.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - before));
		}
	}

}

package io.gobstopper.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.gobstopper.TaskRequest;

/**
 * How fast one caller stores tasks, by how many it gives to each call.
 */
final class BatchSizeScenario implements Scenario {

	private static final List<Integer> SIZES = List.of(1, 10, 100, 1000, 10_000);

	private static final int CALLS = 300;

	private static final int MOST_TASKS = 200_000;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		int most = options.tasks(MOST_TASKS);
		for (int run = 0; run < options.runs(); run++) {
			try (GobstopperSystem system = GobstopperSystem.start(StoreKind.DUCKDB,
					"gobstopper.worker.enabled=false")) {
				enqueue(system, 100, Math.min(CALLS, Math.max(1, most / 100)));
				for (int size : SIZES) {
					int calls = Math.min(CALLS, Math.max(1, most / size));
					long start = System.nanoTime();
					enqueue(system, size, calls);
					results.accept(Result.rate("batch-size %,d".formatted(size), system.name(), (long) size * calls,
							(System.nanoTime() - start) / 1e9));
				}
			}
		}
	}

	private static void enqueue(GobstopperSystem system, int size, int calls) {
		for (int call = 0; call < calls; call++) {
			List<TaskRequest> requests = new ArrayList<>(size);
			for (int number = 0; number < size; number++) {
				requests.add(GobstopperSystem.request(number));
			}
			system.queue().enqueueAll(requests);
		}
	}

}

package io.gobstopper.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.gobstopper.TaskRequest;

/**
 * How fast tasks are enqueued thousands at a time.
 */
final class BulkEnqueueScenario implements Scenario {

	private static final int TASKS = 200_000;

	private static final int JOBS_OF_RIVALS = 20_000;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		int tasks = options.tasks(TASKS);
		List<TaskRequest> requests = new ArrayList<>(tasks);
		for (int number = 0; number < tasks; number++) {
			requests.add(GobstopperSystem.request(number));
		}
		for (int run = 0; run < options.runs(); run++) {
			try (GobstopperSystem system = GobstopperSystem.start(options.store(), "gobstopper.worker.enabled=false")) {
				system.queue().enqueueAll(requests.subList(0, Math.min(1000, tasks)));
				long start = System.nanoTime();
				system.queue().enqueueAll(requests);
				results.accept(Result.rate("bulk-enqueue", system.name(), tasks, (System.nanoTime() - start) / 1e9));
			}
			if (options.rivals()) {
				try (Rivals rivals = new Rivals()) {
					for (Rival rival : rivals.all()) {
						int jobs = Math.min(tasks, JOBS_OF_RIVALS);
						long start = System.nanoTime();
						rival.prefill(jobs);
						results
							.accept(Result.rate("bulk-enqueue", rival.name(), jobs, (System.nanoTime() - start) / 1e9));
						rival.close();
					}
				}
			}
		}
	}

}

package io.gobstopper.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.gobstopper.TaskRequest;

/**
 * How fast handlers go that only wait: 1,000 at once, 50 ms each, on virtual threads
 * where the JDK has them.
 */
final class IoScenario implements Scenario {

	private static final int TASKS = 100_000;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		int tasks = options.tasks(TASKS);
		List<TaskRequest> requests = new ArrayList<>(tasks);
		for (int number = 0; number < tasks; number++) {
			requests.add(TaskRequest.of("sleep").args(50));
		}
		for (int run = 0; run < options.runs(); run++) {
			try (GobstopperSystem system = GobstopperSystem.start(options.store(),
					"spring.threads.virtual.enabled=true", "gobstopper.worker.concurrency=1000")) {
				system.queue().pause("default");
				system.queue().enqueueAll(requests);
				long start = System.nanoTime();
				system.queue().resume("default");
				system.awaitSettled(tasks);
				results.accept(Result.rate("io", system.name(), tasks, (System.nanoTime() - start) / 1e9)
					.with(system.footprint()));
			}
		}
	}

}

package io.gobstopper.benchmarks;

import java.time.Duration;
import java.util.function.Consumer;

import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.limit.UniqueUntil;

/**
 * How fast 16 threads enqueue with unique keys, of which none or nearly all are taken.
 */
final class UniqueScenario implements Scenario {

	private static final String NAME = "unique";

	private static final int TASKS = 20_000;

	private static final int KEYS = 1000;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		for (int run = 0; run < options.runs(); run++) {
			enqueue(options, results, "no key", (number, request) -> request);
			enqueue(options, results, "all new", (number, request) -> request.unique("key-" + number, UniqueUntil.END));
			enqueue(options, results, "existing",
					(number, request) -> request.unique("key-" + number % KEYS, UniqueUntil.END));
			enqueue(options, results, "replaced", (number, request) -> request.debounce("key-" + number % KEYS,
					Duration.ofHours(1), Duration.ofHours(2)));
		}
	}

	private static void enqueue(Options options, Consumer<Result> results, String part, Keys keys) throws Exception {
		try (GobstopperSystem system = GobstopperSystem.start(options.store(), "gobstopper.worker.enabled=false")) {
			TaskQueueService queue = system.queue();
			int tasks = options.tasks(TASKS);
			results.accept(ConcurrentEnqueueScenario.enqueue("%s, %s".formatted(NAME, part), system.name(), tasks,
					(number) -> queue.enqueue(keys.add(number, GobstopperSystem.request(number)))));
		}
	}

	private interface Keys {

		TaskRequest add(int number, TaskRequest request);

	}

}

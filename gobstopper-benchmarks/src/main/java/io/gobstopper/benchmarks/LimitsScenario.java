package io.gobstopper.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;

/**
 * How fast tasks with a limit are run of which all have keys that are free, and how fast
 * tasks without one are while very many with a limit wait.
 */
final class LimitsScenario implements Scenario {

	private static final int ADMITTED = 50_000;

	private static final int WAITING = 1_000_000;

	private static final int PLAIN = 100_000;

	private static final int TASKS_OF_A_KEY = 10;

	private static final int CHUNK = 5000;

	private static final int REST_SECONDS = 60;

	private static final String LIMIT = "gobstopper.limits.tenants.per-key=1";

	private static final String LIMITED = "limited";

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		for (int run = 0; run < options.runs(); run++) {
			results.accept(admit(options, Math.min(options.tasks(ADMITTED), ADMITTED)));
			results.accept(runPlain(options, 0));
			results.accept(runPlain(options, options.tasks(WAITING)));
		}
	}

	private static Result admit(Options options, int tasks) throws Exception {
		try (GobstopperSystem system = GobstopperSystem.start(options.store(), LIMIT)) {
			system.queue().pause(LIMITED);
			enqueueLimited(system.queue(), tasks, 1);
			long start = System.nanoTime();
			system.queue().resume(LIMITED);
			system.awaitSettled(tasks);
			double seconds = (System.nanoTime() - start) / 1e9;
			return Result.rate("limits, admitted and run", system.name(), tasks, seconds).with(system.footprint());
		}
	}

	private static Result runPlain(Options options, int waiting) throws Exception {
		try (GobstopperSystem system = GobstopperSystem.start(options.store(), LIMIT)) {
			system.queue().pause(LIMITED);
			enqueueLimited(system.queue(), waiting, TASKS_OF_A_KEY);
			// What a database does later for a million new rows is not what is measured.
			TimeUnit.SECONDS.sleep((waiting > PLAIN) ? REST_SECONDS : 0);
			return BurndownScenario.drain("limits, plain beside %,d".formatted(waiting), system,
					Math.min(options.tasks(PLAIN), PLAIN));
		}
	}

	private static void enqueueLimited(TaskQueueService queue, int tasks, int ofAKey) {
		for (int from = 0; from < tasks; from += CHUNK) {
			List<TaskRequest> requests = new ArrayList<>(CHUNK);
			for (int number = from; number < Math.min(tasks, from + CHUNK); number++) {
				requests.add(GobstopperSystem.request(number)
					.category(LIMITED)
					.limit("tenants", "tenant-" + number / ofAKey));
			}
			queue.enqueueAll(requests);
		}
	}

}

package io.gobstopper.benchmarks;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;

/**
 * How many tasks start before each of fifty small tenants has had its first, and before
 * all of theirs have started, while a large one has very many that were enqueued before.
 */
final class FairnessScenario implements Scenario {

	private static final int LARGE = 1_000_000;

	private static final int SMALL_TENANTS = 50;

	private static final int TASKS_OF_A_SMALL_ONE = 10;

	private static final int STARTS = 20_000;

	private static final int CHUNK = 5000;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		for (int run = 0; run < options.runs(); run++) {
			try (GobstopperSystem system = GobstopperSystem.start(options.store(),
					"gobstopper.fairness.default.enabled=true")) {
				system.queue().pause("default");
				enqueue(system.queue(), 0, options.tasks(LARGE));
				for (int tenant = 1; tenant <= SMALL_TENANTS; tenant++) {
					enqueue(system.queue(), tenant, TASKS_OF_A_SMALL_ONE);
				}
				int all = options.tasks(LARGE) + SMALL_TENANTS * TASKS_OF_A_SMALL_ONE;
				measure(system, Math.min(all, STARTS), results);
			}
		}
	}

	private static void measure(GobstopperSystem system, int starts, Consumer<Result> results)
			throws InterruptedException {
		Starts counted = new Starts(starts);
		system.work().onStart(counted::started);
		system.queue().resume("default");
		counted.over.await();
		system.queue().pause("default");
		results.accept(counted.firstOfEach("fairness, first of each", system));
		results.accept(counted.all("fairness, all of small ones", system));
		results.accept(counted.rate("fairness, burndown", system).with(system.footprint()));
	}

	private static void enqueue(TaskQueueService queue, int tenant, int tasks) {
		for (int from = 0; from < tasks; from += CHUNK) {
			List<TaskRequest> requests = new ArrayList<>(CHUNK);
			for (int number = from; number < Math.min(tasks, from + CHUNK); number++) {
				requests.add(GobstopperSystem.request(tenant).fairnessKey("tenant-" + tenant));
			}
			queue.enqueueAll(requests);
		}
	}

	/**
	 * Counts until so many tasks have started.
	 */
	private static final class Starts {

		private final CountDownLatch over = new CountDownLatch(1);

		private final Set<Integer> tenants = new HashSet<>();

		private final int wanted;

		private final long begin = System.nanoTime();

		private int started;

		private int ofSmall;

		private int untilFirstOfEach;

		private int untilAll;

		private long end;

		Starts(int wanted) {
			this.wanted = wanted;
		}

		synchronized void started(int tenant) {
			this.started++;
			if (tenant > 0) {
				this.tenants.add(tenant);
				this.ofSmall++;
			}
			if (this.untilFirstOfEach == 0 && this.tenants.size() == SMALL_TENANTS) {
				this.untilFirstOfEach = this.started;
			}
			if (this.untilAll == 0 && this.ofSmall == SMALL_TENANTS * TASKS_OF_A_SMALL_ONE) {
				this.untilAll = this.started;
			}
			if (this.started == this.wanted) {
				this.end = System.nanoTime();
				this.over.countDown();
			}
		}

		synchronized Result firstOfEach(String scenario, GobstopperSystem system) {
			return Result.rate(scenario, system.name(), this.untilFirstOfEach, seconds());
		}

		synchronized Result all(String scenario, GobstopperSystem system) {
			return Result.rate(scenario, system.name(), this.untilAll, seconds());
		}

		synchronized Result rate(String scenario, GobstopperSystem system) {
			return Result.rate(scenario, system.name(), this.wanted, seconds());
		}

		private double seconds() {
			return (this.end - this.begin) / 1e9;
		}

	}

}

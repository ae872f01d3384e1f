package io.gobstopper.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How fast 16 threads enqueue, each waiting for its own task to be durable.
 */
final class ConcurrentEnqueueScenario implements Scenario {

	private static final String NAME = "concurrent-enqueue";

	private static final int THREADS = 16;

	private static final int TASKS = 50_000;

	private static final int JOBS_OF_RIVALS = 10_000;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		int tasks = options.tasks(TASKS);
		for (int run = 0; run < options.runs(); run++) {
			try (GobstopperSystem system = GobstopperSystem.start(options.store(), "gobstopper.worker.enabled=false")) {
				enqueue(NAME, "warm-up", Math.min(tasks, 2000),
						(number) -> system.queue().enqueue(GobstopperSystem.request(number)));
				results.accept(enqueue(NAME, system.name(), tasks,
						(number) -> system.queue().enqueue(GobstopperSystem.request(number))));
			}
			if (options.rivals()) {
				try (Rivals rivals = new Rivals()) {
					for (Rival rival : rivals.all()) {
						rival.prefill(1);
						results.accept(enqueue(NAME, rival.name(), Math.min(tasks, JOBS_OF_RIVALS),
								(number) -> rival.enqueue(number + 1)));
						rival.close();
					}
				}
			}
		}
	}

	static Result enqueue(String scenario, String system, int tasks, IntConsumer enqueue) throws Exception {
		Histogram latency = new ConcurrentHistogram(60_000_000, 3);
		AtomicInteger next = new AtomicInteger();
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		List<Future<?>> running = new ArrayList<>();
		long start = System.nanoTime();
		for (int thread = 0; thread < THREADS; thread++) {
			running.add(threads.submit(() -> {
				for (int number = next.getAndIncrement(); number < tasks; number = next.getAndIncrement()) {
					long before = System.nanoTime();
					enqueue.accept(number);
					latency.recordValue((System.nanoTime() - before) / 1000);
				}
			}));
		}
		for (Future<?> each : running) {
			each.get();
		}
		double seconds = (System.nanoTime() - start) / 1e9;
		threads.shutdown();
		return Result.rate(scenario, system, tasks, seconds).with(latency);
	}

}

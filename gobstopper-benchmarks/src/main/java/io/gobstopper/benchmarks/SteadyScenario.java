package io.gobstopper.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long tasks take that arrive at a given rate, whether or not the queue keeps up.
 * Times count from when a task should have been enqueued, so that a stall is seen by all
 * tasks that it delays.
 */
final class SteadyScenario implements Scenario {

	private static final int CALLERS = 64;

	private static final int WARM_UP_SECONDS = 5;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		for (int run = 0; run < options.runs(); run++) {
			try (GobstopperSystem system = GobstopperSystem.start()) {
				arrive(system, options.rate(), WARM_UP_SECONDS, (result) -> {
				});
				arrive(system, options.rate(), options.seconds(), results);
			}
		}
	}

	private static void arrive(GobstopperSystem system, int rate, int seconds, Consumer<Result> results)
			throws Exception {
		int tasks = Math.multiplyExact(rate, seconds);
		Histogram enqueue = new ConcurrentHistogram(600_000_000, 3);
		Histogram begin = new ConcurrentHistogram(600_000_000, 3);
		AtomicLongArray arrivals = new AtomicLongArray(tasks);
		system.work().onStart((number) -> begin.recordValue((System.nanoTime() - arrivals.get(number)) / 1000));
		long settledBefore = system.settled();
		ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
		long start = System.nanoTime();
		for (int number = 0; number < tasks; number++) {
			long arrival = start + TimeUnit.SECONDS.toNanos(1) * number / rate;
			long wait = arrival - System.nanoTime();
			if (wait > 0) {
				LockSupport.parkNanos(wait);
			}
			arrivals.set(number, arrival);
			int task = number;
			callers.execute(() -> {
				system.queue().enqueue(GobstopperSystem.request(task));
				enqueue.recordValue((System.nanoTime() - arrival) / 1000);
			});
		}
		callers.shutdown();
		system.awaitSettled(settledBefore + tasks);
		double elapsed = (System.nanoTime() - start) / 1e9;
		system.work().onStart(null);
		Footprint footprint = Footprint.measure(system.database());
		results.accept(Result.rate("steady %d/s enqueue".formatted(rate), GobstopperSystem.NAME, tasks, elapsed)
			.with(enqueue)
			.with(footprint));
		results.accept(Result.rate("steady %d/s start".formatted(rate), GobstopperSystem.NAME, tasks, elapsed)
			.with(begin)
			.with(footprint));
	}

}

package io.gobstopper.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.HdrHistogram.Histogram;

/**
 * Whether latency, memory and file stay as they are while tasks arrive and finished ones
 * are deleted after a minute. Each result but the last is of ten seconds; the last is of
 * all calls that enqueued, once every task is settled.
 */
final class EnduranceScenario implements Scenario {

	static final String NAME = "endurance";

	private static final int INTERVAL_SECONDS = 10;

	private static final int HEAP_SAMPLES_PER_SECOND = 20;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		try (GobstopperSystem system = GobstopperSystem.start(options.store(), "gobstopper.retention.finished=1m",
				"gobstopper.retention.interval=5s")) {
			Arrivals arrivals = new Arrivals(system, options.rate());
			AtomicLong leastHeap = new AtomicLong(Long.MAX_VALUE);
			ScheduledExecutorService observers = Executors.newScheduledThreadPool(2);
			var heap = observers.scheduleAtFixedRate(() -> leastHeap.accumulateAndGet(usedHeap(), Math::min), 0,
					1000 / HEAP_SAMPLES_PER_SECOND, TimeUnit.MILLISECONDS);
			AtomicLong second = new AtomicLong();
			var intervals = observers.scheduleAtFixedRate(
					() -> results.accept(interval(system, arrivals, second.addAndGet(INTERVAL_SECONDS),
							leastHeap.getAndSet(Long.MAX_VALUE))),
					INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
			double seconds = arrivals.run(options.seconds());
			heap.cancel(false);
			intervals.cancel(false);
			observers.shutdown();
			Histogram enqueue = arrivals.enqueue().getIntervalHistogram();
			results.accept(Result.rate("enqueue during " + NAME, system.name(), enqueue.getTotalCount(), seconds)
				.with(enqueue)
				.with(system.footprint()));
		}
	}

	private static Result interval(GobstopperSystem system, Arrivals arrivals, long second, long heap) {
		Histogram begin = arrivals.begin().getIntervalHistogram();
		Footprint footprint = system.footprint(heap);
		return Result.rate("%s %d s".formatted(NAME, second), system.name(), begin.getTotalCount(), INTERVAL_SECONDS)
			.with(begin)
			.with(footprint);
	}

	private static long usedHeap() {
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

}

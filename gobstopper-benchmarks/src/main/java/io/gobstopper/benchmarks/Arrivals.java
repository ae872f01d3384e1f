package io.gobstopper.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

import org.HdrHistogram.Recorder;

/**
 * Tasks that arrive at a rate, whether or not those before them are done. Their latency
 * counts from when they should have arrived.
 */
final class Arrivals {

	private static final int CALLERS = 64;

	private static final long MOST_MICROS = 600_000_000;

	private final Recorder enqueue = new Recorder(MOST_MICROS, 3);

	private final Recorder begin = new Recorder(MOST_MICROS, 3);

	private final GobstopperSystem system;

	private final int rate;

	Arrivals(GobstopperSystem system, int rate) {
		this.system = system;
		this.rate = rate;
	}

	// The time until a call that enqueues returned, in microseconds.
	Recorder enqueue() {
		return this.enqueue;
	}

	// The time until a handler was called, in microseconds.
	Recorder begin() {
		return this.begin;
	}

	// Has tasks arrive for some seconds, returns when they are done, with the seconds.
	double run(int seconds) throws InterruptedException {
		int tasks = Math.multiplyExact(this.rate, seconds);
		AtomicLongArray arrivals = new AtomicLongArray(tasks);
		this.system.work()
			.onStart((number) -> this.begin.recordValue((System.nanoTime() - arrivals.get(number)) / 1000));
		long settledBefore = this.system.settled();
		ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
		long start = System.nanoTime();
		for (int number = 0; number < tasks; number++) {
			long arrival = start + TimeUnit.SECONDS.toNanos(1) * number / this.rate;
			long wait = arrival - System.nanoTime();
			if (wait > 0) {
				LockSupport.parkNanos(wait);
			}
			arrivals.set(number, arrival);
			int task = number;
			callers.execute(() -> {
				this.system.queue().enqueue(GobstopperSystem.request(task));
				this.enqueue.recordValue((System.nanoTime() - arrival) / 1000);
			});
		}
		callers.shutdown();
		this.system.awaitSettled(settledBefore + tasks);
		this.system.work().onStart(null);
		return (System.nanoTime() - start) / 1e9;
	}

}

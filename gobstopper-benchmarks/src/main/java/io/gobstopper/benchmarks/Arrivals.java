package io.gobstopper.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

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

	private final @Nullable BufferedReader elsewhere;

	Arrivals(GobstopperSystem system, int rate) {
		this(system, rate, null);
	}

	// Of tasks that run in another process, a line is read for each with its number and
	// when it was started.
	Arrivals(GobstopperSystem system, int rate, @Nullable BufferedReader elsewhere) {
		this.system = system;
		this.rate = rate;
		this.elsewhere = elsewhere;
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
	double run(int seconds) throws InterruptedException, ExecutionException {
		int tasks = Math.multiplyExact(this.rate, seconds);
		AtomicLongArray arrivals = new AtomicLongArray(tasks);
		this.system.work()
			.onStart((number) -> this.begin.recordValue((System.nanoTime() - arrivals.get(number)) / 1000));
		long settledBefore = this.system.settled();
		ExecutorService callers = Executors.newFixedThreadPool(CALLERS + 1);
		Future<?> starts = callers.submit(() -> {
			readStarts(arrivals);
			return null;
		});
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
		starts.get();
		if (this.elsewhere == null) {
			this.system.awaitSettled(settledBefore + tasks);
		}
		this.system.work().onStart(null);
		return (System.nanoTime() - start) / 1e9;
	}

	// The other process waits while nobody reads what it prints.
	private void readStarts(AtomicLongArray arrivals) throws IOException {
		for (int read = 0; this.elsewhere != null && read < arrivals.length(); read++) {
			String[] start = this.elsewhere.readLine().split(" ", 2);
			this.begin.recordValue((Long.parseLong(start[1]) - arrivals.get(Integer.parseInt(start[0]))) / 1000);
		}
	}

}

package io.gobstopper.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.HdrHistogram.Histogram;

import io.gobstopper.RateLimitedException;

/**
 * How many tasks with a rate start on the whole, and within a second at most, while there
 * are always more: in one application on DuckDB, and in two that share PostgreSQL; and
 * how soon the other one of these hears that a key has to wait.
 */
final class RatesScenario implements Scenario {

	private static final int BURSTS_PER_RATE = 10;

	private static final int ROUNDS = 10;

	private static final int FIRST = 1000;

	private static final int TOLD = 3000;

	private static final Duration PAUSE = Duration.ofSeconds(2);

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		for (int run = 0; run < options.runs(); run++) {
			if (options.store() == StoreKind.DUCKDB) {
				try (GobstopperSystem system = GobstopperSystem.start(options.store(), properties(options))) {
					measure(options, List.of(system), results);
				}
				continue;
			}
			try (PostgresServer server = new PostgresServer();
					GobstopperSystem one = GobstopperSystem.start(options.store(), server, properties(options));
					GobstopperSystem other = GobstopperSystem.start(options.store(), server, properties(options))) {
				measure(options, List.of(one, other), results);
				results.accept(hear(one, other));
			}
		}
	}

	// How long tasks of a key still start in another application after one was told to
	// wait, ten times.
	private static Result hear(GobstopperSystem one, GobstopperSystem other) throws InterruptedException {
		Histogram heard = new Histogram(3);
		for (int round = 0; round < ROUNDS; round++) {
			int telling = FIRST + round;
			AtomicLong told = new AtomicLong();
			AtomicLong last = new AtomicLong();
			one.work().onStart((number) -> {
				if (number == telling && told.compareAndSet(0, System.nanoTime())) {
					throw new RateLimitedException(PAUSE);
				}
			});
			other.work().onStart((number) -> {
				if (number == telling) {
					last.set(System.nanoTime());
				}
			});
			String key = "key-" + round;
			one.queue().enqueueAll(Collections.nCopies(TOLD, GobstopperSystem.request(telling).limit("told", key)));
			TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
			heard.recordValue(Math.max(1, TimeUnit.NANOSECONDS.toMicros(last.get() - told.get())));
		}
		return Result.rate("rates, heard of a 429", one.name(), ROUNDS, PAUSE.toMillis() * ROUNDS / 1e3).with(heard);
	}

	private static String[] properties(Options options) {
		return new String[] { "gobstopper.limits.paced.rate=%d/1s".formatted(options.rate()),
				"gobstopper.limits.paced.burst=%d".formatted(Math.max(1, options.rate() / BURSTS_PER_RATE)),
				"gobstopper.limits.told.rate=1000/1s", "gobstopper.limits.told.burst=1000" };
	}

	private static void measure(Options options, List<GobstopperSystem> systems, Consumer<Result> results)
			throws InterruptedException {
		List<Long> starts = Collections.synchronizedList(new ArrayList<>());
		systems.forEach((system) -> system.work().onStart((number) -> starts.add(System.nanoTime())));
		int tasks = options.rate() * (options.seconds() + 2) + options.rate() / BURSTS_PER_RATE;
		systems.get(0)
			.queue()
			.enqueueAll(Collections.nCopies(tasks, GobstopperSystem.request(1).limit("paced", "one")));
		TimeUnit.SECONDS.sleep(options.seconds() + 1L);
		List<Long> sorted;
		synchronized (starts) {
			sorted = starts.stream().sorted().toList();
		}
		long end = sorted.get(0) + TimeUnit.SECONDS.toNanos(options.seconds());
		int counted = 0;
		int most = 0;
		int first = 0;
		for (int last = 0; last < sorted.size() && sorted.get(last) < end; last++) {
			while (sorted.get(last) - sorted.get(first) >= TimeUnit.SECONDS.toNanos(1)) {
				first++;
			}
			most = Math.max(most, last - first + 1);
			counted++;
		}
		String name = systems.get(0).name();
		results.accept(Result.rate("rates, %d/s".formatted(options.rate()), name, counted, options.seconds()));
		results.accept(Result.rate("rates, most in a second", name, most, 1));
	}

}

package io.gobstopper.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

import io.gobstopper.schedule.TaskSchedule;
import io.gobstopper.schedule.TaskSchedules;
import io.gobstopper.store.schedule.ScheduleStep;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.store.writer.TaskStoreListener;

/**
 * How late the tasks of very many schedules are enqueued. The rate says how many are due
 * in a second.
 */
final class SchedulesScenario implements Scenario {

	private static final int SCHEDULES = 10_000;

	private static final int CREATORS = 32;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		int schedules = options.tasks(SCHEDULES);
		int rate = options.rate();
		for (int run = 0; run < options.runs(); run++) {
			results.accept(fire(options, schedules, Duration.ofMillis(1000L * schedules / rate)));
		}
	}

	private static Result fire(Options options, int schedules, Duration interval) throws Exception {
		try (GobstopperSystem system = GobstopperSystem.start(options.store())) {
			Histogram lateness = new SynchronizedHistogram(3);
			AtomicLong fired = new AtomicLong();
			create(system, schedules, interval, interval);
			// Each has enqueued one task before it counts.
			TimeUnit.NANOSECONDS.sleep(interval.toNanos());
			system.context().getBean(GroupCommit.class).addListener(new TaskStoreListener() {

				@Override
				public void scheduled(ScheduleStep step) {
					if (step.lateness() != null) {
						fired.addAndGet(step.fired());
						lateness.recordValue(TimeUnit.NANOSECONDS.toMicros(step.lateness().toNanos()));
					}
				}

			});
			int seconds = options.seconds();
			TimeUnit.SECONDS.sleep(seconds);
			return Result.rate("schedules %,d".formatted(schedules), system.name(), fired.get(), seconds)
				.with(lateness)
				.with(system.footprint());
		}
	}

	// Creates them over a while, over which their times are spread, too.
	static void create(GobstopperSystem system, int schedules, Duration interval, Duration over) throws Exception {
		TaskSchedules all = system.context().getBean(TaskSchedules.class);
		ScheduledExecutorService creators = Executors.newScheduledThreadPool(CREATORS);
		List<Future<?>> created = new ArrayList<>();
		for (int i = 0; i < schedules; i++) {
			int number = i;
			created.add(creators.schedule(
					() -> all
						.create(TaskSchedule.every("customer-" + number, interval, GobstopperSystem.request(number))),
					over.toNanos() / schedules * number, TimeUnit.NANOSECONDS));
		}
		for (Future<?> each : created) {
			each.get();
		}
		creators.shutdown();
	}

}

package io.gobstopper.observation;

import java.time.Duration;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import io.gobstopper.store.schedule.ScheduleStep;

/**
 * The meters of schedules, of which there may be very many. Safe for use by several
 * threads.
 */
final class ScheduleMeters {

	private static final int MOST_SCHEDULES = 100;

	private static final Duration[] BUCKETS = { Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(250),
			Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(10),
			Duration.ofHours(1) };

	private final MeterRegistry registry;

	private final TagValues schedules = new TagValues(MOST_SCHEDULES);

	private final Timer lateness;

	ScheduleMeters(MeterRegistry registry) {
		this.registry = registry;
		this.lateness = Timer.builder(TaskMeters.SCHEDULE_LATENESS.getName())
			.description(TaskMeters.SCHEDULE_LATENESS.getDescription())
			.serviceLevelObjectives(BUCKETS)
			.register(registry);
	}

	void record(ScheduleStep step) {
		String schedule = this.schedules.limit(step.schedule());
		counter(TaskMeters.SCHEDULE_FIRED, schedule).increment(step.fired());
		counter(TaskMeters.SCHEDULE_MISSED, schedule).increment((double) step.missed());
		counter(TaskMeters.SCHEDULE_SKIPPED, schedule).increment(step.skipped());
		if (step.lateness() != null) {
			this.lateness.record(step.lateness());
		}
	}

	private Counter counter(TaskMeters meter, String schedule) {
		return Counter.builder(meter.getName())
			.tag(TaskMeters.Tag.SCHEDULE.asString(), schedule)
			.description(meter.getDescription())
			.register(this.registry);
	}

}

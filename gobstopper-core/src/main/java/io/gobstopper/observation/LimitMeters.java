package io.gobstopper.observation;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.gobstopper.GobstopperException;
import io.gobstopper.limit.LimitInfo;

/**
 * The meters of limits, all of which are read with one query. Safe for use by several
 * threads.
 */
final class LimitMeters {

	private static final Log logger = LogFactory.getLog(LimitMeters.class);

	private static final int MOST_LIMITS = 100;

	private final MeterRegistry registry;

	private final Supplier<List<LimitInfo>> limits;

	private final Clock clock;

	private Instant triedAt = Instant.MIN;

	private List<LimitInfo> known = List.of();

	LimitMeters(MeterRegistry registry, Supplier<List<LimitInfo>> limits, Clock clock) {
		this.registry = registry;
		this.limits = limits;
		this.clock = clock;
	}

	void add(Collection<String> names) {
		names.stream().sorted().limit(MOST_LIMITS).forEach((name) -> {
			gauge(TaskMeters.LIMIT_ACTIVE, name, LimitInfo::active);
			gauge(TaskMeters.LIMIT_WAITING, name, LimitInfo::waiting);
			gauge(TaskMeters.LIMIT_MAX, name, (limit) -> (limit.total() != null) ? limit.total() : Double.NaN);
		});
	}

	private void gauge(TaskMeters meter, String name, ToDoubleFunction<LimitInfo> value) {
		Gauge.builder(meter.getName(), this, (meters) -> meters.read(name, value))
			.tag(TaskMeters.Tag.LIMIT.asString(), name)
			.description(meter.getDescription())
			.register(this.registry);
	}

	private synchronized double read(String name, ToDoubleFunction<LimitInfo> value) {
		Instant now = this.clock.instant();
		if (this.triedAt.isBefore(now.minus(QueueSnapshots.FRESH)) || this.triedAt.isAfter(now)) {
			this.triedAt = now;
			this.known = find();
		}
		return this.known.stream()
			.filter((limit) -> limit.name().equals(name))
			.mapToDouble(value)
			.findFirst()
			.orElse(Double.NaN);
	}

	private List<LimitInfo> find() {
		try {
			return this.limits.get();
		}
		catch (GobstopperException ex) {
			logger.warn("The gauges of limits have no values: " + ex.getMessage());
			return List.of();
		}
	}

}

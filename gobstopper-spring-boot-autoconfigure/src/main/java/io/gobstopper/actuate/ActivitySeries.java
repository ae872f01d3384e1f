package io.gobstopper.actuate;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.gobstopper.actuate.description.ActivityDescriptor.PercentilesDescriptor;
import io.gobstopper.actuate.description.ActivityDescriptor.SeriesDescriptor;
import io.gobstopper.store.statistics.AttemptSummary;
import io.gobstopper.store.statistics.Percentiles;
import io.gobstopper.store.statistics.TaskStatistics;
import io.gobstopper.store.statistics.TimeBuckets;

/**
 * What happened in each bucket of one window. Attempts in buckets that are over do not
 * change any more, so that only the rest is asked for again; what is known of the queue
 * changes with each further attempt of a task, and is asked for again part by part. Safe
 * for use by several threads.
 */
final class ActivitySeries {

	// What ended in a bucket may be stored a little later.
	private static final Duration SETTLED_AFTER = Duration.ofSeconds(15);

	private static final int PARTS = 24;

	private static final MathContext DIGITS = new MathContext(4);

	private static final int MOST_CATEGORIES = 6;

	private static final AttemptSummary NO_ATTEMPTS = new AttemptSummary(Instant.MIN, 0, 0, 0,
			new Percentiles(Double.NaN, Double.NaN, Double.NaN), null);

	private final ActivityWindow window;

	private final NavigableMap<Instant, AttemptSummary> attempts = new TreeMap<>();

	private final NavigableMap<Instant, Map<String, Long>> growth = new TreeMap<>();

	private Instant known = Instant.MIN;

	private Instant nextPart = Instant.MIN;

	ActivitySeries(ActivityWindow window) {
		this.window = window;
	}

	synchronized SeriesDescriptor describe(TaskStatistics statistics, Map<String, Long> depths, Instant now) {
		TimeBuckets shown = this.window.buckets(now);
		refresh(statistics, shown, now);
		List<AttemptSummary> all = IntStream.range(0, shown.count())
			.mapToObj((index) -> this.attempts.getOrDefault(shown.startOf(index), NO_ATTEMPTS))
			.toList();
		return new SeriesDescriptor(shown.start(), this.window.bucket().toSeconds(),
				all.stream().map(AttemptSummary::succeeded).toList(), all.stream().map(AttemptSummary::failed).toList(),
				all.stream().map(AttemptSummary::cancelled).toList(), percentiles(all, AttemptSummary::waiting),
				percentiles(all, AttemptSummary::execution), depthsOverTime(shown, depths));
	}

	private void refresh(TaskStatistics statistics, TimeBuckets shown, Instant now) {
		boolean isAhead = !this.known.isBefore(shown.end());
		Instant unknown = (isAhead || this.known.isBefore(shown.start())) ? shown.start() : this.known;
		this.attempts.headMap(shown.start(), false).clear();
		this.attempts.tailMap(unknown, true).clear();
		statistics.attempts(since(unknown, shown)).forEach((attempts) -> this.attempts.put(attempts.start(), attempts));
		this.growth.headMap(shown.start(), false).clear();
		refreshFlows(statistics, since(unknown, shown), now);
		if (unknown.isAfter(shown.start())) {
			refreshFlows(statistics, nextPart(shown, unknown), now);
		}
		this.known = this.window.buckets(now.minus(SETTLED_AFTER)).end().minus(shown.width());
	}

	private void refreshFlows(TaskStatistics statistics, TimeBuckets buckets, Instant now) {
		this.growth.subMap(buckets.start(), buckets.end()).clear();
		statistics.flows(buckets, now)
			.forEach((flow) -> this.growth.computeIfAbsent(flow.start(), (start) -> new HashMap<>())
				.put(flow.category(), flow.entered() - flow.left()));
	}

	// One after the other of those before a time.
	private TimeBuckets nextPart(TimeBuckets shown, Instant before) {
		boolean isOver = this.nextPart.isBefore(shown.start()) || !this.nextPart.isBefore(before);
		TimeBuckets rest = since(isOver ? shown.start() : this.nextPart, new TimeBuckets(shown.start(), shown.width(),
				(int) Duration.between(shown.start(), before).dividedBy(shown.width())));
		TimeBuckets part = new TimeBuckets(rest.start(), rest.width(),
				Math.min(rest.count(), Math.max(1, shown.count() / PARTS)));
		this.nextPart = part.end();
		return part;
	}

	private static TimeBuckets since(Instant start, TimeBuckets shown) {
		return new TimeBuckets(start, shown.width(),
				(int) Duration.between(start, shown.end()).dividedBy(shown.width()));
	}

	private static PercentilesDescriptor percentiles(List<AttemptSummary> buckets,
			Function<AttemptSummary, @Nullable Percentiles> times) {
		return new PercentilesDescriptor(seconds(buckets, times, Percentiles::p50),
				seconds(buckets, times, Percentiles::p95), seconds(buckets, times, Percentiles::p99));
	}

	private static List<@Nullable Double> seconds(List<AttemptSummary> buckets,
			Function<AttemptSummary, @Nullable Percentiles> times, ToDoubleFunction<Percentiles> percentile) {
		List<@Nullable Double> values = new ArrayList<>();
		for (AttemptSummary bucket : buckets) {
			Percentiles percentiles = times.apply(bucket);
			double value = (percentiles != null) ? percentile.applyAsDouble(percentiles) : Double.NaN;
			values.add(Double.isNaN(value) ? null : rounded(value));
		}
		return values;
	}

	private static double rounded(double seconds) {
		return BigDecimal.valueOf(seconds).round(DIGITS).doubleValue();
	}

	// Each depth is what is left of the one that followed, without what came in
	// meanwhile.
	private Map<String, List<Long>> depthsOverTime(TimeBuckets shown, Map<String, Long> depths) {
		Set<String> names = new TreeSet<>(depths.keySet());
		this.growth.values().forEach((bucket) -> names.addAll(bucket.keySet()));
		Map<String, List<Long>> all = new TreeMap<>();
		for (String name : names) {
			Long[] values = new Long[shown.count()];
			long depth = depths.getOrDefault(name, 0L);
			for (int i = values.length - 1; i >= 0; i--) {
				values[i] = Math.max(0, depth);
				depth -= this.growth.getOrDefault(shown.startOf(i), Map.of()).getOrDefault(name, 0L);
			}
			all.put(name, List.of(values));
		}
		return deepest(all);
	}

	private static Map<String, List<Long>> deepest(Map<String, List<Long>> depths) {
		Map<String, List<Long>> deepest = new TreeMap<>();
		depths.entrySet()
			.stream()
			.sorted(Comparator.comparingLong((entry) -> -entry.getValue().stream().mapToLong(Long::longValue).sum()))
			.limit(MOST_CATEGORIES)
			.forEach((entry) -> deepest.put(entry.getKey(), entry.getValue()));
		return deepest;
	}

}

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
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.gobstopper.actuate.ActivityDescriptor.PercentilesDescriptor;
import io.gobstopper.actuate.ActivityDescriptor.SeriesDescriptor;
import io.gobstopper.store.AttemptSummary;
import io.gobstopper.store.Percentiles;
import io.gobstopper.store.QueueFlow;
import io.gobstopper.store.TaskStatistics;
import io.gobstopper.store.TimeBuckets;

/**
 * What happened in each bucket of one window. The buckets that are over do not change any
 * more, so that only the rest is asked for again. Safe for use by several threads.
 */
final class ActivitySeries {

	// What ended in a bucket may be stored a little later.
	private static final Duration SETTLED_AFTER = Duration.ofSeconds(15);

	private static final MathContext DIGITS = new MathContext(4);

	private static final int MOST_CATEGORIES = 6;

	private final ActivityWindow window;

	private final NavigableMap<Instant, Bucket> buckets = new TreeMap<>();

	private Instant known = Instant.MIN;

	ActivitySeries(ActivityWindow window) {
		this.window = window;
	}

	synchronized SeriesDescriptor describe(TaskStatistics statistics, Map<String, Long> depths, Instant now) {
		TimeBuckets shown = this.window.buckets(now);
		refresh(statistics, shown, now);
		List<Bucket> all = IntStream.range(0, shown.count())
			.mapToObj((index) -> this.buckets.getOrDefault(shown.startOf(index), Bucket.EMPTY))
			.toList();
		return new SeriesDescriptor(shown.start(), this.window.bucket().toSeconds(),
				all.stream().map((bucket) -> bucket.succeeded()).toList(),
				all.stream().map((bucket) -> bucket.failed()).toList(),
				all.stream().map((bucket) -> bucket.cancelled()).toList(), percentiles(all, Bucket::waiting),
				percentiles(all, Bucket::execution), depthsOverTime(all, depths));
	}

	private void refresh(TaskStatistics statistics, TimeBuckets shown, Instant now) {
		this.buckets.headMap(shown.start(), false).clear();
		boolean isAhead = this.known.isAfter(shown.end());
		Instant from = (isAhead || this.known.isBefore(shown.start())) ? shown.start() : this.known;
		int count = (int) Duration.between(from, shown.end()).dividedBy(shown.width());
		TimeBuckets asked = new TimeBuckets(from, shown.width(), count);
		this.buckets.tailMap(from, true).clear();
		statistics.attempts(asked)
			.forEach((attempts) -> this.buckets.merge(attempts.start(), Bucket.of(attempts), Bucket::with));
		statistics.flows(asked).forEach((flow) -> this.buckets.merge(flow.start(), Bucket.of(flow), Bucket::with));
		this.known = this.window.buckets(now.minus(SETTLED_AFTER)).end().minus(shown.width());
	}

	private static PercentilesDescriptor percentiles(List<Bucket> buckets,
			Function<Bucket, @Nullable Percentiles> times) {
		return new PercentilesDescriptor(seconds(buckets, times, Percentiles::p50),
				seconds(buckets, times, Percentiles::p95), seconds(buckets, times, Percentiles::p99));
	}

	private static List<@Nullable Double> seconds(List<Bucket> buckets, Function<Bucket, @Nullable Percentiles> times,
			ToDoubleFunction<Percentiles> percentile) {
		List<@Nullable Double> values = new ArrayList<>();
		for (Bucket bucket : buckets) {
			Percentiles percentiles = times.apply(bucket);
			values.add((percentiles != null) ? rounded(percentile.applyAsDouble(percentiles)) : null);
		}
		return values;
	}

	private static double rounded(double seconds) {
		return BigDecimal.valueOf(seconds).round(DIGITS).doubleValue();
	}

	// Each depth is what is left of the one that followed, without what came in
	// meanwhile.
	private static Map<String, List<Long>> depthsOverTime(List<Bucket> buckets, Map<String, Long> depths) {
		Map<String, List<Long>> all = new TreeMap<>();
		List<String> names = new ArrayList<>(depths.keySet());
		buckets.forEach((bucket) -> bucket.flows()
			.keySet()
			.stream()
			.filter((name) -> !names.contains(name))
			.forEach(names::add));
		for (String name : names) {
			Long[] values = new Long[buckets.size()];
			long depth = depths.getOrDefault(name, 0L);
			for (int i = values.length - 1; i >= 0; i--) {
				values[i] = depth;
				depth = Math.max(0, depth - buckets.get(i).flows().getOrDefault(name, 0L));
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

	/**
	 * What happened in one bucket.
	 *
	 * @param succeeded the attempts that succeeded
	 * @param failed the attempts that failed
	 * @param cancelled the attempts that were cancelled
	 * @param waiting how long the attempts waited
	 * @param execution how long the attempts ran
	 * @param flows by how much each category's queue grew
	 */
	private record Bucket(long succeeded, long failed, long cancelled, @Nullable Percentiles waiting,
			@Nullable Percentiles execution, Map<String, Long> flows) {

		static final Bucket EMPTY = new Bucket(0, 0, 0, null, null, Map.of());

		static Bucket of(AttemptSummary attempts) {
			return new Bucket(attempts.succeeded(), attempts.failed(), attempts.cancelled(), attempts.waiting(),
					attempts.execution(), Map.of());
		}

		static Bucket of(QueueFlow flow) {
			return new Bucket(0, 0, 0, null, null, Map.of(flow.category(), flow.entered() - flow.left()));
		}

		Bucket with(Bucket other) {
			Map<String, Long> all = new HashMap<>(this.flows);
			all.putAll(other.flows);
			return new Bucket(this.succeeded + other.succeeded, this.failed + other.failed,
					this.cancelled + other.cancelled, (this.waiting != null) ? this.waiting : other.waiting,
					(this.execution != null) ? this.execution : other.execution, all);
		}

	}

}

package io.gobstopper.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.gobstopper.TaskStatus;
import io.gobstopper.actuate.description.ActivityDescriptor.SeriesDescriptor;
import io.gobstopper.store.statistics.AttemptSummary;
import io.gobstopper.store.statistics.AttentionCounts;
import io.gobstopper.store.statistics.FailureSummary;
import io.gobstopper.store.statistics.Percentiles;
import io.gobstopper.store.statistics.QueueFlow;
import io.gobstopper.store.statistics.RunningTask;
import io.gobstopper.store.statistics.TaskStatistics;
import io.gobstopper.store.statistics.TimeBuckets;
import io.gobstopper.store.statistics.WaitingName;

import static org.assertj.core.api.Assertions.assertThat;

class ActivitySeriesTests {

	private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

	private static final Percentiles TIMES = new Percentiles(0.123456, 1.5, 20);

	private final RecordedStatistics statistics = new RecordedStatistics();

	private final ActivitySeries series = new ActivitySeries(ActivityWindow.FIVE_MINUTES);

	@Test
	void eachBucketHasWhatHappenedInIt() {
		this.statistics.attempts.add(new AttemptSummary(NOON.minusSeconds(10), 3, 2, 1, TIMES, TIMES));
		SeriesDescriptor shown = this.series.describe(this.statistics, Map.of(), NOON.plusSeconds(4));
		assertThat(shown.start()).isEqualTo(NOON.minusSeconds(295));
		assertThat(shown.bucketSeconds()).isEqualTo(5);
		assertThat(shown.succeeded()).hasSize(60).endsWith(0L, 3L, 0L, 0L);
		assertThat(shown.failed()).hasSize(60).endsWith(0L, 2L, 0L, 0L);
		assertThat(shown.cancelled()).hasSize(60).endsWith(0L, 1L, 0L, 0L);
		assertThat(shown.waiting().p50()).hasSize(60).endsWith(null, 0.1235, null, null);
		assertThat(shown.execution().p99()).hasSize(60).endsWith(null, 20.0, null, null);
	}

	@Test
	void depthsAreCountedBackFromNow() {
		this.statistics.flows.add(new QueueFlow(NOON, "mails", 4, 1));
		this.statistics.flows.add(new QueueFlow(NOON.minusSeconds(5), "mails", 0, 6));
		this.statistics.flows.add(new QueueFlow(NOON.minusSeconds(5), "done", 2, 2));
		SeriesDescriptor shown = this.series.describe(this.statistics, Map.of("mails", 10L), NOON.plusSeconds(1));
		assertThat(shown.depth().get("mails")).startsWith(13L, 13L).endsWith(13L, 7L, 10L);
		assertThat(shown.depth().get("done")).containsOnly(0L);
	}

	@Test
	void onlyTheDeepestFewCategoriesAreShown() {
		Map<String, Long> depths = Map.of("a", 1L, "b", 2L, "c", 3L, "d", 4L, "e", 5L, "f", 6L, "g", 7L);
		assertThat(this.series.describe(this.statistics, depths, NOON).depth()).containsOnlyKeys("b", "c", "d", "e",
				"f", "g");
	}

	@Test
	void whatIsOverIsNotAskedForAgain() {
		this.series.describe(this.statistics, Map.of(), NOON);
		assertThat(this.statistics.asked).containsExactly(new TimeBuckets(NOON.minusSeconds(295), seconds(5), 60));
		this.statistics.attempts.add(new AttemptSummary(NOON.minusSeconds(10), 7, 0, 0, TIMES, TIMES));
		SeriesDescriptor later = this.series.describe(this.statistics, Map.of(), NOON.plusSeconds(10));
		assertThat(this.statistics.asked.get(1)).isEqualTo(new TimeBuckets(NOON.minusSeconds(15), seconds(5), 6));
		assertThat(later.succeeded()).endsWith(7L, 0L, 0L, 0L, 0L);
		this.statistics.attempts.clear();
		assertThat(this.series.describe(this.statistics, Map.of(), NOON.plusSeconds(60)).succeeded())
			.as("of a bucket that was over")
			.contains(7L);
		assertThat(this.statistics.asked.get(2).start()).isEqualTo(NOON.minusSeconds(5));
	}

	@Test
	void earlierFlowsAreAskedForAgainPartByPart() {
		this.series.describe(this.statistics, Map.of(), NOON);
		this.statistics.flows.add(new QueueFlow(NOON.minusSeconds(100), "mails", 4, 0));
		List<Instant> asked = new ArrayList<>();
		for (int round = 0; round < 29; round++) {
			this.statistics.flowsAsked.clear();
			this.series.describe(this.statistics, Map.of(), NOON);
			TimeBuckets unknown = this.statistics.flowsAsked.get(0);
			TimeBuckets part = this.statistics.flowsAsked.get(1);
			assertThat(unknown).isEqualTo(new TimeBuckets(NOON.minusSeconds(15), seconds(5), 4));
			assertThat(part.count()).isEqualTo(2);
			asked.addAll(List.of(part.start(), part.startOf(1)));
		}
		assertThat(asked).hasSize(58).containsSubsequence(bucketsBefore(NOON.minusSeconds(15)));
		assertThat(this.series.describe(this.statistics, Map.of("mails", 4L), NOON).depth().get("mails")).startsWith(0L)
			.endsWith(4L);
	}

	private static List<Instant> bucketsBefore(Instant end) {
		return Stream.iterate(NOON.minusSeconds(295), (start) -> start.isBefore(end), (start) -> start.plusSeconds(5))
			.toList();
	}

	@Test
	void depthIsNeverShownAsNegativeAndRecoversBefore() {
		this.statistics.flows.add(new QueueFlow(NOON, "mails", 4, 0));
		this.statistics.flows.add(new QueueFlow(NOON.minusSeconds(5), "mails", 0, 5));
		assertThat(this.series.describe(this.statistics, Map.of("mails", 1L), NOON).depth().get("mails")).startsWith(2L)
			.endsWith(2L, 0L, 1L);
	}

	@Test
	void everythingIsAskedForAgainAfterALongTimeAndAfterTheClockWentBack() {
		this.series.describe(this.statistics, Map.of(), NOON);
		this.series.describe(this.statistics, Map.of(), NOON.plus(Duration.ofHours(1)));
		this.series.describe(this.statistics, Map.of(), NOON);
		this.series.describe(this.statistics, Map.of(), NOON.minusSeconds(20));
		assertThat(this.statistics.asked).extracting(TimeBuckets::count).containsExactly(60, 60, 60, 60);
	}

	private static Duration seconds(int seconds) {
		return Duration.ofSeconds(seconds);
	}

	/**
	 * Tells what was put into it and remembers what it was asked for.
	 */
	private static final class RecordedStatistics implements TaskStatistics {

		private final List<TimeBuckets> asked = new ArrayList<>();

		private final List<TimeBuckets> flowsAsked = new ArrayList<>();

		private final List<AttemptSummary> attempts = new ArrayList<>();

		private final List<QueueFlow> flows = new ArrayList<>();

		@Override
		public List<WaitingName> waitingNames() {
			throw new UnsupportedOperationException();
		}

		@Override
		public Map<TaskStatus, Long> completedCounts() {
			return Collections.emptyMap();
		}

		@Override
		public List<AttemptSummary> attempts(TimeBuckets buckets) {
			this.asked.add(buckets);
			return this.attempts.stream().filter((attempts) -> !attempts.start().isBefore(buckets.start())).toList();
		}

		@Override
		public List<QueueFlow> flows(TimeBuckets buckets, Instant now) {
			this.flowsAsked.add(buckets);
			return this.flows.stream()
				.filter((flow) -> !flow.start().isBefore(buckets.start()) && flow.start().isBefore(buckets.end()))
				.toList();
		}

		@Override
		public List<FailureSummary> failures(Instant since, int limit) {
			return Collections.emptyList();
		}

		@Override
		public List<RunningTask> longestRunning(int limit, @Nullable String node, Collection<UUID> runningThere) {
			return Collections.emptyList();
		}

		@Override
		public AttentionCounts attention(Instant since, Collection<String> knownNames) {
			return new AttentionCounts(0, 0, 0, 0);
		}

	}

}

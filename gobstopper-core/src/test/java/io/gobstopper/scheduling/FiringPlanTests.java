package io.gobstopper.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.gobstopper.TaskPriority;
import io.gobstopper.schedule.MissedTimes;
import io.gobstopper.schedule.Overlap;
import io.gobstopper.store.schedule.UnfinishedRun;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FiringPlan}: what runs and what is counted after an outage.
 */
class FiringPlanTests {

	private static final Instant NOW = Instant.parse("2026-05-10T12:00:00Z");

	private static final Duration TOLERANCE = Duration.ofSeconds(11);

	private static final Duration DAY = Duration.ofDays(1);

	// After an outage, with nothing unfinished, and each task finished at once: how many
	// times ran, which were the first and the last, as seconds before now, and how many
	// were missed and skipped. The last time of each schedule came two seconds ago.
	@ParameterizedTest
	@CsvSource({ //
			// every 5 s, down for a minute: 12 times
			"5,     60,     RUN_ONCE, SKIP,           1,    2,     2,  11,    0", //
			"5,     60,     SKIP,     SKIP,           1,    2,     2,  11,    0", //
			"5,     60,     RUN_ALL,  SKIP,           12,   57,    2,  0,     0", //
			"5,     60,     RUN_ALL,  QUEUE_ONE,      12,   57,    2,  0,     0", //
			"5,     60,     RUN_ALL,  ALLOW,          12,   57,    2,  0,     0", //
			"5,     60,     RUN_ALL,  CANCEL_RUNNING, 1,    2,     2,  0,     11", //
			"5,     60,     RUN_ONCE, QUEUE_ONE,      1,    2,     2,  11,    0", //
			"5,     60,     RUN_ONCE, ALLOW,          1,    2,     2,  11,    0", //
			"5,     60,     RUN_ONCE, CANCEL_RUNNING, 1,    2,     2,  11,    0", //
			// down for an hour: 720 times
			"5,     3600,   RUN_ONCE, SKIP,           1,    2,     2,  719,   0", //
			"5,     3600,   SKIP,     ALLOW,          1,    2,     2,  719,   0", //
			"5,     3600,   RUN_ALL,  SKIP,           720,  3597,  2,  0,     0", //
			"5,     3600,   RUN_ALL,  ALLOW,          720,  3597,  2,  0,     0", //
			"5,     3600,   RUN_ALL,  CANCEL_RUNNING, 1,    2,     2,  0,     719", //
			// down for three days: 51,840 times, of which a day is made up for, and 1,000
			"5,     259200, RUN_ONCE, SKIP,           1,    2,     2,  51839, 0", //
			"5,     259200, SKIP,     SKIP,           1,    2,     2,  51839, 0", //
			"5,     259200, RUN_ALL,  SKIP,           1000, 4997,  2,  50840, 0", //
			"5,     259200, RUN_ALL,  ALLOW,          1000, 4997,  2,  50840, 0", //
			// hourly
			"3600,  3600,   RUN_ONCE, SKIP,           1,    2,     2,  0,     0", //
			"3600,  259200, RUN_ONCE, SKIP,           1,    2,     2,  71,    0", //
			"3600,  259200, SKIP,     SKIP,           1,    2,     2,  71,    0", //
			"3600,  259200, RUN_ALL,  SKIP,           24,   82802, 2,  48,    0", //
			"3600,  259200, RUN_ALL,  CANCEL_RUNNING, 1,    2,     2,  48,    23", //
			// daily
			"86400, 259200, RUN_ONCE, SKIP,           1,    2,     2,  2,     0", //
			"86400, 259200, SKIP,     SKIP,           1,    2,     2,  2,     0", //
			"86400, 259200, RUN_ALL,  SKIP,           1,    2,     2,  2,     0" })
	void afterAnOutage(long every, long down, MissedTimes missed, Overlap overlap, int runs, long first, long last,
			long missedTimes, int skipped) {
		Outage outage = new Outage(definition(every, missed, overlap), NOW.minusSeconds(down));
		outage.end();
		assertThat(outage.ran).hasSize(runs).isSorted().doesNotHaveDuplicates();
		assertThat(outage.ran.get(0)).isEqualTo(NOW.minusSeconds(first));
		assertThat(outage.ran.get(runs - 1)).isEqualTo(NOW.minusSeconds(last));
		assertThat(outage.missed).isEqualTo(missedTimes);
		assertThat(outage.skipped).hasSize(skipped);
		assertThat(outage.next).isEqualTo(NOW.minusSeconds(2).plusSeconds(every));
	}

	// The last time came a minute ago, and one task is unfinished.
	@ParameterizedTest
	@CsvSource({ //
			"RUN_ONCE, SKIP,           running, 0, 2, 1, false", //
			"RUN_ONCE, SKIP,           waiting, 0, 2, 1, false", //
			"RUN_ONCE, QUEUE_ONE,      running, 1, 2, 0, false", //
			"RUN_ONCE, QUEUE_ONE,      waiting, 0, 2, 1, false", //
			"RUN_ONCE, ALLOW,          running, 1, 2, 0, false", //
			"RUN_ONCE, CANCEL_RUNNING, running, 1, 2, 0, true", //
			"RUN_ONCE, CANCEL_RUNNING, waiting, 1, 2, 0, true", //
			"SKIP,     SKIP,           running, 0, 3, 0, false", //
			"SKIP,     CANCEL_RUNNING, running, 0, 3, 0, false", //
			// Waits for it instead of leaving out what it is to make up for.
			"RUN_ALL,  SKIP,           running, 0, 0, 0, false", //
			"RUN_ALL,  QUEUE_ONE,      running, 1, 0, 0, false", //
			"RUN_ALL,  QUEUE_ONE,      waiting, 0, 0, 0, false", //
			"RUN_ALL,  ALLOW,          running, 3, 0, 0, false", //
			"RUN_ALL,  CANCEL_RUNNING, running, 1, 0, 2, true" })
	void whileATaskIsUnfinished(MissedTimes missed, Overlap overlap, String state, int fired, long missedTimes,
			int skipped, boolean cancels) {
		ScheduleDefinition definition = definition(3600, missed, overlap);
		Instant latest = NOW.minusSeconds(60);
		Instant from = latest.minusSeconds(7200);
		ScheduleTimes times = new IntervalTimes(from.minusSeconds(3600), Duration.ofHours(1));
		Instant since = NOW.minusSeconds(9000);
		UnfinishedRun run = new UnfinishedRun("s", new UUID(0, 1), state.equals("running") ? since : null, since);
		FiringPlan plan = FiringPlan.of(definition, times, from, NOW, TOLERANCE, List.of(run));
		assertThat(plan.fire()).hasSize(fired);
		assertThat(plan.missed()).isEqualTo(missedTimes);
		assertThat(plan.skipped()).hasSize(skipped);
		assertThat(plan.cancel()).isEqualTo(cancels);
		boolean waits = missed == MissedTimes.RUN_ALL && overlap != Overlap.ALLOW && overlap != Overlap.CANCEL_RUNNING;
		assertThat(plan.nextAt())
			.isEqualTo(waits ? ((fired == 1) ? from.plusSeconds(3600) : from) : latest.plusSeconds(3600));
		if (skipped == 1) {
			assertThat(plan.skipReason())
				.isEqualTo("task 00000000-0000-0000-0000-000000000001 is %s since 2026-05-10T09:30:00Z", state);
		}
	}

	@Test
	void timeThatIsHardlyLateIsSkippedAlsoByOneThatMakesUp() {
		ScheduleDefinition definition = definition(5, MissedTimes.RUN_ALL, Overlap.SKIP);
		ScheduleTimes times = new IntervalTimes(NOW.minusSeconds(100), Duration.ofSeconds(5));
		UnfinishedRun run = new UnfinishedRun("s", new UUID(0, 1), NOW, NOW);
		FiringPlan plan = FiringPlan.of(definition, times, NOW.minusSeconds(10), NOW, TOLERANCE, List.of(run));
		assertThat(plan.fire()).isEmpty();
		assertThat(plan.skipped()).containsExactly(NOW.minusSeconds(10), NOW.minusSeconds(5), NOW);
		assertThat(plan.nextAt()).isEqualTo(NOW.plusSeconds(5));
	}

	@Test
	void timesOfAYearAgoAreNotCountedOneByOne() {
		ScheduleDefinition definition = definition(1, MissedTimes.RUN_ONCE, Overlap.SKIP);
		Instant from = NOW.minus(Duration.ofDays(3650));
		List<Instant> asked = new ArrayList<>();
		ScheduleTimes times = new IntervalTimes(from.minusSeconds(1), Duration.ofSeconds(1));
		FiringPlan plan = FiringPlan.of(definition, (after) -> {
			asked.add(after);
			return times.next(after);
		}, from, NOW, TOLERANCE, List.of());
		assertThat(plan.fire()).containsExactly(NOW);
		assertThat(plan.missed()).isGreaterThan(100_000);
		assertThat(asked).hasSizeLessThan(200_000);
	}

	private static ScheduleDefinition definition(long every, MissedTimes missed, Overlap overlap) {
		return new ScheduleDefinition(new Timing(null, Duration.ofSeconds(every), "UTC"), missed, DAY, overlap,
				Duration.ZERO, TaskPriority.NORMAL, 0, "[]", "{}", Map.of());
	}

	/**
	 * What happens from the end of an outage on, when each task ends before the next
	 * look.
	 */
	private static final class Outage {

		private final ScheduleDefinition definition;

		private final ScheduleTimes times;

		private final List<Instant> ran = new ArrayList<>();

		private final List<Instant> skipped = new ArrayList<>();

		private long missed;

		private Instant next;

		Outage(ScheduleDefinition definition, Instant begin) {
			this.definition = definition;
			this.times = new IntervalTimes(
					NOW.minusSeconds(2).minus(definition.timing().every().multipliedBy(1_000_000)),
					definition.timing().every());
			this.next = this.times.next(begin);
		}

		void end() {
			while (!this.next.isAfter(NOW)) {
				FiringPlan plan = FiringPlan.of(this.definition, this.times, this.next, NOW, TOLERANCE, List.of());
				this.ran.addAll(plan.fire());
				this.skipped.addAll(plan.skipped());
				this.missed += plan.missed();
				this.next = plan.nextAt();
			}
		}

	}

}

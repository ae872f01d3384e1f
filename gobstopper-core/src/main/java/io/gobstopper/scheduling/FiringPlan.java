package io.gobstopper.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.gobstopper.schedule.MissedTimes;
import io.gobstopper.schedule.Overlap;
import io.gobstopper.store.schedule.UnfinishedRun;
import io.gobstopper.store.task.DueTimes;

/**
 * What a schedule does about the times that have come.
 *
 * @param fire for which of them to enqueue a task, in this order
 * @param cancel whether to cancel its unfinished tasks before
 * @param missed how many are missed
 * @param skipped which are skipped as an earlier task is not finished
 * @param skipReason why they are
 * @param nextAt which time is next, in the past if it waits for an earlier task
 */
record FiringPlan(List<Instant> fire, boolean cancel, long missed, List<Instant> skipped, @Nullable String skipReason,
		@Nullable Instant nextAt) {

	private static final int MOST_AT_ONCE = 100;

	private static final int MOST_MADE_UP_FOR = 1000;

	// What lies longer back is not counted one by one, which would take too long.
	private static final int MOST_COUNTED = 100_000;

	/**
	 * Plans.
	 * @param definition what the schedule is to do
	 * @param times its times
	 * @param from the first time that nothing was done about, not after now
	 * @param now the time
	 * @param tolerance how late is not late
	 * @param unfinished its tasks that are not finished
	 * @return the plan
	 */
	static FiringPlan of(ScheduleDefinition definition, ScheduleTimes times, Instant from, Instant now,
			Duration tolerance, List<UnfinishedRun> unfinished) {
		Come come = Come.of(definition, times, from, now);
		boolean latestIsLate = come.times.isEmpty() || isLate(come.times.get(come.times.size() - 1), now, tolerance);
		List<Instant> wanted = switch (definition.missed()) {
			case RUN_ALL -> come.times;
			case RUN_ONCE -> last(come.times);
			case SKIP -> latestIsLate ? List.of() : last(come.times);
		};
		long missed = come.tooOld + come.times.size() - wanted.size();
		return withoutOverlap(definition, wanted, missed, come.next, unfinished,
				definition.missed() == MissedTimes.RUN_ALL && !wanted.isEmpty()
						&& isLate(wanted.get(0), now, tolerance));
	}

	private static FiringPlan withoutOverlap(ScheduleDefinition definition, List<Instant> wanted, long missed,
			@Nullable Instant next, List<UnfinishedRun> unfinished, boolean makesUp) {
		if (wanted.isEmpty() || definition.overlap() == Overlap.ALLOW) {
			return fire(wanted, missed, next);
		}
		if (definition.overlap() == Overlap.CANCEL_RUNNING) {
			List<Instant> earlier = wanted.subList(0, wanted.size() - 1);
			return new FiringPlan(last(wanted), !unfinished.isEmpty(), missed, earlier,
					earlier.isEmpty() ? null : "a later time came before it could be enqueued", next);
		}
		List<UnfinishedRun> inTheWay = (definition.overlap() == Overlap.SKIP) ? unfinished
				: unfinished.stream().filter((run) -> run.runningSince() == null).toList();
		if (inTheWay.isEmpty()) {
			return new FiringPlan(wanted.subList(0, 1), false, missed, List.of(), null,
					(wanted.size() > 1) ? wanted.get(1) : next);
		}
		return makesUp ? new FiringPlan(List.of(), false, missed, List.of(), null, wanted.get(0))
				: new FiringPlan(List.of(), false, missed, wanted, reason(inTheWay.get(0)), next);
	}

	private static FiringPlan fire(List<Instant> wanted, long missed, @Nullable Instant next) {
		boolean more = wanted.size() > MOST_AT_ONCE;
		return new FiringPlan(more ? wanted.subList(0, MOST_AT_ONCE) : wanted, false, missed, List.of(), null,
				more ? wanted.get(MOST_AT_ONCE) : next);
	}

	private static String reason(UnfinishedRun run) {
		Instant running = run.runningSince();
		return (running != null) ? "task %s is running since %s".formatted(run.taskId(), running)
				: "task %s is waiting since %s".formatted(run.taskId(), run.waitingSince());
	}

	private static boolean isLate(Instant time, Instant now, Duration tolerance) {
		return Duration.between(time, now).compareTo(tolerance) >= 0;
	}

	private static List<Instant> last(List<Instant> times) {
		return times.isEmpty() ? times : times.subList(times.size() - 1, times.size());
	}

	/**
	 * The times that have come.
	 *
	 * @param times those that are made up for at most
	 * @param tooOld how many were before them
	 * @param next which has not come
	 */
	private record Come(List<Instant> times, long tooOld, @Nullable Instant next) {

		static Come of(ScheduleDefinition definition, ScheduleTimes times, Instant from, Instant now) {
			Instant oldest = DueTimes.before(now, definition.missedWithin());
			Deque<Instant> latest = new ArrayDeque<>();
			long tooOld = 0;
			Instant time = from;
			while (time != null && !time.isAfter(now)) {
				boolean old = time.isBefore(oldest);
				if (!old) {
					latest.add(time);
				}
				if (old || latest.size() > MOST_MADE_UP_FOR) {
					tooOld++;
					if (!old) {
						latest.remove();
					}
				}
				time = times.next((tooOld > MOST_COUNTED) ? later(time, from, tooOld, old ? oldest : now) : time);
			}
			return new Come(new ArrayList<>(latest), tooOld, time);
		}

		// As many times before the end as may be wanted, by how far apart they were.
		private static Instant later(Instant time, Instant from, long counted, Instant end) {
			Duration apart = Duration.between(from, time).dividedBy(counted);
			Instant later = end.minus(apart.multipliedBy(2L * MOST_MADE_UP_FOR));
			return later.isAfter(time) ? later : time;
		}

	}

}

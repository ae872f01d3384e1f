package io.gobstopper.store.limit;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.gobstopper.limit.LimitNumbers;

/**
 * How fast tasks pass a gate, by the generic cell rate algorithm of ITU-T I.371: of each
 * gate one time is known, until which what has passed uses up what is allowed. A task may
 * start when that time is less than a burst away.
 *
 * @param interval the time that each task uses up
 * @param burst how many may start at once
 */
public record Pace(Duration interval, int burst) {

	/**
	 * Returns how fast tasks pass a gate.
	 * @param numbers those of the limit
	 * @param gate the gate
	 * @return the pace, or {@code null} if any number may start
	 */
	static @Nullable Pace of(LimitNumbers numbers, Gate gate) {
		if (numbers.rate() == null || gate.key() == null) {
			return null;
		}
		return new Pace(numbers.rate().interval(), (numbers.burst() != null) ? numbers.burst() : 1);
	}

	/**
	 * Returns until when what is allowed can be used up at most. It is longer if the rate
	 * was a lower one before, or the clock has moved back.
	 * @param spentUntil until when it is said to be
	 * @param now the time
	 * @param ahead how long before its start a task may pass
	 * @return the time
	 */
	public Instant atMost(Instant spentUntil, Instant now, Duration ahead) {
		Instant most = now.plus(ahead).plus(times(this.burst));
		return spentUntil.isBefore(most) ? spentUntil : most;
	}

	/**
	 * Returns until when what is allowed is used up by tasks that start now, if they
	 * could have started before.
	 * @param now the time
	 * @param use what is used, by them, too
	 * @return the time
	 */
	public Instant whenStarted(Instant now, Use use) {
		return latest(use.spentUntil(), now.plus(times(use.admitted())));
	}

	/**
	 * Returns how many may pass now. A few that could pass are left until there are more
	 * of them, as letting them pass costs the same.
	 * @param now the time
	 * @param ahead how long before its start a task may pass
	 * @param use what is used already
	 * @return the number
	 */
	public int room(Instant now, Duration ahead, Use use) {
		Instant first = start(now, use);
		if (first.isAfter(now.plus(ahead.dividedBy(2)))) {
			return 0;
		}
		return (int) Math.min(Integer.MAX_VALUE, Duration.between(first, now.plus(ahead)).dividedBy(this.interval) + 1);
	}

	/**
	 * Returns when another one can pass that cannot pass now.
	 * @param now the time
	 * @param ahead how long before its start a task may pass
	 * @param use what is used already
	 * @return the time
	 */
	public Instant opensAt(Instant now, Duration ahead, Use use) {
		return start(now, use).minus(ahead.dividedBy(2));
	}

	/**
	 * Returns when a task may start that is admitted next.
	 * @param now the time
	 * @param use what is used already
	 * @return the time, now or later
	 */
	public Instant next(Instant now, Use use) {
		return latest(now, start(now, use));
	}

	/**
	 * Returns until when what is allowed is used up once a task more is admitted.
	 * @param start when it starts
	 * @param now the time
	 * @param use what is used by others
	 * @return the time
	 */
	public Instant spent(Instant start, Instant now, Use use) {
		return latest(whenStarted(now, use), start).plus(this.interval);
	}

	// Those that could have started already are taken for such that start now, so that
	// they do not gather.
	private Instant start(Instant now, Use use) {
		return whenStarted(now, use).plus(times(use.passed())).minus(times(this.burst - 1L));
	}

	private Duration times(long number) {
		return this.interval.multipliedBy(number);
	}

	private static Instant latest(Instant one, Instant other) {
		return one.isAfter(other) ? one : other;
	}

	/**
	 * What is used of a rate.
	 *
	 * @param spentUntil until when those that were admitted use up what is allowed
	 * @param admitted how many of them have not started
	 * @param passed how many have passed the gate and are not admitted yet
	 */
	public record Use(Instant spentUntil, long admitted, long passed) {

	}

}

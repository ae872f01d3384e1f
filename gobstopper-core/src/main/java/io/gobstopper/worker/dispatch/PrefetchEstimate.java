package io.gobstopper.worker.dispatch;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How many tasks to claim ahead so that the slots do not run dry: what they finish within
 * a window of time, judged by what ran lately. Long tasks and large ones are not claimed
 * ahead. Not safe for use by several threads.
 */
final class PrefetchEstimate {

	private static final double WEIGHT_OF_NEWEST = 0.2;

	private static final int MOST_TASKS = 8000;

	private static final double MOST_CHARACTERS = 4_000_000;

	private final double windowSeconds;

	private double averageSeconds = Double.POSITIVE_INFINITY;

	private double averageCharacters;

	private int slots;

	PrefetchEstimate(Duration window, int slots) {
		this.windowSeconds = TimeUnit.NANOSECONDS.convert(window) / 1e9;
		this.slots = slots;
	}

	void resize(int slots) {
		this.slots = slots;
	}

	void finished(double seconds, int argumentCharacters) {
		this.averageSeconds = (this.averageSeconds == Double.POSITIVE_INFINITY) ? seconds
				: average(this.averageSeconds, seconds);
		this.averageCharacters = average(this.averageCharacters, argumentCharacters);
	}

	/**
	 * Returns the number of tasks to claim ahead.
	 * @param longestRunningSeconds how long the oldest running task has been running
	 * @return the number, 0 before anything has finished
	 */
	int target(double longestRunningSeconds) {
		double seconds = Math.max(this.averageSeconds, longestRunningSeconds / this.slots);
		if (seconds > this.windowSeconds) {
			return 0;
		}
		double byTime = (seconds > 0) ? this.windowSeconds * this.slots / seconds : MOST_TASKS;
		double bySize = MOST_CHARACTERS / Math.max(1, this.averageCharacters);
		return (int) Math.min(MOST_TASKS, Math.min(byTime, bySize));
	}

	private static double average(double average, double newest) {
		return average + WEIGHT_OF_NEWEST * (newest - average);
	}

}

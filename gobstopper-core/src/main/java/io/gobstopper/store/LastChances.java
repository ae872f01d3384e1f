package io.gobstopper.store;

import io.gobstopper.store.task.StoredTask;

/**
 * How many tasks a worker takes at once that are failed if their process dies once more.
 *
 * @param crashes at how many crashes a task is one of them
 * @param most how many are taken, of the first ones that could be; 0 to pass over all
 */
public record LastChances(int crashes, int most) {

	/**
	 * As many as there are.
	 */
	public static final LastChances ANY = new LastChances(Integer.MAX_VALUE, Integer.MAX_VALUE);

	/**
	 * Returns what is left of them.
	 * @param taken how many were taken
	 * @return so many fewer
	 */
	public LastChances without(long taken) {
		return new LastChances(this.crashes, (int) Math.max(0, this.most - taken));
	}

	/**
	 * Returns whether a task is one of them.
	 * @param task the task
	 * @return whether it crashed so often
	 */
	public boolean include(StoredTask task) {
		return task.state().counts().crashes() >= this.crashes;
	}

}

package io.gobstopper.store;

/**
 * How often tasks may have crashed that are asked for.
 *
 * @param least at least so often
 * @param most at most so often
 */
public record CrashRange(int least, int most) {

	/**
	 * All tasks.
	 */
	public static final CrashRange ANY = new CrashRange(0, Integer.MAX_VALUE);

	/**
	 * Tasks that crashed less often.
	 * @param crashes how often, exclusive
	 * @return the range
	 */
	public static CrashRange below(int crashes) {
		return new CrashRange(0, crashes - 1);
	}

	/**
	 * Tasks that crashed so often or more often.
	 * @param crashes how often, inclusive
	 * @return the range
	 */
	public static CrashRange from(int crashes) {
		return new CrashRange(crashes, Integer.MAX_VALUE);
	}

	/**
	 * Returns whether a task is one of them.
	 * @param task the task
	 * @return whether it crashed neither less nor more often
	 */
	public boolean contains(StoredTask task) {
		int crashes = task.state().counts().crashes();
		return crashes >= this.least && crashes <= this.most;
	}

}

package io.gobstopper.worker.dispatch;

import java.util.List;

import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.task.StoredTask;

/**
 * What the database may hold for one category, as far as this process knows. It never
 * takes the database to be empty of tasks that are there; the other way round costs a
 * claim that finds nothing.
 */
final class Supply {

	private boolean tasks;

	private boolean urgentTasks;

	private boolean crashedTasks;

	private boolean toldSinceClaim;

	private Supply(boolean tasks) {
		this.tasks = tasks;
		this.crashedTasks = tasks;
	}

	// Of a category of which nothing is known.
	static Supply unknown() {
		return new Supply(true);
	}

	// Of a category that has no claimable tasks.
	static Supply empty() {
		return new Supply(false);
	}

	/**
	 * Returns whether there may be tasks to claim.
	 * @return whether there may be any
	 */
	boolean mayHaveTasks() {
		return this.tasks;
	}

	/**
	 * Returns whether there may be tasks more urgent than some that were claimed.
	 * @return whether there may be any
	 */
	boolean mayHaveUrgentTasks() {
		return this.urgentTasks;
	}

	/**
	 * Notes that tasks may have become claimable other than by being inserted here, and
	 * may have crashed before. A claim that is under way may not see them.
	 */
	void told() {
		this.toldSinceClaim = true;
		this.tasks = true;
		this.urgentTasks = true;
		this.crashedTasks = true;
	}

	/**
	 * Notes that new tasks are left to be claimed later.
	 * @param urgent whether one of them is more urgent than one that was claimed
	 */
	void left(boolean urgent) {
		this.tasks = true;
		this.urgentTasks |= urgent;
	}

	/**
	 * Notes that the database is about to be asked.
	 */
	void asked() {
		this.toldSinceClaim = false;
	}

	/**
	 * Notes what the database had when it was asked.
	 * @param request what was asked for
	 * @param claimed what there was
	 * @return whether some that were there had to be passed over for now
	 */
	boolean answered(ClaimRequest request, List<StoredTask> claimed) {
		this.crashedTasks |= claimed.stream().anyMatch((task) -> task.state().counts().crashes() > 0);
		boolean passedOver = claimed.stream().anyMatch(request.lastChances()::include);
		boolean all = !passedOver && !this.toldSinceClaim
				&& claimed.size() < (this.crashedTasks ? request.slots() : request.limit());
		if (request.abovePriority() > 0) {
			this.urgentTasks = !all;
		}
		else if (all) {
			this.tasks = false;
			this.crashedTasks = false;
		}
		return passedOver;
	}

}

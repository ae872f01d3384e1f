package io.gobstopper.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.task.StoredTask;

/**
 * Takes tasks to run from each group commit. Called by the writer's thread only, so no
 * method may block.
 */
public interface Claimant {

	/**
	 * May claim tasks that are about to be inserted, which saves claiming them later.
	 * @param tasks the tasks to insert
	 * @return the tasks in the same order, some of them claimed
	 */
	List<StoredTask> claimAtInsert(List<StoredTask> tasks);

	/**
	 * Says which held tasks may be admitted. Asked once in each group commit, after its
	 * writes were made.
	 * @return which may, or {@code null} if nothing is run
	 */
	@Nullable AdmissionRequest admission();

	/**
	 * Says what to claim. Asked once in each group commit, after its writes were made.
	 * The last chances of each claim are those of all that are made at once.
	 * @return the claims to make
	 */
	List<ClaimRequest> claims();

	/**
	 * Tells what was inserted, after the commit.
	 * @param tasks the new tasks, claimed or not
	 */
	void inserted(List<StoredTask> tasks);

	/**
	 * Hands over what was claimed, after the commit.
	 * @param request what was asked for
	 * @param tasks the tasks in the order in which they should run
	 */
	void claimed(ClaimRequest request, List<StoredTask> tasks);

	/**
	 * Tells that the commit was made in which the claims were asked for, whether or not
	 * there were any.
	 */
	void claimsCommitted();

	/**
	 * Tells that nothing was inserted or claimed because the commit failed.
	 */
	void rolledBack();

	/**
	 * Tells that tasks of a category may have become claimable other than by being
	 * inserted.
	 * @param category the category
	 */
	void workAvailable(String category);

	/**
	 * Tells that tasks wait for a limit, or that one may have room.
	 * @param gates what they wait for
	 */
	void gatesChanged(Collection<Gate> gates);

	/**
	 * Tells that nothing passes a gate for a time.
	 * @param gate the gate
	 * @param until when the time is over; if it is, tasks pass it again
	 */
	void gateClosed(Gate gate, Instant until);

	/**
	 * Tells that a category was paused or resumed.
	 * @param category the category
	 * @param paused whether it is paused now
	 */
	void pauseChanged(String category, boolean paused);

	/**
	 * Tells that a running task was asked to stop.
	 * @param id the id of the task
	 */
	void cancelRequested(UUID id);

}

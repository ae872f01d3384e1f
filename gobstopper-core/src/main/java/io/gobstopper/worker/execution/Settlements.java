package io.gobstopper.worker.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.gobstopper.error.TaskQueueClosedException;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.PlainSettlement;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.GroupCommit;

/**
 * The attempts this process holds a lease on, from the claim until their end is stored.
 * An end that cannot be stored is tried again until it is, or the lease is lost. Safe for
 * use by several threads.
 */
public final class Settlements {

	private static final Log logger = LogFactory.getLog(Settlements.class);

	private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

	private final GroupCommit groupCommit;

	private final WorkerIdentity identity;

	private final ScheduledExecutorService timer;

	private final LastChanceTurns lastChances;

	private final Map<Fence, Instant> held = new ConcurrentHashMap<>();

	private final Set<Fence> ending = ConcurrentHashMap.newKeySet();

	private final UnstoredEnds unstored = new UnstoredEnds();

	public Settlements(GroupCommit groupCommit, WorkerIdentity identity, ScheduledExecutorService timer,
			LastChanceTurns lastChances) {
		this.groupCommit = groupCommit;
		this.identity = identity;
		this.timer = timer;
		this.lastChances = lastChances;
	}

	public void hold(Collection<StoredTask> claimed) {
		for (StoredTask task : claimed) {
			Lease lease = Objects.requireNonNull(task.state().lease());
			this.held.put(task.fence(), lease.until());
			this.lastChances.hold(task);
		}
	}

	public boolean isHeld(StoredTask claimed) {
		return this.held.containsKey(claimed.fence());
	}

	public List<Fence> held() {
		return List.copyOf(this.held.keySet());
	}

	public void renewed(Fence fence, Instant until) {
		this.held.replace(fence, until);
	}

	// Returns whether another worker may have the task by now.
	public boolean hasExpired(Fence fence, Instant now) {
		Instant until = this.held.get(fence);
		return until != null && until.isBefore(now);
	}

	// Another worker has the task, unless its end is on the way, which tells for itself.
	public boolean lose(Fence fence) {
		return !this.ending.contains(fence) && release(fence);
	}

	private boolean release(Fence fence) {
		if (this.lastChances.release(fence)) {
			this.groupCommit.wakeUp();
		}
		return this.held.remove(fence) != null;
	}

	// Stores the end of an attempt, without waiting for it.
	void settle(StoredTask running, StoredTask ended) {
		settle(Settlement.of(running, ended, this.identity.now()));
	}

	// Stores that a handler was never called, without waiting for it.
	public void settleUnstarted(StoredTask claimed, StoredTask ended) {
		settle(Settlement.unstarted(claimed, ended));
	}

	// Tells that the end of an attempt does not matter because its lease was lost.
	void discard(StoredTask ended) {
		this.groupCommit.publish((listeners) -> listeners.fenced(ended));
	}

	private void settle(Settlement settlement) {
		this.unstored.add(settlement.task());
		this.ending.add(settlement.fence());
		submit(settlement);
	}

	// Waits while too much is not stored yet.
	public void awaitRoom() throws InterruptedException {
		this.unstored.awaitRoom();
	}

	// Waits until all ends are stored.
	public boolean awaitStored(Duration timeout) throws InterruptedException {
		return this.unstored.awaitNone(timeout);
	}

	private void submit(Settlement settlement) {
		submit(settlement, settlement, 0);
	}

	private void submit(Settlement settlement, Settlement stored, int refusals) {
		var unused = this.groupCommit.settle(stored)
			.whenComplete((won, failure) -> answered(settlement, stored, refusals, won, failure));
	}

	private void answered(Settlement settlement, Settlement stored, int refusals, @Nullable Boolean won,
			@Nullable Throwable failure) {
		if (failure != null && refusals < 2 && PlainSettlement.mayHelpAgainst(failure)) {
			logger.warn(
					"The database cannot store the texts with which task %s ended; they are stored in ASCII or left out"
						.formatted(settlement.task().id()),
					failure);
			submit(settlement,
					(refusals == 0) ? PlainSettlement.of(settlement) : PlainSettlement.withoutTexts(settlement),
					refusals + 1);
			return;
		}
		if (failure != null && !(failure instanceof TaskQueueClosedException)
				&& this.held.containsKey(settlement.fence())) {
			logger.error("The end of task %s could not be stored; trying again".formatted(settlement.task().id()),
					failure);
			var unused = this.timer.schedule(() -> submit(settlement, stored, refusals), RETRY_DELAY.toMillis(),
					TimeUnit.MILLISECONDS);
			return;
		}
		if (!Boolean.TRUE.equals(won)) {
			logger.warn("The end of task %s (%s) was discarded because another worker has taken the task"
				.formatted(settlement.task().id(), settlement.task().status()), failure);
		}
		release(settlement.fence());
		this.ending.remove(settlement.fence());
		this.unstored.remove(settlement.task());
	}

}

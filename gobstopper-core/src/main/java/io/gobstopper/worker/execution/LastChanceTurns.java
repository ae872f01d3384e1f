package io.gobstopper.worker.execution;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.LastChances;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.StoredTask;

/**
 * Lets one task at a time run that is failed if its process dies once more, so that
 * whichever of them kills its process takes none with it that only ran beside it. Safe
 * for use by several threads.
 */
public final class LastChanceTurns {

	private final int crashes;

	private final Map<String, Long> lastTurns = new HashMap<>();

	private @Nullable Fence held;

	private long turns;

	private boolean released;

	public LastChanceTurns(int maxCrashes) {
		this.crashes = Math.max(1, maxCrashes - 1);
	}

	public synchronized LastChances allowed() {
		return new LastChances(this.crashes, (this.held != null) ? 0 : 1);
	}

	// Orders claims so that each category has its turn.
	public synchronized List<ClaimRequest> inTurn(List<ClaimRequest> requests) {
		List<ClaimRequest> ordered = new ArrayList<>(requests);
		ordered.sort(Comparator.comparing((request) -> this.lastTurns.getOrDefault(request.category(), 0L)));
		return ordered;
	}

	synchronized void hold(StoredTask claimed) {
		if (allowed().include(claimed)) {
			this.held = claimed.fence();
			this.lastTurns.put(claimed.details().category(), ++this.turns);
		}
	}

	// Returns whether that lets another one run.
	synchronized boolean release(Fence fence) {
		if (!fence.equals(this.held)) {
			return false;
		}
		this.held = null;
		this.released = true;
		return true;
	}

	// Returns whether one may run now of those that were passed over.
	public synchronized boolean takeReleased() {
		boolean taken = this.released;
		this.released = false;
		return taken;
	}

}

package io.gobstopper.worker;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.CrashRange;
import io.gobstopper.store.Fence;
import io.gobstopper.store.StoredTask;

/**
 * Tasks that are failed if their process dies once more while they run. One of them runs
 * at a time, so that whichever of them kills its process takes none with it that only ran
 * beside it. Safe for use by several threads.
 */
final class LastChances {

	private final int crashes;

	private final Set<String> categories = new TreeSet<>();

	private @Nullable Fence held;

	LastChances(int maxCrashes) {
		this.crashes = Math.max(1, maxCrashes - 1);
	}

	CrashRange range() {
		return CrashRange.from(this.crashes);
	}

	// Those that may run beside each other.
	CrashRange others() {
		return CrashRange.below(this.crashes);
	}

	// Tells in which categories some wait.
	synchronized void found(Collection<String> found) {
		this.categories.addAll(found);
	}

	synchronized void noneFound(String category) {
		this.categories.remove(category);
	}

	// Returns the categories of which one can be taken now.
	synchronized List<String> available() {
		return (this.held == null) ? List.copyOf(this.categories) : List.of();
	}

	synchronized void hold(StoredTask claimed) {
		if (range().contains(claimed)) {
			this.held = claimed.fence();
		}
	}

	// Returns whether that makes the next one available.
	synchronized boolean release(Fence fence) {
		if (!fence.equals(this.held)) {
			return false;
		}
		this.held = null;
		return !this.categories.isEmpty();
	}

}

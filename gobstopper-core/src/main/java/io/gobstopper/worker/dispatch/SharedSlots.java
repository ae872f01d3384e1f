package io.gobstopper.worker.dispatch;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The slots of a process, which its categories share. While there are enough, a category
 * takes as many as it likes; if not, those that have less than their share are served
 * first, in the order in which they asked. Safe for use by several threads.
 */
final class SharedSlots {

	private final int most;

	private final Runnable onPromise;

	// How many each has that has one or asks for one.
	private final Map<CategoryQueue, Integer> taken = new HashMap<>();

	private final Set<CategoryQueue> waiting = new LinkedHashSet<>();

	private final Set<CategoryQueue> promised = new LinkedHashSet<>();

	private volatile int free;

	private volatile boolean wanted;

	// Whether one with its share would take more.
	private boolean refused;

	/**
	 * Creates the slots.
	 * @param most how many there are
	 * @param onPromise told when a slot is kept for a category that waits for one, or
	 * free again
	 */
	SharedSlots(int most, Runnable onPromise) {
		this.most = most;
		this.free = most;
		this.onPromise = onPromise;
	}

	/**
	 * Takes a slot, or waits for one without blocking.
	 * @param queue who takes it
	 * @return whether it was taken
	 */
	synchronized boolean take(CategoryQueue queue) {
		if (available(queue) <= 0) {
			await(queue);
			return false;
		}
		this.waiting.remove(queue);
		this.promised.remove(queue);
		this.taken.merge(queue, 1, Integer::sum);
		this.free--;
		promise();
		return true;
	}

	/**
	 * Puts a slot back.
	 * @param queue who had it
	 * @param needsIt whether it would like to have one again, unless others have less
	 */
	synchronized void putBack(CategoryQueue queue, boolean needsIt) {
		boolean scarce = this.free == 0;
		this.taken.merge(queue, -1, Integer::sum);
		this.free++;
		if (needsIt && scarce) {
			await(queue);
		}
		else {
			forgetUnlessConcerned(queue);
			promise();
		}
	}

	// How many slots there are, those included that are kept for somebody.
	int free() {
		return this.free;
	}

	synchronized int takenBy(@Nullable CategoryQueue queue) {
		return this.taken.getOrDefault(queue, 0);
	}

	// How many slots can be taken now.
	synchronized int available(CategoryQueue queue) {
		return this.free - this.promised.size() + (this.promised.contains(queue) ? 1 : 0);
	}

	// Asks for a slot, unless there are enough already.
	synchronized void await(CategoryQueue queue) {
		this.refused = true;
		int has = this.taken.computeIfAbsent(queue, (key) -> 0);
		if (!this.promised.contains(queue) && has < share()) {
			this.waiting.add(queue);
		}
		forgetUnlessConcerned(queue);
		promise();
	}

	synchronized void leave(CategoryQueue queue) {
		this.waiting.remove(queue);
		this.promised.remove(queue);
		forgetUnlessConcerned(queue);
		promise();
	}

	/**
	 * Returns whether a slot ought to be put back for others that wait.
	 * @param queue who has it
	 * @param heldLongEnough whether it was held for long enough to be given to another
	 * one in turn
	 * @return whether to put it back
	 */
	boolean isWantedFrom(CategoryQueue queue, boolean heldLongEnough) {
		return this.wanted && isMoreThanItsShare(queue, heldLongEnough);
	}

	private synchronized boolean isMoreThanItsShare(CategoryQueue queue, boolean heldLongEnough) {
		int share = share();
		int has = takenBy(queue);
		return this.wanted && (has > share || (share == 1 && heldLongEnough));
	}

	private int share() {
		return Math.max(1, this.most / Math.max(1, this.taken.size()));
	}

	private void forgetUnlessConcerned(CategoryQueue queue) {
		if (!this.waiting.contains(queue) && !this.promised.contains(queue)) {
			this.taken.remove(queue, 0);
		}
	}

	private void promise() {
		while (this.free > this.promised.size() && !this.waiting.isEmpty()) {
			CategoryQueue first = this.waiting.iterator().next();
			this.waiting.remove(first);
			this.promised.add(first);
			this.onPromise.run();
		}
		this.wanted = !this.waiting.isEmpty();
		if (this.refused && this.free > this.promised.size()) {
			this.refused = false;
			this.onPromise.run();
		}
	}

}

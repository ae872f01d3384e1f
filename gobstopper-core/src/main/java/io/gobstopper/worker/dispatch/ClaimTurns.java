package io.gobstopper.worker.dispatch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.ClaimRequest;

/**
 * Chooses which categories claim in one commit, and for how many slots. Used by the
 * thread that commits.
 */
final class ClaimTurns {

	private static final int MOST_AT_ONCE = 16;

	private final SharedSlots slots;

	private final Function<String, @Nullable CategoryQueue> queues;

	private final Runnable onPostponed;

	private final Map<String, Long> lastClaims = new HashMap<>();

	private long claims;

	/**
	 * Creates the turns.
	 * @param slots the slots of all categories
	 * @param queues finds the queue of a category
	 * @param onPostponed told when some must wait for the next commit
	 */
	ClaimTurns(SharedSlots slots, Function<String, @Nullable CategoryQueue> queues, Runnable onPostponed) {
		this.slots = slots;
		this.queues = queues;
		this.onPostponed = onPostponed;
	}

	/**
	 * Chooses from what all would like to claim.
	 * @param requests one for each category
	 * @param free how many slots are free for them
	 * @return those to make now
	 */
	List<ClaimRequest> choose(List<ClaimRequest> requests, int free) {
		return withinSlots(atOnce(requests), free);
	}

	void keepOnly(Collection<String> categories) {
		this.lastClaims.keySet().retainAll(categories);
	}

	// Together they must not take more than there are slots for.
	private List<ClaimRequest> withinSlots(List<ClaimRequest> requests, int slotsFree) {
		int free = slotsFree;
		if (requests.stream().mapToInt(ClaimRequest::slots).sum() <= free) {
			return requests;
		}
		List<ClaimRequest> within = new ArrayList<>();
		List<ClaimRequest> fewestFirst = requests.stream()
			.sorted(Comparator.comparing((request) -> this.slots.takenBy(this.queues.apply(request.category()))))
			.toList();
		int others = requests.size();
		for (ClaimRequest request : fewestFirst) {
			int share = (free + others - 1) / others;
			others--;
			int granted = Math.min(request.slots(), share);
			if (granted > 0 || request.slots() == 0) {
				within.add(request.withSlots(granted));
				free -= granted;
			}
		}
		return within;
	}

	// Callers wait for the commit, so the claims of very many categories are spread over
	// several: those go first that have waited longest.
	private List<ClaimRequest> atOnce(List<ClaimRequest> requests) {
		if (requests.size() <= MOST_AT_ONCE) {
			return requests;
		}
		this.onPostponed.run();
		List<ClaimRequest> chosen = requests.stream()
			.sorted(Comparator.comparing((request) -> this.lastClaims.getOrDefault(request.category(), 0L)))
			.limit(MOST_AT_ONCE)
			.toList();
		chosen.forEach((request) -> this.lastClaims.put(request.category(), ++this.claims));
		return chosen;
	}

}

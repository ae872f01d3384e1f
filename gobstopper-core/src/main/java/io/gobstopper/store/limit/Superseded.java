package io.gobstopper.store.limit;

import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * The tasks that give way to others with the same key.
 *
 * @param waiting those that are to be cancelled if they still wait for their limits
 * @param all those that are to be cancelled whatever they do
 */
public record Superseded(Collection<UUID> waiting, Collection<UUID> all) {

	/**
	 * None do.
	 */
	public static final Superseded NONE = new Superseded(List.of(), List.of());

	/**
	 * Returns whether there are none.
	 * @return whether all can stay
	 */
	public boolean isEmpty() {
		return this.waiting.isEmpty() && this.all.isEmpty();
	}

}

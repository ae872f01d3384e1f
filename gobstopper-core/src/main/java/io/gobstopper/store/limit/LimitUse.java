package io.gobstopper.store.limit;

/**
 * How much of a limit is used.
 *
 * @param limit the name of the limit
 * @param active how many tasks have passed it and are not finished
 * @param waiting how many wait for it
 */
public record LimitUse(String limit, long active, long waiting) {

	LimitUse plus(LimitUse other) {
		return new LimitUse(this.limit, this.active + other.active, this.waiting + other.waiting);
	}

}

package io.gobstopper.observation;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The values of a tag: the first ones as they are, those beyond a limit as one. Safe for
 * use by several threads.
 */
final class TagValues {

	static final String OTHER = "other";

	private final Set<String> values = ConcurrentHashMap.newKeySet();

	private final int limit;

	TagValues(int limit) {
		this.limit = limit;
	}

	String limit(String value) {
		if (this.values.contains(value)) {
			return value;
		}
		synchronized (this) {
			if (this.values.size() < this.limit) {
				this.values.add(value);
				return value;
			}
		}
		return OTHER;
	}

}

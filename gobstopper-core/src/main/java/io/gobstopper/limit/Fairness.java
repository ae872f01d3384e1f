package io.gobstopper.limit;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * In which categories tasks of different fairness keys take turns.
 *
 * @param categories whether they do, by the category or its name in properties; they do
 * not in others
 */
public record Fairness(Map<String, Boolean> categories) {

	/**
	 * In none.
	 */
	public static final Fairness NONE = new Fairness(Map.of());

	public Fairness {
		categories = Map.copyOf(categories);
	}

	/**
	 * Returns whether tasks of a category take turns.
	 * @param category the category
	 * @return whether they do
	 */
	public boolean isEnabled(String category) {
		return Boolean.TRUE.equals(find(category));
	}

	/**
	 * Returns whether it is said of a category that its tasks take turns, or that they do
	 * not.
	 * @param category the category
	 * @return whether it is
	 */
	public boolean isDecided(String category) {
		return find(category) != null;
	}

	private @Nullable Boolean find(String category) {
		if (this.categories.isEmpty()) {
			return null;
		}
		Boolean exact = this.categories.get(category);
		return (exact != null) ? exact : this.categories.get(PropertyNames.of(category));
	}

}

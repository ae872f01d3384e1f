package io.gobstopper.store.task;

import java.time.Instant;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * A key that only one task of a name holds at a time.
 *
 * @param key the key
 * @param held how long it is held
 * @param until when it is free again, or until when a debounced task may be put off; else
 * {@code null}
 */
public record UniqueKey(String key, Held held, @Nullable Instant until) {

	/**
	 * Returns whether the task is replaced by the next one with the key while it waits.
	 * @return whether it is debounced
	 */
	public boolean isDebounced() {
		return this.held == Held.DEBOUNCED;
	}

	/**
	 * How long a key is held.
	 */
	public enum Held {

		/**
		 * While the task waits for its first attempt.
		 */
		WAITING,

		/**
		 * While the task is not finished.
		 */
		UNFINISHED,

		/**
		 * For a time.
		 */
		TIME,

		/**
		 * While the task waits for its first attempt; until then others replace it.
		 */
		DEBOUNCED;

		/**
		 * Returns how this is stored.
		 * @return the text
		 */
		public String value() {
			return name().toLowerCase(Locale.ROOT);
		}

		/**
		 * Reads what is stored.
		 * @param value the text
		 * @return what it means
		 */
		public static Held of(String value) {
			return valueOf(value.toUpperCase(Locale.ROOT));
		}

	}

}

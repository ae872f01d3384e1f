package io.gobstopper.queue;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.gobstopper.handler.JsonText;

/**
 * Text that any database can store and index.
 */
public final class StorableText {

	// Three bytes each, at most, and PostgreSQL indexes 2,704.
	private static final int LONGEST = 500;

	private StorableText() {
	}

	/**
	 * Checks a text.
	 * @param name what it is called
	 * @param text the text, or {@code null} for none
	 * @throws IllegalArgumentException if not every database can store it
	 */
	public static void check(String name, @Nullable String text) {
		if (text == null) {
			return;
		}
		Assert.isTrue(text.length() <= LONGEST,
				() -> "'%s' must not be longer than %d characters, but has %d".formatted(name, LONGEST, text.length()));
		checkPairs(name, text);
		Assert.isTrue(text.indexOf('\0') < 0,
				() -> "'%s' must not contain U+0000, which not every database can store".formatted(name));
	}

	// All that matters where text is stored as JSON.
	static void checkPairs(String name, String text) {
		Assert.isTrue(!JsonText.hasHalfPair(text),
				() -> "'%s' must not contain half of a surrogate pair, which cannot be stored".formatted(name));
	}

}

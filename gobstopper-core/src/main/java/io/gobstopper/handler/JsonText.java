package io.gobstopper.handler;

import java.util.regex.Pattern;

/**
 * JSON that any database can store.
 */
public final class JsonText {

	private static final Pattern HALF_PAIRS = Pattern.compile("\\p{IsCs}");

	// A store separates texts with it. JSON may not have it, but what an application
	// writes raw may.
	private static final char SEPARATOR = '\u001f';

	private JsonText() {
	}

	/**
	 * Writes halves of surrogate pairs, which have no form in UTF-8 and would be stored
	 * as question marks, as escape sequences, and so the one control character that a
	 * store gives a meaning.
	 * @param json valid JSON
	 * @return the same value as JSON, mostly the same text
	 */
	public static String storable(String json) {
		String separable = (json.indexOf(SEPARATOR) < 0) ? json : json.replace(String.valueOf(SEPARATOR), "\\u001f");
		return hasHalfPair(separable) ? HALF_PAIRS.matcher(separable)
			.replaceAll((half) -> "\\\\u%04x".formatted((int) half.group().charAt(0))) : separable;
	}

	/**
	 * Returns whether a text has halves of surrogate pairs.
	 * @param text the text
	 * @return whether it has
	 */
	public static boolean hasHalfPair(String text) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (Character.isSurrogate(character)) {
				if (!Character.isSurrogatePair(character, (i + 1 < text.length()) ? text.charAt(i + 1) : ' ')) {
					return true;
				}
				i++;
			}
		}
		return false;
	}

}

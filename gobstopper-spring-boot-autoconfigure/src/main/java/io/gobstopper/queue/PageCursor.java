package io.gobstopper.queue;

import org.jspecify.annotations.Nullable;

/**
 * The place in the order of tasks where a page ends, as users see it.
 */
final class PageCursor {

	private PageCursor() {
	}

	static String format(long seq) {
		return Long.toString(seq, Character.MAX_RADIX);
	}

	static @Nullable Long parse(@Nullable String cursor) {
		if (cursor == null) {
			return null;
		}
		try {
			return Long.parseLong(cursor, Character.MAX_RADIX);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(
					"'%s' is not the 'next' of a page of tasks; leave 'after' out for the first page".formatted(cursor),
					ex);
		}
	}

}

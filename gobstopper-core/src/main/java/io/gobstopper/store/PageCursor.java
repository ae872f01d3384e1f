package io.gobstopper.store;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

import org.jspecify.annotations.Nullable;

/**
 * The place in the order of tasks where a page ends, as users see it. It has a checksum,
 * so that what is not of this form is not taken for some other place.
 */
public final class PageCursor {

	private static final char SEPARATOR = '-';

	private PageCursor() {
	}

	/**
	 * Returns a place as users see it.
	 * @param seq the sequence number of the last task of a page
	 * @return the cursor
	 */
	public static String format(long seq) {
		String place = Long.toString(seq, Character.MAX_RADIX);
		CRC32 checksum = new CRC32();
		checksum.update(place.getBytes(StandardCharsets.US_ASCII));
		return place + SEPARATOR + Long.toString(checksum.getValue(), Character.MAX_RADIX);
	}

	/**
	 * Returns the place that users give.
	 * @param cursor the cursor
	 * @return the sequence number, or {@code null} if there is no cursor
	 * @throws IllegalArgumentException if it is none
	 */
	public static @Nullable Long parse(@Nullable String cursor) {
		if (cursor == null) {
			return null;
		}
		try {
			long seq = Long.parseLong(cursor, 0, Math.max(0, cursor.indexOf(SEPARATOR)), Character.MAX_RADIX);
			if (cursor.equals(format(seq))) {
				return seq;
			}
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(message(cursor), ex);
		}
		throw new IllegalArgumentException(message(cursor));
	}

	private static String message(String cursor) {
		return "'%s' is not the 'next' of a page of tasks; leave 'after' out for the first page".formatted(cursor);
	}

}

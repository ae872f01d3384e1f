package io.gobstopper.schedule;

import java.time.Duration;
import java.util.regex.Pattern;

import org.springframework.util.Assert;

/**
 * What a schedule may be called.
 */
public final class ScheduleNames {

	/**
	 * The longest random delay.
	 */
	public static final Duration LONGEST_JITTER = Duration.ofDays(1);

	private static final int LONGEST = 200;

	private static final int FIRST_HALF = Character.MIN_SURROGATE;

	private static final int LAST_HALF = Character.MAX_SURROGATE;

	// Servers and what is before them refuse these in addresses, however they are
	// written.
	private static final Pattern UNFIT = Pattern.compile("[/\\\\;%\\p{Cc}]");

	private ScheduleNames() {
	}

	/**
	 * Checks a name.
	 * @param name the name
	 * @return the name
	 * @throws IllegalArgumentException if it is empty, longer than 200 characters, or
	 * contains what cannot be a part of an address
	 */
	public static String check(String name) {
		Assert.hasText(name, "'name' of a schedule must not be empty");
		Assert.isTrue(name.length() <= LONGEST,
				() -> "'name' of a schedule must not be longer than %d characters, but has %d".formatted(LONGEST,
						name.length()));
		Assert.isTrue(!UNFIT.matcher(name).find(),
				() -> "'name' of a schedule must not contain a slash, a backslash, ';', '%%' or a control character, "
						+ "as it is a part of addresses: '%s'".formatted(name));
		Assert.isTrue(name.codePoints().noneMatch((point) -> point >= FIRST_HALF && point <= LAST_HALF),
				"'name' of a schedule must not contain half of a surrogate pair");
		Assert.isTrue(!name.equals(".") && !name.equals(".."),
				() -> "'name' of a schedule must not be '%s', which means something else in addresses".formatted(name));
		return name;
	}

}

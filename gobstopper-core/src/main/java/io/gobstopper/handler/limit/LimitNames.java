package io.gobstopper.handler.limit;

import java.util.regex.Pattern;

import org.springframework.util.Assert;

/**
 * What a limit may be called.
 */
final class LimitNames {

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

	private LimitNames() {
	}

	/**
	 * Checks a name.
	 * @param name the name
	 * @return the name
	 * @throws IllegalArgumentException if it has other characters than letters, digits,
	 * {@code -}, {@code _} and {@code .}, or more than 100
	 */
	static String check(String name) {
		Assert.isTrue(NAME.matcher(name).matches(),
				() -> "the name of a limit has 1 to 100 letters, digits, '-', '_' and '.', unlike '%s'"
					.formatted(name));
		return name;
	}

}

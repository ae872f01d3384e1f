package io.gobstopper.limit;

import java.util.Locale;

/**
 * Names within those of properties, which have no underscores, dots and capital letters
 * unless in brackets.
 */
public final class PropertyNames {

	private PropertyNames() {
	}

	/**
	 * Returns how a name is read from a property without brackets.
	 * @param name the name
	 * @return the name in the property
	 */
	public static String of(String name) {
		return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "");
	}

	/**
	 * Returns a property, with brackets if it needs them.
	 * @param prefix what comes before the name
	 * @param name the name
	 * @param attribute what comes after it
	 * @return the whole name of the property
	 */
	public static String property(String prefix, String name, String attribute) {
		return (name.equals(of(name)) ? "%s.%s.%s" : "%s[%s].%s").formatted(prefix, name, attribute);
	}

}

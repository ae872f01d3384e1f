package io.gobstopper.autoconfigure.diagnostics;

import java.util.function.Supplier;

import io.gobstopper.GobstopperException;

/**
 * A property has a value that makes no sense.
 */
public class InvalidGobstopperPropertiesException extends GobstopperException {

	private final String prefix;

	InvalidGobstopperPropertiesException(String prefix, IllegalArgumentException cause) {
		super("A property under '%s' is not valid: %s".formatted(prefix, cause.getMessage()), cause);
		this.prefix = prefix;
	}

	/**
	 * Returns what the names of the properties begin with.
	 * @return the prefix, such as {@code gobstopper.worker}
	 */
	public String prefix() {
		return this.prefix;
	}

	public static <T> T check(String prefix, Supplier<T> settings) {
		try {
			return settings.get();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidGobstopperPropertiesException(prefix, ex);
		}
	}

}

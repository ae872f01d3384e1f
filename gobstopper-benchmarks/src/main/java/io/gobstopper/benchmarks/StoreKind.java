package io.gobstopper.benchmarks;

import java.util.Locale;

/**
 * Where the tasks of the timed queue are stored.
 */
enum StoreKind {

	DUCKDB, POSTGRESQL;

	static StoreKind parse(String name) {
		try {
			return valueOf(name.toUpperCase(Locale.ROOT));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("There is no store '%s'%n%s".formatted(name, Options.HELP), ex);
		}
	}

	String system() {
		return "gobstopper-" + name().toLowerCase(Locale.ROOT);
	}

}

package io.gobstopper.store.sql;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Times as numbers of microseconds since 1970, as databases keep them.
 */
public final class EpochMicros {

	private static final long PER_SECOND = TimeUnit.SECONDS.toMicros(1);

	private static final long NANOS = TimeUnit.MICROSECONDS.toNanos(1);

	private EpochMicros() {
	}

	// ChronoUnit.MICROS.between counts nanoseconds first, of which 292 years are too
	// many.
	public static long of(Instant instant) {
		return instant.getEpochSecond() * PER_SECOND + instant.getNano() / NANOS;
	}

	public static Instant toInstant(long epochMicros) {
		return Instant.ofEpochSecond(Math.floorDiv(epochMicros, PER_SECOND),
				Math.floorMod(epochMicros, PER_SECOND) * NANOS);
	}

}

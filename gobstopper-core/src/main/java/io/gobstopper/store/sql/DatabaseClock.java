package io.gobstopper.store.sql;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The clock of a database, going on by itself since it was last read. Until then it is
 * that of this process. Whoever changes the clock of this machine changes nothing here.
 * Safe for use by several threads.
 */
public final class DatabaseClock extends Clock {

	private static final long VALID_NANOS = Duration.ofSeconds(1).toNanos();

	private volatile @Nullable Reading last;

	/**
	 * Reads the clock of the database, and goes by it unless it was read a moment ago and
	 * more quickly: nobody knows when within the reading it was that time.
	 * @param read asks the database for the time
	 */
	public void read(Supplier<Instant> read) {
		long asked = System.nanoTime();
		Reading before = this.last;
		Instant time = read.get();
		long answered = System.nanoTime();
		long taken = answered - asked;
		if (before == null || taken <= before.taken() || asked - before.nanoTime() > VALID_NANOS) {
			this.last = new Reading(time, asked + taken / 2, taken);
		}
	}

	@Override
	public Instant instant() {
		Reading reading = this.last;
		return (reading != null) ? reading.time().plusNanos(System.nanoTime() - reading.nanoTime()) : Instant.now();
	}

	@Override
	public ZoneId getZone() {
		return ZoneOffset.UTC;
	}

	@Override
	public Clock withZone(ZoneId zone) {
		throw new UnsupportedOperationException("The clock of a database tells the time in UTC only");
	}

	/**
	 * When it was what time.
	 */
	private record Reading(Instant time, long nanoTime, long taken) {

	}

}

package io.gobstopper.test;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * Stands still until it is moved. Safe for use by several threads.
 */
final class TestClock extends Clock {

	private volatile Instant now = realTime();

	private static Instant realTime() {
		return Instant.now().truncatedTo(ChronoUnit.MICROS);
	}

	void moveTo(Instant later) {
		this.now = later;
	}

	void reset() {
		this.now = realTime();
	}

	@Override
	public Instant instant() {
		return this.now;
	}

	@Override
	public ZoneId getZone() {
		return ZoneOffset.UTC;
	}

	// What is stored is in UTC.
	@Override
	public Clock withZone(ZoneId zone) {
		return this;
	}

}

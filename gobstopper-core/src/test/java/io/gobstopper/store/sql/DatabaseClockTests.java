package io.gobstopper.store.sql;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The clock of a database that is an hour ahead.
 */
class DatabaseClockTests {

	private static final Duration AHEAD = Duration.ofHours(1);

	private final DatabaseClock clock = new DatabaseClock();

	@Test
	void clockIsThatOfTheDatabase() {
		this.clock.read(() -> Instant.now().plus(AHEAD));
		assertThat(this.clock.instant()).isBetween(Instant.now().plus(AHEAD).minusMillis(100),
				Instant.now().plus(AHEAD).plusMillis(100));
	}

	@Test
	void quickReadingReplacesASlowOneAtOnceAndNotTheOtherWayRound() {
		this.clock.read(() -> readSlowly(Duration.ofMinutes(1)));
		this.clock.read(() -> Instant.now().plus(AHEAD));
		this.clock.read(() -> readSlowly(Duration.ofMinutes(1)));
		assertThat(this.clock.instant()).isAfter(Instant.now().plus(AHEAD).minusSeconds(1));
	}

	private static Instant readSlowly(Duration ahead) {
		long until = System.nanoTime() + Duration.ofMillis(20).toNanos();
		while (System.nanoTime() < until) {
			LockSupport.parkNanos(until - System.nanoTime());
		}
		return Instant.now().plus(ahead);
	}

}

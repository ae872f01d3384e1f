package io.gobstopper.store.limit;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Pace}.
 */
class PaceTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

	private static final Duration AHEAD = Duration.ofSeconds(1);

	private final Pace pace = new Pace(Duration.ofMillis(100), 5);

	@Test
	void burstMayStartAtOnceAndTheOthersOneAfterTheOther() {
		Instant spent = Instant.EPOCH;
		for (int admitted = 0; admitted < 8; admitted++) {
			Pace.Use use = new Pace.Use(spent, admitted, 0);
			Instant start = this.pace.next(NOW, use);
			assertThat(start).isEqualTo(NOW.plusMillis(100L * Math.max(0, admitted - 4)));
			spent = this.pace.spent(start, NOW, use);
		}
		assertThat(this.pace.next(NOW.plusSeconds(9), new Pace.Use(spent, 0, 0))).isEqualTo(NOW.plusSeconds(9));
	}

	@Test
	void asManyMayPassAsStartWithinTheTimeAheadButNotFew() {
		assertThat(this.pace.room(NOW, AHEAD, new Pace.Use(Instant.EPOCH, 0, 0))).isEqualTo(15);
		assertThat(this.pace.room(NOW, AHEAD, new Pace.Use(Instant.EPOCH, 0, 9))).isEqualTo(6);
		assertThat(this.pace.room(NOW, AHEAD, new Pace.Use(Instant.EPOCH, 9, 0))).isEqualTo(6);
		Pace.Use nearlyUsedUp = new Pace.Use(NOW.plusMillis(1000), 0, 0);
		assertThat(this.pace.room(NOW, AHEAD, nearlyUsedUp)).isZero();
		Instant opensAt = this.pace.opensAt(NOW, AHEAD, nearlyUsedUp);
		assertThat(opensAt).isEqualTo(NOW.plusMillis(100));
		assertThat(this.pace.room(opensAt, AHEAD, nearlyUsedUp)).isEqualTo(6);
	}

	@Test
	void whatHadToWaitForAWorkerIsFollowedByNoBurst() {
		Instant late = NOW.plusSeconds(60);
		Instant spent = this.pace.whenStarted(late, new Pace.Use(NOW.plusMillis(500), 5, 0));
		assertThat(this.pace.next(late, new Pace.Use(spent, 0, 0))).isEqualTo(late.plusMillis(100));
	}

	@Test
	void whatALowerRateHasUsedUpOrAnotherClockSaidIsNotWaitedForLonger() {
		Instant most = this.pace.atMost(NOW.plus(Duration.ofDays(30)), NOW, AHEAD);
		assertThat(this.pace.next(NOW, new Pace.Use(most, 0, 0))).isEqualTo(NOW.plusMillis(1100));
		assertThat(this.pace.atMost(NOW.plusMillis(1300), NOW, AHEAD)).isEqualTo(NOW.plusMillis(1300));
	}

}

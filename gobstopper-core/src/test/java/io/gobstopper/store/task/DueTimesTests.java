package io.gobstopper.store.task;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DueTimes}.
 */
class DueTimesTests {

	private static final Instant NOW = Instant.parse("2026-11-29T12:00:00.123456789Z");

	private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

	@Test
	void timesAreInMicroseconds() {
		assertThat(DueTimes.after(NOW, Duration.ofNanos(900))).isEqualTo("2026-11-29T12:00:00.123457Z");
	}

	@Test
	void nothingIsDueAfterTheLatestTime() {
		Duration rest = Duration.between(NOW.truncatedTo(ChronoUnit.SECONDS), LATEST);
		assertThat(DueTimes.after(NOW, Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(LATEST);
		assertThat(DueTimes.after(NOW, rest)).isEqualTo(LATEST);
		assertThat(DueTimes.after(NOW, rest.minusSeconds(1))).isEqualTo("9999-12-31T23:59:58.123456Z");
		assertThat(DueTimes.after(NOW, Duration.ofDays(365 * 1000L)))
			.isEqualTo(NOW.plus(Duration.ofDays(365 * 1000L)).truncatedTo(ChronoUnit.MICROS));
	}

	@Test
	void nothingWasBeforeTheEarliestTime() {
		assertThat(DueTimes.before(NOW, Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Instant.EPOCH);
		assertThat(DueTimes.before(NOW, Duration.ofDays(1))).isEqualTo(NOW.minus(Duration.ofDays(1)));
	}

}

package io.gobstopper.store.writer;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link ReturningCallers}.
 */
class ReturningCallersTests {

	private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

	private final ReturningCallers returning = new ReturningCallers();

	private long now = Long.MAX_VALUE - 5;

	@Test
	void nobodyIsExpectedAtFirst() {
		this.returning.begin(this.now);
		assertThat(remaining(10)).isZero();
	}

	@Test
	void fewAreNotWaitedFor() {
		assertThat(isWaitedFor(3)).isFalse();
		assertThat(isWaitedFor(4)).isTrue();
	}

	@Test
	void waitEndsWhenAsManyHaveComeAsWereAnswered() {
		this.returning.answering(8, 5);
		this.returning.begin(this.now);
		assertThat(remaining(5)).isEqualTo(MILLISECOND);
		assertThat(remaining(12)).isPositive();
		assertThat(remaining(13)).isZero();
	}

	@Test
	void waitEndsAfterAMillisecond() {
		this.returning.answering(8, 0);
		this.returning.begin(this.now);
		this.now += MILLISECOND - 1;
		assertThat(remaining(7)).isOne();
		this.now++;
		assertThat(remaining(7)).isZero();
	}

	@Test
	void thoseWhoDoNotComeBackAreWaitedForLessOften() {
		int waits = 0;
		for (int round = 0; round < 100; round++) {
			waits += isWaitedFor(8) ? 1 : 0;
			this.now += MILLISECOND;
			assertThat(remaining(0)).isZero();
		}
		assertThat(waits).isBetween(20, 23);
	}

	@Test
	void thoseWhoWereAnsweredAreWaitedForOnce() {
		assertThat(isWaitedFor(8)).isTrue();
		assertThat(remaining(8)).isZero();
		this.returning.begin(this.now);
		assertThat(remaining(0)).isZero();
	}

	@Test
	void thoseWhoComeBackAreAlwaysWaitedFor() {
		for (int round = 0; round < 100; round++) {
			assertThat(isWaitedFor(8)).isTrue();
			assertThat(remaining(8)).isZero();
		}
	}

	private boolean isWaitedFor(int answered) {
		this.returning.answering(answered, 0);
		this.returning.begin(this.now);
		return remaining(0) > 0;
	}

	private long remaining(int waiting) {
		return this.returning.remainingNanos(waiting, this.now);
	}

}

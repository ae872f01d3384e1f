package io.gobstopper.actuate;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ReadAheadTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private final Queue<Runnable> later = new ArrayDeque<>();

	private long now;

	private long duration = SECOND;

	private boolean fails;

	private boolean forgetsMeanwhile;

	private int readings;

	private final ReadAhead<Integer> value = new ReadAhead<>(this::read, this.later::add, () -> this.now);

	@Test
	void whatIsQuickIsReadForEachCaller() {
		this.duration = ReadAhead.LONG.toNanos();
		assertThat(this.value.get()).isEqualTo(1);
		assertThat(this.value.get()).isEqualTo(2);
		assertThat(this.later).isEmpty();
	}

	@Test
	void whatTookLongOnceIsReadForEachCallerIfItIsQuickTheNextTime() {
		this.value.get();
		this.duration = 1;
		runLater();
		assertThat(this.value.get()).isEqualTo(3);
		assertThat(this.value.get()).isEqualTo(4);
		assertThat(this.later).isEmpty();
	}

	@Test
	void whatTakesLongIsReadForTheNextCaller() {
		takesLong();
		assertThat(this.value.get()).isEqualTo(2);
		this.now += 4 * SECOND;
		assertThat(this.value.get()).isEqualTo(2);
		assertThat(this.value.get()).isEqualTo(2);
		assertThat(this.later).hasSize(1);
		runLater();
		assertThat(this.value.get()).isEqualTo(3);
	}

	@Test
	void itIsLeftAloneForThreeTimesAsLongAsReadingTakes() {
		takesLong();
		this.now += 3 * SECOND;
		assertThat(this.value.get()).isEqualTo(2);
		assertThat(this.later).isEmpty();
		this.now++;
		assertThat(this.value.get()).isEqualTo(2);
		assertThat(this.later).hasSize(1);
	}

	@Test
	void whatTakesVeryLongIsReadInTime() {
		this.duration = 13 * SECOND;
		takesLong();
		this.now += 21 * SECOND - this.duration;
		assertThat(this.value.get()).isEqualTo(2);
		assertThat(this.later).hasSize(1);
		this.now += 60 * SECOND;
		assertThat(this.value.get()).isEqualTo(2);
		runLater();
		assertThat(this.value.get()).isEqualTo(3);
		assertThat(this.later).isEmpty();
	}

	@Test
	void whatIsTooOldIsNotGivenToAnybody() {
		takesLong();
		this.now += ReadAhead.MOST_AGE.toNanos() + 1;
		assertThat(this.value.get()).isEqualTo(3);
	}

	@Test
	void whatWasForgottenIsNotGivenToAnybody() {
		takesLong();
		this.value.forget();
		assertThat(this.value.get()).isEqualTo(3);
	}

	@Test
	void whatWasBeingReadWhenItWasForgottenIsNotGivenToAnybody() {
		takesLong();
		this.now += 4 * SECOND;
		this.value.get();
		Runnable reading = this.later.remove();
		this.later.clear();
		this.forgetsMeanwhile = true;
		reading.run();
		this.forgetsMeanwhile = false;
		assertThat(this.value.get()).isEqualTo(4);
	}

	@Test
	void whatCannotBeReadAheadIsReadByTheNextCallerWhoIsTold() {
		takesLong();
		this.now += 4 * SECOND;
		this.value.get();
		this.fails = true;
		runLater();
		assertThatIllegalStateException().isThrownBy(this.value::get);
		this.fails = false;
		assertThat(this.value.get()).isEqualTo(5);
	}

	private void takesLong() {
		this.value.get();
		runLater();
	}

	private void runLater() {
		this.later.remove().run();
	}

	private int read() {
		this.readings++;
		this.now += this.duration;
		if (this.forgetsMeanwhile) {
			this.value.forget();
		}
		if (this.fails) {
			throw new IllegalStateException("no");
		}
		return this.readings;
	}

}

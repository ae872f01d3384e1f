package io.gobstopper.worker.dispatch;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class UsefulSlotsTests {

	private static final long SHORT = 10_000;

	private static final long LONG = 21_000;

	private final UsefulSlots slots = new UsefulSlots(4);

	@Test
	void allAreOfUseBeforeAnythingIsKnown() {
		assertThat(this.slots.most(10, 0)).isEqualTo(10);
	}

	@Test
	void shortTasksLeaveAProcessorFree() {
		finish(64, SHORT);
		assertThat(this.slots.most(10, 0)).isEqualTo(3);
	}

	@Test
	void shortTasksHaveASlotOnASingleProcessor() {
		UsefulSlots single = new UsefulSlots(1);
		for (int i = 0; i < 64; i++) {
			single.finished(SHORT);
		}
		assertThat(single.most(10, 0)).isEqualTo(1);
	}

	@Test
	void heldSlotsAreReplacedAsFarAsThereAreAny() {
		finish(64, SHORT);
		assertThat(this.slots.most(10, 2)).isEqualTo(5);
		assertThat(this.slots.most(10, 9)).isEqualTo(10);
	}

	@Test
	void fewTasksThatSeemLongAreOverlooked() {
		finish(64, SHORT);
		finish(4, LONG);
		assertThat(this.slots.most(10, 0)).isEqualTo(3);
	}

	@Test
	void allAreOfUseWhenTasksBecomeLong() {
		finish(64, SHORT);
		finish(5, LONG);
		assertThat(this.slots.most(10, 0)).isEqualTo(10);
	}

	private void finish(int tasks, long nanos) {
		for (int i = 0; i < tasks; i++) {
			this.slots.finished(nanos);
		}
	}

}

package io.gobstopper.store.writer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@link EnqueueAdmission}.
 */
@Timeout(60)
class EnqueueAdmissionTests {

	private static final int CAPACITY = 10;

	private final EnqueueAdmission admission = new EnqueueAdmission(
			new GroupCommitSettings(100, CAPACITY, Duration.ofMinutes(1)), new Notifier(new TaskStoreListeners()));

	private final Queue<String> admitted = new ConcurrentLinkedQueue<>();

	private final List<Thread> callers = new ArrayList<>();

	@Test
	void largeRequestHasItsTurnBesideManySmallOnes() throws Exception {
		Runnable stored = this.admission.admit(CAPACITY / 2);
		call("large", CAPACITY);
		for (int i = 0; i < 5; i++) {
			call("small", 1);
		}
		assertThat(this.admitted).isEmpty();
		stored.run();
		for (Thread caller : this.callers) {
			caller.join();
		}
		assertThat(this.admitted).hasSize(6).startsWith("large");
	}

	@Test
	void requestThatIsLargerThanTheCapacityIsAdmittedAlone() {
		this.admission.admit(100 * CAPACITY).run();
		this.admission.admit(CAPACITY).run();
		assertThat(this.admitted).isEmpty();
	}

	private void call(String name, int tasks) {
		Thread caller = new Thread(() -> {
			Runnable stored = this.admission.admit(tasks);
			this.admitted.add(name);
			stored.run();
		});
		caller.start();
		this.callers.add(caller);
		await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
	}

}

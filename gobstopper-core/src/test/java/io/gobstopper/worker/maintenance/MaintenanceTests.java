package io.gobstopper.worker.maintenance;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Maintenance}, as something that comes later would use it.
 */
@Timeout(30)
class MaintenanceTests {

	private static final Duration SOON = Duration.ofMillis(5);

	private final Maintenance maintenance = new Maintenance();

	private final AtomicInteger turns = new AtomicInteger();

	@AfterEach
	void stop() throws InterruptedException {
		this.maintenance.stop(Duration.ofSeconds(10));
	}

	@Test
	void whatFailsIsDoneAgain() {
		this.maintenance.add(new MaintenanceService("fails", SOON, () -> {
			this.turns.incrementAndGet();
			throw new IllegalStateException("Not yet");
		}));
		await().until(() -> this.turns.get() > 2);
	}

	@Test
	void whatTakesLongKeepsNothingElseFromItsTurn() {
		CountDownLatch never = new CountDownLatch(1);
		this.maintenance.add(new MaintenanceService("stuck", SOON, () -> awaitQuietly(never)));
		this.maintenance.add(new MaintenanceService("other", SOON, this.turns::incrementAndGet));
		this.maintenance.once("third", this.turns::incrementAndGet);
		await().until(() -> this.turns.get() > 3);
	}

	@Test
	void whatIsUnderWayIsInterruptedWhenAllStop() throws InterruptedException {
		AtomicBoolean interrupted = new AtomicBoolean();
		CountDownLatch begun = new CountDownLatch(1);
		this.maintenance.add(new MaintenanceService("stuck", SOON, () -> {
			begun.countDown();
			interrupted.set(awaitQuietly(new CountDownLatch(1)));
		}));
		begun.await();
		assertThat(this.maintenance.stop(Duration.ofSeconds(10))).isTrue();
		assertThat(interrupted).isTrue();
	}

	// Returns whether it was interrupted.
	private static boolean awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
			return false;
		}
		catch (InterruptedException ex) {
			return true;
		}
	}

}

package io.gobstopper.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.InterceptedTaskStore;
import io.gobstopper.worker.maintenance.LeaseSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A clock that jumps, and the hour that a day in summer time has more or less.
 */
@Timeout(60)
class ClockTests {

	private static final LeaseSettings SHORT = new LeaseSettings(Duration.ofSeconds(2), Duration.ofMillis(50), 3);

	private final JumpingClock clock = new JumpingClock();

	private final Handlers handlers = new Handlers();

	@ParameterizedTest
	@ValueSource(longs = { 3600, -3600 })
	void clockThatJumpsCostsNoRunningTask(long seconds) throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).leases(SHORT).clock(this.clock).start()) {
			String id = queue.service().enqueue("block");
			this.handlers.blocking.acquire();
			Instant before = queue.find(id).leaseUntil();
			this.clock.offset = Duration.ofSeconds(seconds);
			await().until(() -> Duration.between(before, queue.find(id).leaseUntil()).abs().toMinutes() > 50);
			this.handlers.release.release();
			TaskInfo ended = queue.await(id);
			assertThat(ended.status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(ended.attempt()).isEqualTo(1);
			assertThat(ended.crashCount()).isZero();
			assertThat(ended.elapsedSeconds()).isNotNegative();
		}
	}

	@Test
	void clockThatJumpsBetweenRenewingAndTakingBackCostsNoRunningTask() throws Exception {
		AtomicInteger beats = new AtomicInteger();
		try (TestQueue queue = TestQueue.with(this.handlers)
			.leases(SHORT)
			.clock(this.clock)
			.store((store) -> InterceptedTaskStore.after(store, "heartbeat", () -> {
				this.clock.offset = this.clock.offset.plusHours(1);
				return beats.incrementAndGet();
			}))
			.start()) {
			String id = queue.service().enqueue("block");
			this.handlers.blocking.acquire();
			await().until(() -> beats.get() > 5);
			this.handlers.release.release();
			TaskInfo ended = queue.await(id);
			assertThat(ended.status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(ended.attempt()).isEqualTo(1);
			assertThat(ended.crashCount()).isZero();
		}
	}

	@Test
	void clockThatJumpsForwardMakesDelayedTasksDue() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).clock(this.clock).start()) {
			String id = queue.service().enqueue(TaskRequest.of("quick").delay(Duration.ofMinutes(50))).id();
			this.clock.offset = Duration.ofHours(1);
			assertThat(queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@Test
	void clockThatGoesBackHoldsUpOnlyTasksOfTheTimeBefore() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers).clock(this.clock).enqueueOnly()) {
			String id = queue.service().enqueue("quick");
			this.clock.offset = Duration.ofHours(-1);
			String later = queue.service().enqueue("quick");
			queue.worker().start();
			assertThat(queue.await(later).status()).isEqualTo(TaskStatus.SUCCESS);
			this.clock.offset = Duration.ZERO;
			assertThat(queue.await(id).status()).isEqualTo(TaskStatus.SUCCESS);
		}
	}

	@Test
	void taskClaimedAheadIsNotStartedOnALeaseThatRanOut() throws Exception {
		try (TestQueue queue = TestQueue.with(this.handlers)
			.clock(this.clock)
			.concurrency(1)
			.pollInterval(Duration.ofHours(1))
			.start()) {
			queue.await(queue.service().enqueueAll(Collections.nCopies(200, TaskRequest.of("quick"))).get(199).id());
			List<TaskRequest> requests = List.of(TaskRequest.of("block"), TaskRequest.of("block"));
			String second = queue.service().enqueueAll(requests).get(1).id();
			this.handlers.blocking.acquire();
			await().until(() -> queue.worker().status().categories().get(0).prefetched() == 1);
			this.clock.offset = Duration.ofHours(1);
			this.handlers.release.release();
			this.handlers.blocking.acquire();
			assertThat(queue.find(second).leaseUntil()).isAfter(this.clock.instant());
			this.handlers.release.release();
			assertThat(queue.await(second).attempt()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "2026-03-29T00:59:59Z", "2026-03-29T01:30:00Z", "2026-10-25T00:30:00Z",
			"2026-10-25T01:30:00Z" })
	void changeToAndFromSummerTimeChangesNoTime(String time) {
		TimeZone before = TimeZone.getDefault();
		TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
		try (TestQueue queue = TestQueue.with(this.handlers).enqueueOnly()) {
			Instant dueAt = Instant.parse(time);
			String id = queue.service().enqueue(TaskRequest.of("quick").runAt(dueAt)).id();
			assertThat(queue.find(id).dueAt()).isEqualTo(dueAt);
			assertThat(queue.store().reads().claimableCategories(dueAt.minusMillis(1))).isEmpty();
			assertThat(queue.store().reads().claimableCategories(dueAt)).containsExactly("default");
		}
		finally {
			TimeZone.setDefault(before);
		}
	}

	private static final class JumpingClock extends Clock {

		private volatile Duration offset = Duration.ZERO;

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

		@Override
		public Instant instant() {
			return Instant.now().plus(this.offset);
		}

	}

	static class Handlers {

		final Semaphore blocking = new Semaphore(0);

		final Semaphore release = new Semaphore(0);

		@GobstopperTask(name = "block")
		void block() throws InterruptedException {
			this.blocking.release();
			this.release.acquire();
		}

		@GobstopperTask(name = "quick")
		void quick() {
		}

	}

}

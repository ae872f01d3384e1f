package io.gobstopper.worker.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.gobstopper.TaskPriority;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(30)
class UnstoredEndsTests {

	private static final StoredTask TASK = new StoredTask(1, new TaskDetails(new UUID(0, 1), "email", "default",
			TaskPriority.NORMAL, "[]", "{}", Instant.EPOCH, 0, null, null), TaskState.pending(Instant.EPOCH));

	private final UnstoredEnds ends = new UnstoredEnds();

	@Test
	void fewSmallOnesLeaveRoom() throws Exception {
		add(Collections.nCopies(9_999, TASK.succeeded(Instant.EPOCH, "null")));
		this.ends.awaitRoom();
		assertThat(this.ends.awaitNone(Duration.ZERO)).isFalse();
	}

	@Test
	void manyLeaveNone() throws Exception {
		assertLeaveNoRoom(Collections.nCopies(10_000, TASK.succeeded(Instant.EPOCH, null)));
	}

	@Test
	void largeResultsLeaveNone() throws Exception {
		assertLeaveNoRoom(Collections.nCopies(32, TASK.succeeded(Instant.EPOCH, "x".repeat(1_000_000))));
	}

	@Test
	void largeErrorsLeaveNone() throws Exception {
		assertLeaveNoRoom(Collections.nCopies(32,
				TASK.failed(Instant.EPOCH, new TaskError("Error", "failed", "x".repeat(1_000_000)))));
	}

	@Test
	void allAreStoredWhenAllWereRemoved() throws Exception {
		add(List.of(TASK, TASK));
		this.ends.remove(TASK);
		assertThat(this.ends.awaitNone(Duration.ZERO)).isFalse();
		this.ends.remove(TASK);
		assertThat(this.ends.awaitNone(Duration.ZERO)).isTrue();
	}

	private void assertLeaveNoRoom(List<StoredTask> ended) throws InterruptedException {
		add(ended);
		CountDownLatch room = new CountDownLatch(1);
		Thread waiting = new Thread(() -> {
			try {
				this.ends.awaitRoom();
				room.countDown();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		waiting.start();
		try {
			await().until(() -> waiting.getState() == Thread.State.WAITING);
			assertThat(room.getCount()).isEqualTo(1);
			this.ends.remove(ended.get(0));
			waiting.join();
			assertThat(room.getCount()).isZero();
		}
		finally {
			waiting.interrupt();
		}
	}

	private void add(List<StoredTask> ended) {
		ended.forEach(this.ends::add);
	}

}

package io.gobstopper.store.writer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.gobstopper.TaskPriority;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link WriteQueue} with a clock that stands still unless it is moved.
 */
@Timeout(10)
class WriteQueueTests {

	private static final Duration IDLE = Duration.ofSeconds(10);

	private long nanos = Long.MAX_VALUE - 5;

	private final WriteQueue queue = new WriteQueue(100, () -> this.nanos);

	private final PendingWrite end = end();

	@Test
	void whatArrivedIsTakenTogether() throws Exception {
		PendingWrite operation = operation();
		this.queue.add(this.end);
		this.queue.add(operation);
		assertThat(this.queue.size()).isEqualTo(2);
		assertThat(this.queue.take(IDLE)).containsExactly(this.end, operation);
		assertThat(this.queue.isEmpty()).isTrue();
		assertThat(this.queue.size()).isZero();
	}

	@Test
	void endIsTakenAtOnceAfterALoneInsert() throws Exception {
		takeInserts(1);
		this.queue.add(this.end);
		assertThat(this.queue.take(IDLE)).containsExactly(this.end);
	}

	@Test
	void endsAreKeptBackWhileTasksArriveAndTakenWhenTheirTimeIsUp() throws Exception {
		takeInserts(2);
		PendingWrite insert = insert();
		this.queue.add(this.end);
		this.queue.add(insert);
		assertThat(this.queue.take(IDLE)).containsExactly(insert);
		assertThat(this.queue.isEmpty()).isFalse();
		assertThat(this.queue.size()).isOne();
		pass(Duration.ofMillis(20));
		PendingWrite later = insert();
		this.queue.add(later);
		assertThat(this.queue.take(IDLE)).containsExactly(this.end);
		assertThat(this.queue.take(IDLE)).containsExactly(later);
	}

	@Test
	void endsAreTakenWhenTasksArriveNoMore() throws Exception {
		takeInserts(2);
		this.queue.add(this.end);
		pass(Duration.ofMillis(10));
		assertThat(this.queue.take(IDLE)).containsExactly(this.end);
	}

	@Test
	void manyEndsAreNotKeptBack() throws Exception {
		takeInserts(2);
		List<PendingWrite> many = IntStream.range(0, 1000).mapToObj((number) -> end()).toList();
		PendingWrite insert = insert();
		this.queue.add(insert);
		many.forEach(this.queue::add);
		int taken = 0;
		while (taken < many.size()) {
			List<PendingWrite> next = this.queue.take(IDLE);
			taken += next.contains(insert) ? next.size() - 1 : next.size();
		}
		assertThat(this.queue.isEmpty()).isTrue();
	}

	@Test
	void otherWritesFollowTheEndsBeforeThem() throws Exception {
		takeInserts(2);
		PendingWrite operation = operation();
		PendingWrite insert = insert();
		this.queue.add(this.end);
		this.queue.add(insert);
		this.queue.add(operation);
		assertThat(this.queue.take(IDLE)).containsExactly(this.end, insert, operation);
	}

	@Test
	void nothingIsKeptBackOnceClosed() throws Exception {
		takeInserts(2);
		this.queue.close();
		this.queue.take(IDLE);
		this.queue.add(this.end);
		assertThat(this.queue.take(IDLE)).containsExactly(this.end);
	}

	@Test
	void nothingIsTakenIfNothingComes() throws Exception {
		assertThat(this.queue.take(Duration.ofMillis(1))).isEmpty();
	}

	@Test
	void callersJustAnsweredAreWaitedFor() throws Exception {
		List<PendingWrite> first = addInserts(4);
		assertThat(this.queue.take(IDLE)).isEqualTo(first);
		List<PendingWrite> others = addInserts(2);
		this.queue.stored();
		FutureTask<List<PendingWrite>> returning = new FutureTask<>(() -> addInserts(4));
		new Thread(returning).start();
		List<PendingWrite> taken = this.queue.take(IDLE);
		assertThat(taken).hasSize(6).containsAll(others).containsAll(returning.get());
	}

	@Test
	void callersOfACommitThatFailedAreNotWaitedFor() throws Exception {
		List<PendingWrite> first = addInserts(4);
		assertThat(this.queue.take(IDLE)).isEqualTo(first);
		List<PendingWrite> others = addInserts(2);
		assertThat(this.queue.take(IDLE)).isEqualTo(others);
	}

	@Test
	void nobodyIsWaitedForOnceClosed() throws Exception {
		List<PendingWrite> first = addInserts(4);
		assertThat(this.queue.take(IDLE)).isEqualTo(first);
		this.queue.stored();
		this.queue.close();
		List<PendingWrite> others = addInserts(2);
		assertThat(this.queue.take(IDLE)).containsAll(others);
		assertThat(this.queue.isOver()).isTrue();
	}

	private List<PendingWrite> addInserts(int count) {
		List<PendingWrite> inserts = IntStream.range(0, count).mapToObj((number) -> insert()).toList();
		inserts.forEach(this.queue::add);
		return inserts;
	}

	private void takeInserts(int count) throws InterruptedException {
		for (int i = 0; i < count; i++) {
			PendingWrite insert = insert();
			this.queue.add(insert);
			assertThat(this.queue.take(IDLE)).containsExactly(insert);
			pass(Duration.ofMillis(1));
		}
	}

	private void pass(Duration time) {
		this.nanos += time.toNanos();
	}

	private static PendingWrite insert() {
		return new PendingWrite.Insert(List.of(), new CompletableFuture<>());
	}

	private static PendingWrite operation() {
		return new PendingWrite.Operation<>((store) -> store, (claimant, result) -> {
		}, (listeners, result) -> {
		}, new CompletableFuture<>());
	}

	private static PendingWrite end() {
		StoredTask task = new StoredTask(1, new TaskDetails(UUID.randomUUID(), "email", "default", TaskPriority.NORMAL,
				"[]", "{}", Instant.EPOCH, 0, null, null), TaskState.pending(Instant.EPOCH));
		return new PendingWrite.Settle(new Settlement(new Fence(1, 1, "worker"), task, null),
				new CompletableFuture<>());
	}

}
